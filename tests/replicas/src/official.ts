import { Client, SdkHttpError, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { onTestFinished } from "vitest";
import { ANSWERED_BY } from "./round-robin.ts";

export const ERAS = ["legacy", "modern"] as const;
export type Era = (typeof ERAS)[number];

/** What one request of a client was, and what became of it. */
export interface Exchange {
  /** `GET` is the stream of a legacy client, which costs it as much as a call. */
  http: string;
  /** Of JSON-RPC. */
  method: string | undefined;
  session: string | null;
  sentAt: number;
  /** 0 while there is no answer, and when none came. */
  status: number;
  /** Port of the replica that answered, where a proxy tells. */
  replica: number | undefined;
}

export interface Answer {
  /** Of HTTP when it was none of success, 0 when nothing came back. */
  status: number;
  isError: boolean;
  text: string;
}

/** The official SDK's client, with what it sends in sight. */
export interface Official {
  readonly exchanges: readonly Exchange[];
  call(name: string, args?: Record<string, unknown>): Promise<Answer>;
  toolNames(): Promise<string[]>;
}

const CALL_TIMEOUT_MS = 20_000;

/** Connected, and with its stream open where the era has one. It is closed with the test. */
export async function connectOfficial(endpoint: string, key: string, era: Era): Promise<Official> {
  const exchanges: Exchange[] = [];
  const streamAnswered = Promise.withResolvers<void>();
  const client = new Client(
    { name: "replicas", version: "1" },
    { versionNegotiation: { mode: era === "legacy" ? "legacy" : { pin: "2026-07-28" } } },
  );
  const transport = new StreamableHTTPClientTransport(new URL(endpoint), {
    requestInit: { headers: { Authorization: `Bearer ${key}` } },
    async fetch(url, init) {
      const exchange = toExchange(init);
      exchanges.push(exchange);
      try {
        const response = await fetch(url, init);
        exchange.status = response.status;
        exchange.replica = replicaOf(response);
        return response;
      } finally {
        if (exchange.http === "GET") streamAnswered.resolve();
      }
    },
  });
  onTestFinished(() => client.close());
  await client.connect(transport);
  if (era === "legacy") await streamAnswered.promise;

  return {
    exchanges,
    async call(name, args = {}) {
      try {
        const request = { name, arguments: args };
        const result = await client.callTool(request, { timeout: CALL_TIMEOUT_MS });
        return { status: 200, isError: result.isError === true, text: JSON.stringify(result) };
      } catch (error) {
        const status = error instanceof SdkHttpError ? error.status : 0;
        return { status, isError: true, text: String(error) };
      }
    },
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
  };
}

export function connectOfficials(
  count: number,
  ...[url, key, era]: Parameters<typeof connectOfficial>
): Promise<Official[]> {
  return Promise.all(Array.from({ length: count }, () => connectOfficial(url, key, era)));
}

export function exchangesOf(clients: readonly Official[]): Exchange[] {
  return clients.flatMap(({ exchanges }) => exchanges);
}

/** Streams that were opened, each of which was paid for like a call. */
export function streamsOf(clients: readonly Official[]): number {
  return exchangesOf(clients).filter(({ http, status }) => http === "GET" && status === 200).length;
}

function toExchange(init: RequestInit | undefined): Exchange {
  const body: { method?: string } =
    typeof init?.body === "string" ? JSON.parse(init.body) : NO_BODY;
  return {
    http: init?.method ?? "GET",
    method: body.method,
    session: new Headers(init?.headers).get("mcp-session-id"),
    sentAt: Date.now(),
    status: 0,
    replica: undefined,
  };
}

const NO_BODY = {};

/** The last one that was tried is the one that answered. */
function replicaOf({ headers }: Response): number | undefined {
  const port = headers.get(ANSWERED_BY)?.split(":").at(-1);
  return port === undefined ? undefined : Number(port);
}
