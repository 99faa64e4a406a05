import { type CurrentCall, currentCall } from "@fairlead/core/call/current";
import type { ConnectOptions, Egress } from "@fairlead/core/egress";
import { FairleadError } from "@fairlead/core/errors";
import type { Fetch } from "@fairlead/core/ports";
import type { Agent } from "undici";
import { openConnection } from "./connect.ts";
import { createGuard, type GuardConfig } from "./guard.ts";

export interface EgressConfig extends GuardConfig {
  /** Connections kept open to one upstream host. */
  connectionsPerHost: number;
  connectTimeoutMs: number;
  /** Milliseconds a whole exchange may take, however its caller bounds it. */
  totalTimeoutMs: number;
  /** Longest body of an answer, after decompression. */
  maxResponseBytes: number;
}

/** A request that is about to leave. */
export interface Leaving {
  method: string;
  url: URL;
  /** The call it is made for; undefined for what nobody asked for just now. */
  call: CurrentCall | undefined;
}

/** Follows one request. */
export interface Follower {
  /** Sent along, where the request has none of the name. */
  headers?: Readonly<Record<string, string>>;
  /** The head of the answer is there. */
  answered(status: number): void;
  failed(error: unknown): void;
}

export interface EgressParts {
  /** Hears of every HTTP request that leaves. Must not throw. */
  onLeaving?: (leaving: Leaving) => Follower | undefined;
}

/** HTTP connections to all hosts together. */
export interface ConnectionsReading {
  open: number;
  free: number;
  /** Requests under way, and those that wait for a connection. */
  running: number;
  queued: number;
}

export interface ReadableEgress extends Egress {
  readonly connections: ConnectionsReading;
}

/** Outside calls over pooled keep-alive connections. The HTTP client is loaded when the first call leaves. */
export function createEgress(config: EgressConfig, parts: EgressParts = {}): ReadableEgress {
  const guard = createGuard(config);
  let loading: ReturnType<typeof load> | undefined;
  let agent: Agent | undefined;

  async function load() {
    const { Agent, buildConnector, fetch } = await import("undici");
    const connect = buildConnector({ timeout: config.connectTimeoutMs, lookup: guard.lookup });
    const dispatcher = new Agent({
      connections: config.connectionsPerHost,
      keepAliveTimeout: 30_000,
      headersTimeout: config.totalTimeoutMs,
      bodyTimeout: config.totalTimeoutMs,
      connect(options, callback) {
        // An address that is written out is never looked up, so it is judged here.
        try {
          guard.checkHost(options.hostname);
        } catch (error) {
          return callback(error as Error, null);
        }
        connect(options, callback);
      },
    });
    agent = dispatcher;
    // undici's own types and the global ones describe the same objects, but not to the compiler.
    return {
      dispatcher,
      request: fetch as unknown as (input: unknown, init: unknown) => ReturnType<Fetch>,
    };
  }

  return {
    async fetch(input, init) {
      loading ??= load();
      const { dispatcher, request } = await loading;
      const call = currentCall();
      if (call !== undefined) call.upstreamCalls += 1;
      const follower = parts.onLeaving?.(toLeaving(input, init, call));
      const deadline = AbortSignal.timeout(config.totalTimeoutMs);
      const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
      let response: Response;
      try {
        const own = follower?.headers === undefined ? init : withHeaders(init, follower);
        // Nobody expects to be led elsewhere with a credential in hand: who does, says so.
        response = await request(input, { redirect: "manual", ...own, signal, dispatcher });
      } catch (thrown) {
        const error = refusalIn(thrown) ?? thrown;
        follower?.failed(error);
        throw error;
      }
      follower?.answered(response.status);
      return bounded(response, config.maxResponseBytes);
    },
    get connections() {
      const sum = { open: 0, free: 0, running: 0, queued: 0 };
      for (const stats of Object.values(agent?.stats ?? {})) {
        sum.open += Number(stats.connected);
        sum.running += stats.running;
        if (!("queued" in stats)) continue;
        sum.free += stats.free;
        sum.queued += stats.queued;
      }
      return sum;
    },
    connect: (options: ConnectOptions) => openConnection(guard, config, options),
    async close() {
      if (loading !== undefined) await (await loading).dispatcher.destroy();
    },
  };
}

function toLeaving(
  input: Parameters<Fetch>[0],
  { method = "GET" }: RequestInit = {},
  call: CurrentCall | undefined,
): Leaving {
  const url = new URL(typeof input === "object" && "url" in input ? input.url : input);
  return { method: method.toUpperCase(), url, call };
}

function withHeaders(init: RequestInit = {}, { headers: more = {} }: Follower): RequestInit {
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(more)) {
    if (!headers.has(name)) headers.set(name, value);
  }
  return { ...init, headers };
}

/** undici wraps what a connection failed with. */
function refusalIn(thrown: unknown): FairleadError | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof FairleadError) return error;
  }
  return undefined;
}

/** The same response, which fails once more of it arrives than anybody may send. */
function bounded(response: Response, max: number): Response {
  const { body, status, statusText, headers, url } = response;
  if (body === null) return response;
  if (Number(headers.get("content-length") ?? 0) > max) {
    void body.cancel().catch(() => {});
    throw tooLarge(max);
  }
  let received = 0;
  const counted = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        received += chunk.byteLength;
        if (received > max) controller.error(tooLarge(max));
        else controller.enqueue(chunk);
      },
    }),
  );
  const copy = new Response(counted, { status, statusText, headers });
  Object.defineProperty(copy, "url", { value: url });
  return copy;
}

function tooLarge(max: number): FairleadError {
  return new FairleadError(
    "upstream_unavailable",
    `The answer from outside is longer than ${max} bytes and was not read on.`,
    { details: { reason: "response_too_large" }, retryable: false },
  );
}
