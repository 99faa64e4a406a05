/** Ours, with the whole path in place: an API key, limits that such a load does not reach, audit lines to the log. */
import { randomBytes } from "node:crypto";
import { type Connector, defineConnector } from "@fairlead/core/connector";
import { Secret } from "@fairlead/core/secret";
import { defineTool } from "@fairlead/core/tool";
import { build } from "fairlead/build";
import { startHttpServer } from "fairlead/http/server";
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
    identity: { trustLocal: false, headerCredentials: true },
    callerBucket: OUT_OF_REACH,
    addressBucket: OUT_OF_REACH,
    deadlineMs: 30_000,
    resultTokenBudget: 20_000,
    readonly: false,
  },
  connectors: [connector],
  connections: [],
  apiKeys: [new Secret(KEY)],
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
