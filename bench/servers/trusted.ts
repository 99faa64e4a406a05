/**
 * Ours as customers meet it: an API key of a tenant with a role, limits, an answer from the cache and an audit event for
 * every call. `--embedded` keeps state in a directory, `--services` in PostgreSQL and Redis; `--policy` adds a rule on
 * an argument, `--uncached` a tool that runs each time. It is the whole program that `fairlead serve` starts: metrics,
 * alerts and health hear of every call too.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConnector } from "@fairlead/core/connector";
import { defineTool } from "@fairlead/core/tool";
import { createLog } from "fairlead/observe/logger";
import { startServe } from "fairlead/serve";
import { capYoungGeneration } from "fairlead/young-generation";
import { z } from "zod";
import { servicesState } from "../state.ts";
import { echo } from "./echo.ts";
import { report } from "./serve.ts";

const OUT_OF_REACH = "1000000000";

const has = (flag: string) => process.argv.includes(flag);
const directory = mkdtempSync(join(tmpdir(), "fairlead-bench-"));
process.once("exit", () => rmSync(directory, { recursive: true, force: true }));

capYoungGeneration();
const connector = defineConnector({
  id: "bench",
  title: "Bench",
  description: "The cheapest tool there is.",
  settings: z.object({}),
  createClient: () => ({}),
  tools: [
    defineTool({
      name: "bench_echo",
      title: echo.title,
      description: echo.description,
      effect: "read",
      needsConnection: false,
      ...(has("--uncached") ? {} : { cache: { ttlMs: 3_600_000 } }),
      input: echo.input,
      output: echo.output,
      handler: ({ text }) => ({ text }),
    }),
  ],
});
const log = createLog({ level: "info", modules: {}, readable: false, batched: true });

try {
  const operatorKey = randomBytes(32).toString("hex");
  const server = await startServe({
    environment: {
      ...{ PORT: "0", FAIRLEAD_API_KEY: operatorKey, FAIRLEAD_CONNECTORS: "" },
      ...{ FAIRLEAD_TIERS: `key=${OUT_OF_REACH}`, RATE_LIMIT_WINDOW: "1" },
      ...{ RATE_LIMIT_REQUESTS: OUT_OF_REACH, FAIRLEAD_ADDRESS_REQUESTS: OUT_OF_REACH },
      ...(has("--services") ? await services() : { FAIRLEAD_STATE: directory }),
    },
    extraConnectors: [connector],
    log,
  });
  const post = async (path: string, body: Record<string, unknown>): Promise<unknown> => {
    const response = await fetch(`${server.url}/api/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${operatorKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    throw new Error(`POST /api/${path}: ${JSON.stringify(answer)}`);
  };
  const tenant = `bench-${randomBytes(4).toString("hex")}`;
  await post("tenants", { name: tenant });
  if (has("--policy")) {
    const text =
      'forbid(principal, action == Fairlead::Action::"bench_echo", resource) when { context.input.text == "no" };';
    await post("policies", { tenant, name: "no", text });
  }
  const made = await post("keys", { tenant, label: "bench", roles: ["viewer"] });
  const { key } = z.object({ data: z.object({ key: z.string() }) }).parse(made).data;
  const url = `${server.url}/mcp/bench`;
  report({ type: "ready", url, headers: { Authorization: `Bearer ${key}` } });
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  report({ type: "unavailable", reason });
}

async function services(): Promise<Record<string, string>> {
  const { databaseUrl, redisUrl, encryptionKey } = await servicesState();
  return {
    DATABASE_URL: databaseUrl.reveal(),
    REDIS_URL: redisUrl?.reveal() ?? "",
    ENCRYPTION_KEY: encryptionKey?.reveal() ?? "",
  };
}
