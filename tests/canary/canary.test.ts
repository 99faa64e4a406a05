import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { createSchema, POSTGRES_URL, probePostgres } from "@fairlead/testkit/postgres";
import { type OwnRedis, probeRedisServer, startRedis } from "@fairlead/testkit/redis";
import { requireService } from "@fairlead/testkit/services";
import { createClient, RESP_TYPES } from "@redis/client";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Canaries } from "./src/canaries.ts";
import { type Environment, type Program, runCommand, startProgram } from "./src/program.ts";
import { type Answers, drive } from "./src/scenario.ts";

/** What is the operator's own, and lies in the environment of the process as long as it lives. */
const OF_THE_OPERATOR = /^operator/;
/** What was stored: of this nothing may stay in memory once nobody uses it. */
const STORED = /^(stored|API key|invitation)/;

interface Run {
  canaries: Canaries;
  answers: Answers;
  program: Program;
  environment: Environment;
  heap: Buffer;
}

async function run(
  directory: string,
  changes: (canaries: Canaries) => Environment,
): Promise<Run & { close(): Promise<void> }> {
  const canaries = new Canaries();
  const upstream = createCloudwaysFake({ budgetPerMinute: 100_000 });
  const { origin, close } = await upstream.listen();
  const operatorKey = canaries.plant("operator's key");
  const environment = {
    ...{ PORT: "0", LOG_LEVEL: "trace", CLOUDWAYS_BASE_URL: origin },
    FAIRLEAD_API_KEY: `${operatorKey},${canaries.plant("operator's second key")}`,
    ENCRYPTION_KEY: canaries.plant("operator's master key"),
    ENCRYPTION_KEY_PREVIOUS: canaries.plant("operator's old master key"),
    CLOUDWAYS_EMAIL: "operator@example.com",
    CLOUDWAYS_API_KEY: canaries.plant("operator's credential"),
    FAIRLEAD_HEADER_CREDENTIALS: "true",
    ...changes(canaries),
  };
  const program = await startProgram(environment);
  const parts = { canaries, operatorKey, upstream, upstreamUrl: origin };
  const { answers } = await drive({ ...parts, port: program.port });
  const file = join(directory, "heap.heapsnapshot");
  await program.snapshot(file);
  const heap = readFileSync(file);
  rmSync(file);
  return {
    ...{ canaries, answers, program, environment, heap },
    async close() {
      await program.stop();
      await close();
    },
  };
}

function testRun(open: () => Run): void {
  test("secrets came in by every way there is", () => {
    expect(open().canaries.size).toBeGreaterThan(28);
  });

  test("no log line holds any of them, at the level trace", () => {
    const { canaries, program } = open();
    const log = program.output();
    expect(log).toContain("cloudways_list_servers");
    expect(canaries.foundIn(log)).toEqual([]);
  });

  test("no answer holds any that was not asked for", () => {
    const { canaries, answers } = open();
    expect(answers.size).toBeGreaterThan(70);
    const leaks = [...answers].flatMap(([what, text]) =>
      canaries.foundIn(text).map((leak) => `${what}: ${leak}`),
    );
    expect(leaks).toEqual([]);
  });

  test("nothing that was stored is left on the heap", () => {
    const { canaries, heap } = open();
    expect(heap.length).toBeGreaterThan(1_000_000);
    expect(canaries.foundIn(heap, STORED)).toEqual([]);
  });

  test("what stays in memory would be found there", () => {
    const { canaries, heap } = open();
    expect(canaries.foundIn(heap, OF_THE_OPERATOR)).not.toEqual([]);
  });
}

