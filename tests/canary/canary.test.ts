import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { SYSTEM_CLOCK } from "@fairlead/core/ports";
import { startOidcProvider } from "@fairlead/testkit/oidc-provider";
import { createSchema, POSTGRES_URL, probePostgres } from "@fairlead/testkit/postgres";
import { type OwnRedis, probeRedisServer, startRedis } from "@fairlead/testkit/redis";
import { requireService } from "@fairlead/testkit/services";
import { createClient, RESP_TYPES } from "@redis/client";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Canaries } from "./src/canaries.ts";
import { createFernet } from "./src/fernet.ts";
import {
  byCommand,
  inFiles,
  operatorSettings,
  placeOf,
  secretSettings,
  writeSecret,
} from "./src/operator.ts";
import { type Environment, type Program, runCommand, startProgram } from "./src/program.ts";
import { type Receiver, startReceiver } from "./src/receiver.ts";
import { type Answers, drive, echoOf, SERVER_FAILS, type Upstream } from "./src/scenario.ts";
import { talkOnStdio } from "./src/stdio.ts";

/** What is the operator's own, and lies in the environment of the process as long as it lives. */
const OF_THE_OPERATOR = /^operator/;
/** What was stored: of this nothing may stay in memory once nobody uses it. */
const STORED = /^(stored|API key|invitation|agent|session|sign-in)/;

interface Run {
  canaries: Canaries;
  answers: Answers;
  program: Program;
  environment: Environment;
  heap: Buffer;
  upstream: Upstream;
  collector: Receiver;
  webhook: Receiver;
}

/** Where the state is, and how the operator hands secrets over. */
interface Ground {
  databaseUrl?: string;
  redisUrl?: string;
  others: Environment;
  handOver: (secrets: Environment) => Environment;
}

async function run(
  directory: string,
  canaries: Canaries,
  { others, handOver, ...state }: Ground,
): Promise<Run & { close(): Promise<void> }> {
  const upstream = createCloudwaysFake({ budgetPerMinute: 100_000 });
  const { origin: upstreamUrl, close } = await upstream.listen();
  const provider = await startOidcProvider(SYSTEM_CLOCK);
  const collector = await startReceiver();
  // It does not take the first alert, which is told in the log and sent again.
  const webhook = await startReceiver([500]);
  const secrets = await operatorSettings(canaries, { webhook: webhook.origin, ...state });
  provider.clientSecret = secrets.FAIRLEAD_SIGN_IN_CLIENT_SECRET ?? "";
  const environment = {
    ...{ PORT: "0", LOG_LEVEL: "trace", CLOUDWAYS_BASE_URL: upstreamUrl },
    CLOUDWAYS_EMAIL: "operator@example.com",
    FAIRLEAD_HEADER_CREDENTIALS: "true",
    FAIRLEAD_SIGN_IN_ISSUER: provider.issuer,
    FAIRLEAD_SIGN_IN_CLIENT_ID: provider.clientId,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin,
    FAIRLEAD_ALERT_ERRORS: "1",
    ...others,
    ...handOver(secrets),
  };
  const program = await startProgram(environment);
  const [operatorKey = ""] = (secrets.FAIRLEAD_API_KEY ?? "").split(",");
  const parts = { canaries, operatorKey, upstream, upstreamUrl, provider };
  const { answers } = await drive({ ...parts, port: program.port });
  await collector.until("tools/call cloudways_list_projects");
  const file = join(directory, "heap.heapsnapshot");
  await program.snapshot(file);
  const heap = readFileSync(file);
  rmSync(file);
  await webhook.until("alert.token_renewal");
  return {
    ...{ canaries, answers, program, environment, heap, upstream, collector, webhook },
    async close() {
      await program.stop();
      for (const each of [{ close }, provider, collector, webhook]) await each.close();
    },
  };
}

