import type { Fetch } from "@fairlead/core/ports";

export interface EgressConfig {
  /** Connections kept open to one upstream host. */
  connectionsPerHost: number;
  connectTimeoutMs: number;
}

export interface Egress {
  fetch: Fetch;
  close(): Promise<void>;
}

/** Outside calls over pooled keep-alive connections. The client is loaded when the first call leaves. */
export function createEgress(config: EgressConfig): Egress {
  let loading: ReturnType<typeof load> | undefined;

  async function load() {
    const { Agent, fetch } = await import("undici");
    const dispatcher = new Agent({
      connections: config.connectionsPerHost,
      connect: { timeout: config.connectTimeoutMs },
      keepAliveTimeout: 30_000,
    });
    return { dispatcher, fetch };
  }

  return {
    async fetch(input, init) {
      loading ??= load();
      const { dispatcher, fetch } = await loading;
      // undici's own types and the global ones describe the same objects, but not to the compiler.
      const request = fetch as unknown as (input: unknown, init: unknown) => ReturnType<Fetch>;
      return request(input, { ...init, dispatcher });
    },
    async close() {
      if (loading !== undefined) await (await loading).dispatcher.destroy();
    },
  };
}