describe("on the embedded store, with a log of JSON", () => {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-canary-"));
  const state = join(directory, "state");
  let ran: Awaited<ReturnType<typeof run>>;

  beforeAll(async () => {
    ran = await run(directory, () => ({ FAIRLEAD_STATE: state, LOG_FORMAT: "json" }));
  }, 30_000);

  afterAll(async () => {
    await ran?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  testRun(() => ran);

  test("no file of the store holds any of them, nor does a backup", async () => {
    const { canaries, environment } = ran;
    const secret = canaries.plant("stored credential from the command line");
    const command = ["connections", "create", "--tenant", "acme", "--connector", "cloudways"];
    const connected = await runCommand(
      [...command, "--label", "cli", "--credential-file", "-", "--json"],
      environment,
      JSON.stringify({ email: "cli@example.com", api_key: secret }),
    );
    expect(connected.code).toBe(0);
    const malformed = await runCommand(
      [...command, "--label", "bad", "--credential-file", "-"],
      environment,
      `{"api_key": "${secret}`,
    );
    expect(malformed.code).not.toBe(0);
    const created = await runCommand(
      ["keys", "create", "--tenant", "acme", "--label", "cli", "--json"],
      environment,
    );
    const [key = ""] = /fl_\w+/.exec(created.answer) ?? [];
    canaries.note("API key from the command line", key);
    const told = connected.output + malformed.output + created.output.replace(created.answer, "");
    expect(canaries.foundIn(told)).toEqual([]);

    const backup = join(directory, "backup.db");
    expect((await runCommand(["backup", backup], environment)).code).toBe(0);
    const files = readdirSync(state).map((name) => join(state, name));
    expect(files.some((file) => file.endsWith("fairlead.db-wal"))).toBe(true);
    for (const file of [...files, backup]) {
      expect({ file, found: canaries.foundIn(readFileSync(file)) }).toEqual({ file, found: [] });
    }
    const exported = await runCommand(["audit", "export", "--tenant", "acme"], environment);
    expect(exported.answer).toContain("keys.create");
    expect(canaries.foundIn(exported.output)).toEqual([]);
  }, 30_000);

  test("the rows are there in which they would be found", () => {
    const wal = readdirSync(state).map((name) => readFileSync(join(state, name)));
    expect(wal.some((bytes) => bytes.includes("cloudways"))).toBe(true);
  });
});

const describeShared = await requireService("PostgreSQL and Redis", async () => {
  await probePostgres();
  await probeRedisServer();
});

describeShared("on PostgreSQL and Redis, with a log of text", () => {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-canary-"));
  let redis: OwnRedis;
  let redisUrl: URL;
  let schema: Awaited<ReturnType<typeof createSchema>>;
  let ran: Awaited<ReturnType<typeof run>>;

  beforeAll(async () => {
    schema = await createSchema("canary_suite");
    const password = new Canaries().plant("password of Redis");
    redis = await startRedis(["--requirepass", password]);
    redisUrl = new URL(redis.url);
    redisUrl.password = password;
    ran = await run(directory, (canaries) => {
      canaries.note("operator's password of Redis", password);
      const url = new URL(POSTGRES_URL);
      url.password = canaries.plant("operator's password of PostgreSQL");
      url.searchParams.set("options", "-c search_path=test_canary_suite");
      return { DATABASE_URL: url.href, REDIS_URL: redisUrl.href, LOG_FORMAT: "text" };
    });
  }, 40_000);

  afterAll(async () => {
    await ran?.close();
    await schema?.drop();
    await redis?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  testRun(() => ran);

  test("no row of PostgreSQL holds any of them", async () => {
    const client = new pg.Client({ connectionString: POSTGRES_URL });
    await client.connect();
    try {
      const tables = await client.query<{ name: string }>(
        "select tablename as name from pg_tables where schemaname = 'test_canary_suite'",
      );
      let dump = "";
      for (const { name } of tables.rows) {
        const { rows } = await client.query(`select * from test_canary_suite."${name}"`);
        dump += `${name}: ${JSON.stringify(rows)}\n`;
      }
      expect(dump).toMatch(/connections: \[\{/);
      expect(dump).toMatch(/api_keys: \[\{|keys: \[\{/);
      expect(ran.canaries.foundIn(dump)).toEqual([]);
    } finally {
      await client.end();
    }
  });

  test("no key or value of Redis holds any of them, nor a token of the upstream", async () => {
    const client = createClient({ url: redisUrl.href });
    await client.connect();
    try {
      const raw = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
      const parts: Buffer[] = [];
      for await (const keys of client.scanIterator({ COUNT: 1_000 })) {
        for (const key of keys) {
          parts.push(Buffer.from(`${key}\n`));
          const type = await client.type(key);
          if (type === "string") parts.push((await raw.get(key)) ?? Buffer.alloc(0));
          else if (type === "hash") parts.push(textOf(await client.hGetAll(key)));
          else if (type === "list") parts.push(textOf(await client.lRange(key, 0, -1)));
          else if (type === "zset") {
            parts.push(textOf(await client.zRangeWithScores(key, 0, -1)));
          } else throw new Error(`${key} is of the type ${type}, which nobody looks into here.`);
        }
      }
      const dump = Buffer.concat(parts);
      expect(dump.length).toBeGreaterThan(500);
      expect(ran.canaries.foundIn(dump)).toEqual([]);
      expect(dump.includes("canary-")).toBe(false);
    } finally {
      await client.close();
    }
  });
});

const textOf = (value: unknown) => Buffer.from(JSON.stringify(value));
