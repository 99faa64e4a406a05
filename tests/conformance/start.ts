import { build } from "fairlead/build";
import { startHttpServer } from "fairlead/http/server";
import { createLog } from "fairlead/observe/logger";
import { conformance } from "./src/connector.ts";

export interface Running {
  /** The endpoint the suite talks to. */
  url: string;
  close(): Promise<void>;
}

const UNLIMITED = { capacity: 1_000_000, refillPerSecond: 1_000_000 };

/** Starts the real server on a free port, with nothing but the suite's fixtures behind it. */
export async function start(): Promise<Running> {
  const log = createLog({ level: "warn", modules: {}, readable: true, batched: false });
  const { fairlead, close } = await build({
    engine: {
      identity: { trustLocal: true, headerCredentials: false },
      callerBucket: UNLIMITED,
      addressBucket: UNLIMITED,
      deadlineMs: 30_000,
      resultTokenBudget: 20_000,
      readonly: false,
    },
    connectors: [conformance],
    connections: [],
    apiKeys: [],
    log,
  });
  const server = await startHttpServer(
    fairlead,
    {
      host: "127.0.0.1",
      port: 0,
      door: { allowedHosts: [], allowedOrigins: [] },
      maxBodyBytes: 1_048_576,
      maxConnections: 1_000,
      maxStreams: 100,
      headersTimeoutMs: 10_000,
      requestTimeoutMs: 30_000,
      keepAliveTimeoutMs: 5_000,
      drainMs: 1_000,
    },
    (_req, res) => res.writeHead(404).end(),
    log,
  );
  return {
    url: `http://127.0.0.1:${server.port}/mcp/${conformance.id}`,
    async close() {
      await server.close();
      await close();
    },
  };
}
