/**
 * Ours as customers meet it: an API key of a tenant with a role, limits, an answer from the cache and an audit event for
 * every call. `--embedded` keeps state in a directory, `--services` in PostgreSQL and Redis; `--policy` adds a rule on
 * an argument, `--uncached` a tool that runs each time.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConnector } from "@fairlead/core/connector";
import { LOCAL_USER } from "@fairlead/core/identity/principal";
import { Secret } from "@fairlead/core/secret";
import { defineTool } from "@fairlead/core/tool";
import { build } from "fairlead/build";
import type { StateConfig } from "fairlead/config/state";
import { startHttpServer } from "fairlead/http/server";
import { challengeOf } from "fairlead/identity/challenge";
import { createLog } from "fairlead/observe/logger";
import { usePostgres } from "fairlead/storage/postgres";
import { capYoungGeneration } from "fairlead/young-generation";
import { sql } from "kysely";
import { z } from "zod";
import { echo } from "./echo.ts";
import { report } from "./serve.ts";

const DATABASE = process.env.BENCH_DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/test";
const REDIS = process.env.BENCH_REDIS_URL ?? "redis://127.0.0.1:6379";
const OUT_OF_REACH = { capacity: 1e9, refillPerSecond: 1e9 };

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
  const { fairlead, admin } = await build({
    engine: {
      identity: {
        trustLocal: false,
        headerCredentials: false,
        tiers: { key: { perHour: 1e12 } },
      },
      callerBucket: OUT_OF_REACH,
      addressBucket: OUT_OF_REACH,
      degradedFraction: 0.1,
      deadlineMs: 30_000,
      resultTokenBudget: 20_000,
      readonly: false,
    },
    connectors: [connector],
    connections: [],
    state: has("--services") ? await services() : embedded(),
    auditRetentionDays: 400,
    egress: {
      ...{ allowPrivate: true, allow: [], connectionsPerHost: 32, connectTimeoutMs: 10_000 },
      ...{ totalTimeoutMs: 60_000, maxResponseBytes: 33_554_432 },
    },
    log,
  });
  const act = (name: string, input: Record<string, unknown>) =>
    admin.run({ name, input, principal: LOCAL_USER, surface: "cli" });
  const tenant = `bench-${randomBytes(4).toString("hex")}`;
  await act("tenants.create", { name: tenant });
  if (has("--policy")) {
    const text =
      'forbid(principal, action == Fairlead::Action::"bench_echo", resource) when { context.input.text == "no" };';
    await act("policies.create", { tenant, name: "no", text });
  }
  const made = await act("keys.create", { tenant, label: "bench", roles: ["viewer"] });
  const { key } = z.object({ key: z.string() }).parse(made);
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
  const url = `http://127.0.0.1:${port}/mcp/bench`;
  report({ type: "ready", url, headers: { Authorization: `Bearer ${key}` } });
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  report({ type: "unavailable", reason });
}

function embedded(): StateConfig {
  return {
    ...{ databaseUrl: undefined, redisUrl: undefined, directory, synchronous: "normal" },
    ...{ poolSize: 5, encryptionKey: undefined, previousKeys: [], keyCommand: undefined },
  };
}

/** Tables in a schema of this run's own. */
async function services(): Promise<StateConfig> {
  const schema = `bench_${randomBytes(6).toString("hex")}`;
  const url = new Secret(DATABASE);
  await usePostgres({ url, poolSize: 1 }, (db) => sql`create schema ${sql.id(schema)}`.execute(db));
  const own = new URL(DATABASE);
  own.searchParams.set("options", `-c search_path=${schema}`);
  return {
    ...embedded(),
    databaseUrl: new Secret(own.href),
    redisUrl: new Secret(REDIS),
    encryptionKey: new Secret(randomBytes(32).toString("hex")),
  };
}
