import { currentCall } from "@fairlead/core/call/current";
import type { ConnectOptions, Egress } from "@fairlead/core/egress";
import { FairleadError } from "@fairlead/core/errors";
import type { Fetch } from "@fairlead/core/ports";
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

/** Outside calls over pooled keep-alive connections. The HTTP client is loaded when the first call leaves. */
export function createEgress(config: EgressConfig): Egress {
  const guard = createGuard(config);
  let loading: ReturnType<typeof load> | undefined;

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
      const deadline = AbortSignal.timeout(config.totalTimeoutMs);
      const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
      try {
        // Nobody expects to be led elsewhere with a credential in hand: who does, says so.
        const response = await request(input, { redirect: "manual", ...init, signal, dispatcher });
        return bounded(response, config.maxResponseBytes);
      } catch (thrown) {
        throw refusalIn(thrown) ?? thrown;
      }
    },
    connect: (options: ConnectOptions) => openConnection(guard, config, options),
    async close() {
      if (loading !== undefined) await (await loading).dispatcher.destroy();
    },
  };
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
