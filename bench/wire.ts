import { z } from "zod";
import { type HttpResponse, jsonTextOf } from "./http.ts";

export type Era = "2026-07-28" | "2025-11-25";

/** Where requests go, and what a server wants on each of them besides the protocol's own headers. */
export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The bytes of a call with room for a number that changes from call to call. */
export interface CallBytes {
  readonly bytes: Buffer;
  readonly numberAt: readonly number[];
}

/** Nine digits, so that writing the next number keeps the length of the request. */
export const firstNumber = 100_000_000;

const client = { name: "fairlead-bench", version: "0.1.0" };
const modernMeta = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": client,
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** A request of one era; `session` only where the era has sessions. */
export function toRequest(
  endpoint: Endpoint,
  era: Era,
  method: string,
  params: Readonly<Record<string, unknown>>,
  { id, session }: { id?: number; session?: string } = {},
): Buffer {
  const modern = era === "2026-07-28";
  const name = typeof params.name === "string" ? { "Mcp-Name": params.name } : {};
  const headers = {
    ...endpoint.headers,
    ...(method === "initialize" ? {} : { "MCP-Protocol-Version": era }),
    ...(modern ? { "Mcp-Method": method, ...name } : {}),
    ...(session ? { "Mcp-Session-Id": session } : {}),
  };
  const body = {
    jsonrpc: "2.0",
    ...(id === undefined ? {} : { id }),
    method,
    params: modern ? { ...params, _meta: modernMeta } : params,
  };
  return toPost(endpoint.url, headers, JSON.stringify(body));
}

export function toInitialize(endpoint: Endpoint): Buffer {
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: client };
  return toRequest(endpoint, "2025-11-25", "initialize", params, { id: 1 });
}

export function toEchoCall(
  endpoint: Endpoint,
  era: Era,
  tool: string,
  { session, repeats = false }: { session?: string | undefined; repeats?: boolean } = {},
): CallBytes {
  const params = { name: tool, arguments: { text: `echo ${firstNumber}` } };
  const bytes = toRequest(endpoint, era, "tools/call", params, {
    id: firstNumber,
    ...(session ? { session } : {}),
  });
  const number = Buffer.from(String(firstNumber));
  const idAt = bytes.indexOf(number);
  return { bytes, numberAt: repeats ? [idAt] : [idAt, bytes.indexOf(number, idAt + 1)] };
}

/** How often an answer is parsed as a whole rather than searched for the parts that must be there. */
const parseEvery = 64;

/** Throws unless this is the answer to echo call `number`: status, framing, id and payload. */
export function checkEcho(response: HttpResponse, number: number, said = number): void {
  if (response.status !== 200) throw new Error(`Status ${response.status}: ${response.body}`);
  const text = jsonTextOf(response);
  const quick =
    text.includes(`"structuredContent":{"text":"echo ${said}"}`) && text.includes(`"id":${number}`);
  if (quick && number % parseEvery !== 0) return;
  const answer = echoAnswer.safeParse(JSON.parse(text));
  const right =
    answer.data?.id === number && answer.data.result.structuredContent.text === `echo ${said}`;
  if (!right) throw new Error(`Wrong answer to ${number}: ${text.slice(0, 400)}`);
}

const echoAnswer = z.object({
  id: z.number(),
  result: z.object({
    structuredContent: z.object({ text: z.string() }),
    isError: z.literal(false).optional(),
  }),
});

const listAnswer = z.object({
  result: z.object({ tools: z.array(z.unknown()), nextCursor: z.string().optional() }),
});

/** One page of tools/list and the size of its message. */
export function parseList(response: HttpResponse) {
  const text = jsonTextOf(response);
  const answer = response.status === 200 ? listAnswer.safeParse(JSON.parse(text)) : undefined;
  if (!answer?.success)
    throw new Error(`tools/list answered ${response.status}: ${text.slice(0, 400)}`);
  return { ...answer.data.result, bytes: Buffer.byteLength(text), chars: text.length };
}

function toPost(url: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const { host, pathname, search } = new URL(url);
  const lines = [
    `POST ${pathname}${search} HTTP/1.1`,
    `Host: ${host}`,
    "Content-Type: application/json",
    "Accept: application/json, text/event-stream",
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`);
}
