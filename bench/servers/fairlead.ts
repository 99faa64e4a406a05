/** Ours, with the whole path in place: an API key, limits that such a load does not reach, audit lines to the log. */
import { randomBytes } from "node:crypto";
import { type Connector, defineConnector } from "@fairlead/core/connector";
import { Secret } from "@fairlead/core/secret";
import { defineTool } from "@fairlead/core/tool";
import { build } from "fairlead/build";
import type { StateConfig } from "fairlead/config/state";
import { startHttpServer } from "fairlead/http/server";
import { challengeOf } from "fairlead/identity/challenge";
import { createLog } from "fairlead/observe/logger";
import { capYoungGeneration } from "fairlead/young-generation";
import { z } from "zod";
import { echo, echoName } from "./echo.ts";
import { report, toolCount } from "./serve.ts";

const OUT_OF_REACH = { capacity: 1e9, refillPerSecond: 1e9 };
const KEY = `fl_${randomBytes(24).toString("hex")}`;

capYoungGeneration();
const isCatalogue = process.argv.includes("--catalogue");
const connector = isCatalogue ? await loadCloudways() : echoConnector(toolCount());
const log = createLog({ level: "info", modules: {}, readable: false, batched: true });
const { fairlead } = await build({
  engine: {
    identity: {
      trustLocal: false,
      headerCredentials: true,
      operatorKeys: [new Secret(KEY)],
    },
    callerBucket: OUT_OF_REACH,
    degradedFraction: 0.1,
    addressBucket: OUT_OF_REACH,
    deadlineMs: 30_000,
    resultTokenBudget: 20_000,
    readonly: false,
  },
  connectors: [connector],
  connections: [],
  state: stateFromEnvironment(),
  auditRetentionDays: 400,
  egress: {
    ...{ allowPrivate: true, allow: [], connectionsPerHost: 32, connectTimeoutMs: 10_000 },
    ...{ totalTimeoutMs: 60_000, maxResponseBytes: 33_554_432 },
  },
  log,
});
const { port } = await startHttpServer(
  fairlead,
  {
    host: "127.0.0.1",
    port: 0,
    door: { allowedHosts: [], allowedOrigins: [] },
    maxBodyBytes: 4_194_304,
    maxConnections: 10_000,
    maxStreams: 1_000,
    headersTimeoutMs: 10_000,
    requestTimeoutMs: 60_000,
    keepAliveTimeoutMs: 30_000,
    drainMs: 10_000,
    addressOf: (req) => req.socket.remoteAddress ?? "",
    challenge: (error) => challengeOf(error),
  },
  (_req, res) => res.writeHead(404).end(),
  log,
);
const url = `http://127.0.0.1:${port}/mcp/${connector.id}`;
report({
  type: "ready",
  url,
  headers: { Authorization: `Bearer ${KEY}` },
  views: { all: `http://127.0.0.1:${port}/mcp`, readonly: `${url}?readonly=true` },
});

/** Embedded and in memory, or what the scenario says. */
function stateFromEnvironment(): StateConfig {
  const { BENCH_STATE, BENCH_DATABASE_URL, BENCH_REDIS_URL } = process.env;
  return {
    databaseUrl: BENCH_DATABASE_URL === undefined ? undefined : new Secret(BENCH_DATABASE_URL),
    redisUrl: BENCH_REDIS_URL === undefined ? undefined : new Secret(BENCH_REDIS_URL),
    directory: BENCH_STATE,
    synchronous: "normal",
    poolSize: 5,
    encryptionKey: new Secret("a-master-key-for-benchmarks-long-enough"),
    previousKeys: [],
    keyCommand: undefined,
  };
}

function echoConnector(count: number): Connector {
  return defineConnector({
    id: "bench",
    title: "Bench",
    description: "The cheapest tool there is.",
    settings: z.object({}),
    createClient: () => ({}),
    tools: Array.from({ length: count }, (_, index) =>
      defineTool({
        name: `bench_${echoName(index)}`,
        title: echo.title,
        description: echo.description,
        effect: "read",
        needsConnection: false,
        input: echo.input,
        output: echo.output,
        handler: ({ text }) => ({ text }),
      }),
    ),
  });
}

async function loadCloudways(): Promise<Connector> {
  const { cloudways } = await import("@fairlead/cloudways/connector");
  return cloudways;
}