/** `elsewhere` are settings that this way of running cannot have. */
function testRun(open: () => Run, elsewhere: readonly string[]): void {
  test("every setting that is a secret has one that is looked for", async () => {
    const { places } = open().canaries;
    const missing = (await secretSettings()).filter(
      (name) => !places.some((place) => place.startsWith(placeOf(name))),
    );
    expect(missing).toEqual(elsewhere);
  });

  test("no log line holds any of them, at the level trace", () => {
    const { canaries, program } = open();
    const log = program.output();
    const parts = ["cloudways_list_servers", "agents.login", "principals.join", "webhook"];
    expect(parts.filter((part) => !log.includes(part))).toEqual([]);
    expect(canaries.foundIn(log)).toEqual([]);
  });

  test("no answer holds any that was not asked for", () => {
    const { canaries, answers } = open();
    expect(answers.size).toBeGreaterThan(120);
    const leaks = [...answers].flatMap(([what, text]) =>
      canaries.foundIn(text).map((leak) => `${what}: ${leak}`),
    );
    expect(leaks).toEqual([]);
  });

  test("no trace holds any of them; its headers have those that are for the collector", () => {
    const { canaries, collector } = open();
    const isForIt = placeOf("OTEL_EXPORTER_OTLP_HEADERS");
    for (const { path, headers, body } of collector.received) {
      expect(canaries.foundIn(path)).toEqual([]);
      expect(canaries.foundIn(body)).toEqual([]);
      const found = canaries.foundIn(JSON.stringify(headers));
      expect(found.filter((each) => !each.startsWith(isForIt))).toEqual([]);
      expect(found.length).toBeGreaterThan(0);
    }
  });

  test("no alert holds any of them, but for the address that it goes to", () => {
    const { canaries, webhook } = open();
    const isForIt = placeOf("FAIRLEAD_ALERT_WEBHOOK");
    expect(webhook.received.length).toBeGreaterThan(1);
    for (const { path, headers, body } of webhook.received) {
      expect(canaries.foundIn(body)).toEqual([]);
      expect(canaries.foundIn(JSON.stringify(headers))).toEqual([]);
      const found = canaries.foundIn(path);
      expect(found.filter((each) => !each.startsWith(isForIt))).toEqual([]);
      expect(found.length).toBeGreaterThan(0);
    }
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
    ran = await run(directory, new Canaries(), {
      others: { FAIRLEAD_STATE: state, LOG_FORMAT: "json" },
      handOver: (secrets) => byCommand(secrets, join(directory, "master.key")),
    });
  }, 120_000);

  afterAll(async () => {
    await ran?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  testRun(() => ran, ["DATABASE_URL", "REDIS_URL", "RABBITMQ_URL"]);

  test("no file of the store holds any of them, nor does a backup", async () => {
    const { canaries, environment } = ran;
    const secret = canaries.plant("stored credential from the command line");
    const command = ["connections", "create", "--tenant", "acme", "--connector", "cloudways"];
    const connected = await runCommand(
      [...command, "--label", "cli", "--credential-file", "-", "--json"],
      environment,
      JSON.stringify({ email: "cli@example.com", api_key: secret }),
    );
    expect(connected).toMatchObject({ code: 0 });
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

    const fernet = createFernet();
    const imported = canaries.plant("stored credential that is imported");
    canaries.note("key that sealed what is imported", fernet.key);
    const records = [
      { cloudways_email: "moved@example.com", encrypted_api_key: fernet.seal(imported) },
      { cloudways_email: "broken@example.com", encrypted_api_key: `${fernet.seal(imported)}A` },
      { cloudways_email: "open@example.com", api_key: imported },
      { email: "words@example.com", api_key: fernet.seal(`${imported} of two words`) },
    ];
    const file = writeSecret(
      join(directory, "customers.jsonl"),
      [...records.map((record) => JSON.stringify(record)), `{"${imported}`].join("\n"),
    );
    const keyFile = writeSecret(join(directory, "fernet.key"), fernet.key);
    const wrongFile = writeSecret(join(directory, "wrong.key"), `${imported}\n${fernet.key}`);
    for (const [keys, expected] of [
      [keyFile, /created/],
      [keyFile, /unchanged/],
      [wrongFile, /--key-file/],
    ] as const) {
      const { output } = await runCommand(
        ["vault", "import-fernet", file, "--tenant", "acme", "--key-file", keys],
        environment,
      );
      expect(output).toMatch(expected);
      expect(canaries.foundIn(output)).toEqual([]);
    }

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

  test("what it says of its settings holds none of them, whatever is wrong with them", async () => {
    const { canaries, environment } = ran;
    const bad = canaries.plant("setting that is wrong");
    const broken = Object.fromEntries(
      (await secretSettings()).map((name) => [name, ` ,${bad}://${bad}%zz,= `]),
    );
    const addresses = [
      ...["PUBLIC_URL", "FAIRLEAD_SIGN_IN_ISSUER", "OAUTH_ISSUERS", "CLOUDWAYS_BASE_URL"],
      ...["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"],
    ].map((name) => [name, `http://user:${bad}@127.0.0.1:1/`] as const);
    const url = `amqp://user:${canaries.plant(placeOf("RABBITMQ_URL"))}@127.0.0.1`;
    const { ENCRYPTION_KEY_COMMAND, ...rest } = environment;
    const says = `sh -c "echo ${bad}; echo broken >&2; exit 1"`;
    const commandFile = writeSecret(join(directory, "command.sh"), `echo ${bad}; exit 1`);
    const all: [string, Environment, RegExp][] = [
      ["as they are", environment, /\[redacted\]/],
      ["each secret wrong", { ...rest, ...broken }, /ENCRYPTION_KEY/],
      ["secrets in addresses", { ...environment, ...Object.fromEntries(addresses) }, /PUBLIC_URL/],
      ["RabbitMQ", { ...environment, RABBITMQ_URL: url }, /RABBITMQ_URL/],
    ];
    for (const [what, given, expected] of all) {
      for (const form of [[], ["--json"]]) {
        const { output } = await runCommand(["config", ...form], given);
        expect(output).toMatch(expected);
        expect({ what, found: canaries.foundIn(output) }).toEqual({ what, found: [] });
      }
    }
    for (const command of [says, `sh ${commandFile}`]) {
      const own = { ...environment, ENCRYPTION_KEY_COMMAND: command };
      // The command itself is no secret, and may be shown where settings are.
      const { code, output } = await runCommand(["vault", "status"], own);
      expect(code).not.toBe(0);
      expect(output).toMatch(/ENCRYPTION_KEY_COMMAND/);
      expect(canaries.foundIn(output)).toEqual([]);
    }
    const doctor = await runCommand(["doctor"], environment);
    expect(doctor.output).toMatch(/cloudways/i);
    expect(canaries.foundIn(doctor.output)).toEqual([]);
  }, 60_000);

  test("on stdio nothing of them is written, neither as the protocol nor as the log", async () => {
    const { canaries, environment, upstream } = ran;
    const { email, apiKey } = upstream.credentials;
    const own = { CLOUDWAYS_EMAIL: email, CLOUDWAYS_API_KEY: apiKey };
    for (const [credential, isFailing, expected] of [
      [own, false, /"servers"/],
      [own, true, /upstream_unavailable/],
      // The operator's canary, which Cloudways does not know.
      [{}, false, /unauthenticated/],
    ] as const) {
      if (isFailing) upstream.faults.add({ ...SERVER_FAILS, count: 100, text: echoOf(apiKey) });
      const given = { ...environment, FAIRLEAD_STATE: "memory", ...credential };
      const { code, output } = await talkOnStdio(given, canaries);
      upstream.faults.clear();
      expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(expected) });
      expect(canaries.foundIn(output)).toEqual([]);
    }
  }, 60_000);

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
    const canaries = new Canaries();
    canaries.note(placeOf("REDIS_URL"), password);
    const url = new URL(POSTGRES_URL);
    url.searchParams.set("options", "-c search_path=test_canary_suite");
    ran = await run(directory, canaries, {
      ...{ databaseUrl: url.href, redisUrl: redisUrl.href },
      others: { LOG_FORMAT: "text" },
      handOver: (secrets) => inFiles(secrets, join(directory, "secrets")),
    });
  }, 120_000);

  afterAll(async () => {
    await ran?.close();
    await schema?.drop();
    await redis?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  testRun(() => ran, ["RABBITMQ_URL"]);

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
