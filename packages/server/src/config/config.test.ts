import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type Given, type Loaded, loadConfig } from "./config.ts";
import { ConfigError, formatProblem } from "./problem.ts";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function load(environment: Given["environment"] = {}, rest: Partial<Given> = {}): Promise<Loaded> {
  return loadConfig({ mode: "serve", environment, ...rest });
}

async function problemsOf(environment: Given["environment"], rest?: Partial<Given>) {
  const failure = await load(environment, rest).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof ConfigError)) throw new Error("Nothing was wrong.");
  return failure.problems.map(formatProblem);
}

async function warningsOf(environment: Given["environment"]) {
  return (await load(environment)).warnings.map(formatProblem);
}

function fileWith(text: string, mode = 0o600): string {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-config-"));
  folders.push(folder);
  const path = join(folder, "secret");
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const KEY = "0123456789abcdef0123456789abcdef";

test("stands on its defaults when nothing is given", async () => {
  const { config, connectors } = await load();
  expect(config.http).toMatchInlineSnapshot(`
    {
      "door": {
        "allowedHosts": [],
        "allowedOrigins": [],
      },
      "drainMs": 10000,
      "headersTimeoutMs": 30000,
      "host": "127.0.0.1",
      "keepAliveTimeoutMs": 65000,
      "maxBodyBytes": 4194304,
      "maxConnections": 10000,
      "maxStreams": 1000,
      "port": 7000,
      "requestTimeoutMs": 60000,
    }
  `);
  expect(config.engine).toMatchObject({
    identity: { trustLocal: false, headerCredentials: true },
    callerBucket: { capacity: 600, refillPerSecond: 10 },
    deadlineMs: 30_000,
  });
  expect(config.log).toMatchObject({ level: "info", readable: false, batched: true });
  expect(connectors.map(({ id }) => id)).toEqual(["cloudways"]);
});

test("names every problem at once, each with what to do", async () => {
  expect(
    await problemsOf({
      HOST: "0.0.0.0",
      PORT: "70000",
      PUBLIC_URL: "fairlead.example.com",
      ALLOWED_ORIGINS: "*",
      ENCRYPTION_KEY: "short",
      FAIRLEAD_READONLY: "maybe",
      FAIRLEAD_TOOLSETS: "server",
      FAIRLEAD_CONNECTORS: "cloudway,cloudways",
      REDIS_URL: "redis://user:hunter2@localhost:port",
      FAIRLEAD_REDIS_PREFIX: "fair lead",
      LOG_LEVEL: "chatty",
      CLOUDWAYS_EMAIL: "ops@example.com",
      CLOUDWAYS_BASE_URL: "nowhere",
      FAIRLEAD_MAX_BODDY: "1",
    }),
  ).toMatchInlineSnapshot(`
    [
      "FAIRLEAD_CONNECTORS: there is no connector "cloudway". Did you mean cloudways? There are: cloudways.",
      "PORT: has to be a whole number from 0 to 65535, not "70000".",
      "PUBLIC_URL: has to be a URL such as https://fairlead.example.com, not "fairlead.example.com".",
      "ALLOWED_ORIGINS: has to list origins such as https://chat.example.com; "*" is none.",
      "ENCRYPTION_KEY: has to have at least 32 characters.",
      "FAIRLEAD_READONLY: has to be true or false, not "maybe".",
      "REDIS_URL: has to be a URL such as redis://user:password@host:6379/0, or redis-cluster://host-1:6379,host-2:6379.",
      "FAIRLEAD_REDIS_PREFIX: has to be 1 to 64 letters, digits, dots, dashes or underscores, not "fair lead".",
      "LOG_LEVEL: has to be trace, debug, info, warn, error, silent, or a list such as info,cloudways=debug; "chatty" is neither.",
      "FAIRLEAD_TOOLSETS: there is no toolset "server". Did you mean servers? There are: account, apps, catalogue, monitoring, servers.",
      "FAIRLEAD_API_KEY: is needed, since HOST=0.0.0.0 lets other machines in. Set it to the output of: openssl rand -hex 32.",
      "CLOUDWAYS_BASE_URL: Invalid URL.",
      "CLOUDWAYS_API_KEY: is missing; it goes with CLOUDWAYS_EMAIL.",
      "FAIRLEAD_MAX_BODDY: is no setting. Did you mean FAIRLEAD_MAX_BODY?",
    ]
  `);
});

test.each([
  ["DATABASE_URL", "has to be a URL such as postgres://user@host/database."],
  ["REDIS_URL", "has to be a URL such as redis://user:password@host:6379/0, or redis-cluster://"],
  ["RABBITMQ_URL", "cannot be used yet: this version keeps operations in the store. Unset it."],
])("refuses a %s of another scheme, and repeats nothing of it", async (name, words) => {
  const [problem, ...others] = await problemsOf({ [name]: "scheme://user:hunter2@host" });
  expect(others).toEqual([]);
  expect(problem).toContain(`${name}: ${words}`);
  expect(problem).not.toContain("hunter2");
});

test("is embedded when nothing is said of state: no service is looked for", async () => {
  const { config } = await load({ HOME: "/home/ann" });
  expect(config.state).toMatchObject({
    ...{ databaseUrl: undefined, redisUrl: undefined, synchronous: "normal" },
    directory: "/home/ann/.local/share/fairlead",
  });
  expect((await load({ FAIRLEAD_STATE: "memory" })).config.state.directory).toBeUndefined();
  expect((await load({ FAIRLEAD_STATE: "/var/lib/fairlead" })).config.state.directory).toBe(
    "/var/lib/fairlead",
  );
});

test.each([
  "redis://localhost",
  "rediss://ann:word@cache.internal:6380/2",
  "redis-cluster://one:6379,two:6379",
  "valkey://[::1]:6379",
])("takes %s for a Redis", async (url) => {
  const { config } = await load({ REDIS_URL: url, FAIRLEAD_REDIS_PREFIX: "staging" });
  expect(config.state.redisUrl?.reveal()).toBe(url);
  expect(config.state.redisPrefix).toBe("staging");
});

test("begins names in Redis with its own unless told otherwise", async () => {
  expect((await load()).config.state.redisPrefix).toBe("fairlead");
});

test("needs a master key where several replicas open what one sealed", async () => {
  const database = { DATABASE_URL: "postgres://fairlead@db.internal/fairlead" };
  const [problem] = await problemsOf(database);
  expect(problem).toContain("ENCRYPTION_KEY: is needed with DATABASE_URL");
  const { config } = await load({ ...database, ENCRYPTION_KEY: KEY });
  expect(config.state.databaseUrl?.reveal()).toBe("postgres://fairlead@db.internal/fairlead");
});

test.each([`${KEY},`, `${KEY}\n${KEY}`, ` ${KEY}x`])(
  "refuses a master key that could not be listed among old ones",
  async (key) => {
    const path = fileWith(key);
    const given = key.trim() === key ? { ENCRYPTION_KEY_FILE: path } : { ENCRYPTION_KEY: key };
    expect(await problemsOf(given)).toEqual([
      expect.stringContaining(
        "ENCRYPTION_KEY: has to be text without a comma, a line break or space",
      ),
    ]);
  },
);

test("leaves alone what belongs to Kubernetes, to the tests and to a later connector", async () => {
  await load({
    FAIRLEAD_PORT: "tcp://10.0.0.1:7000",
    FAIRLEAD_PORT_7000_TCP_ADDR: "10.0.0.1",
    FAIRLEAD_SERVICE_HOST: "10.0.0.1",
    FAIRLEAD_REQUIRE_SERVICES: "1",
    ROCKETNET_EMAIL: "ops@example.com",
    ROCKETNET_PASSWORD: "anything",
  });
});

test("warns of a FAIRLEAD_PORT that somebody meant as PORT", async () => {
  expect(await warningsOf({ FAIRLEAD_PORT: "8080", FAIRLEAD_API_KEY: KEY })).toEqual([
    "FAIRLEAD_PORT: has no effect. The port is set with PORT.",
  ]);
});

test("takes an empty variable for one that is not set", async () => {
  expect((await load({ PORT: "", PUBLIC_URL: " " })).config.http.port).toBe(7000);
});

test("freezes all of it", async () => {
  const { config } = await load({ FAIRLEAD_TOOLSETS: "servers", CLOUDWAYS_API_KEY: "cw_token" });
  const thaw = (value: unknown): boolean =>
    typeof value === "object" &&
    value !== null &&
    (!Object.isFrozen(value) || Object.values(value).some(thaw));
  expect(thaw(config)).toBe(false);
});

test("prints no secret, however it is looked at", async () => {
  const { config } = await load({
    FAIRLEAD_API_KEY: KEY,
    ENCRYPTION_KEY: `${KEY}x`,
    CLOUDWAYS_API_KEY: "cw_token_of_mine",
  });
  expect(JSON.stringify(config)).not.toMatch(/0123456789|cw_token/);
});

test("lets a flag stand before the variable, and names it when it is wrong", async () => {
  const flags = { PORT: { text: "8080", flag: "--port" } };
  const { config, stated } = await load({ PORT: "9090" }, { flags });
  expect(config.http.port).toBe(8080);
  expect(stated.get("PORT")).toEqual({ text: "8080", source: "flag", from: "--port" });
  expect(await problemsOf({}, { flags: { PORT: { text: "x", flag: "--port" } } })).toEqual([
    'PORT: has to be a whole number from 0 to 65535, not "x" (--port).',
  ]);
});

test("knows other names and writings of log levels", async () => {
  const { config } = await load({ LOG_LEVEL: "WARNING, Cloudways=DEBUG" });
  expect(config.log).toMatchObject({ level: "warn", modules: { cloudways: "debug" } });
});

test("is quiet by default for a command that ends by itself", async () => {
  expect((await load({}, { mode: "once" })).config.log.level).toBe("warn");
});

test("writes the log for people on a terminal, unless told otherwise", async () => {
  expect((await load({}, { isTerminal: true })).config.log.readable).toBe(true);
  const told = await load({ LOG_FORMAT: "JSON" }, { isTerminal: true });
  expect(told.config.log.readable).toBe(false);
});

test("takes the host of PUBLIC_URL for a name of its own, and lets no header credentials in", async () => {
  const { config } = await load({
    PUBLIC_URL: "https://fairlead.example.com/",
    ALLOWED_HOSTS: "other.example.com:8080",
    FAIRLEAD_API_KEY: KEY,
  });
  expect(config.publicUrl).toBe("https://fairlead.example.com");
  expect(config.http.door).toEqual({
    allowedHosts: ["other.example.com", "fairlead.example.com"],
    allowedOrigins: ["https://fairlead.example.com"],
  });
  expect(config.engine.identity.headerCredentials).toBe(false);
  expect(config.isPrivate).toBe(false);
});

test("takes a foreign name on loopback for a proxy in front, and trusts callers no more than that", async () => {
  const named = { ALLOWED_HOSTS: "fairlead.internal", FAIRLEAD_API_KEY: KEY };
  const { config } = await load(named);
  expect(config.engine.identity.headerCredentials).toBe(false);
  expect(config.isPrivate).toBe(false);
  expect((await load({ ALLOWED_HOSTS: "localhost" })).config.isPrivate).toBe(true);
});

test("listens beyond loopback only under a name and with a key of some length", async () => {
  const host = { HOST: "0.0.0.0" };
  expect(await problemsOf({ ...host, ALLOWED_HOSTS: "fairlead.internal" })).toEqual([
    "FAIRLEAD_API_KEY: is needed, since HOST=0.0.0.0 lets other machines in. Set it to the output of: openssl rand -hex 32.",
  ]);
  expect(
    await problemsOf({
      ...host,
      ALLOWED_HOSTS: "fairlead.internal",
      FAIRLEAD_API_KEY: "swordfish",
    }),
  ).toEqual([expect.stringContaining("less than 16 characters")]);
  await load({ ...host, ALLOWED_HOSTS: "fairlead.internal", FAIRLEAD_API_KEY: KEY });
});

test("asks nothing of that kind where nobody listens", async () => {
  await load({ HOST: "0.0.0.0" }, { mode: "stdio" });
});

test("makes callers the local user on loopback only", async () => {
  expect((await load({}, { local: true })).config.engine.identity.trustLocal).toBe(true);
  const [problem] = await problemsOf({ HOST: "0.0.0.0" }, { local: true });
  expect(problem).toContain("--local: makes every caller the local user, and HOST=0.0.0.0");
  const public_ = await problemsOf({ PUBLIC_URL: "https://a.example" }, { local: true });
  expect(public_[0]).toContain("PUBLIC_URL lets other machines in");
  const named = await problemsOf({ ALLOWED_HOSTS: "a.example" }, { local: true });
  expect(named[0]).toContain("ALLOWED_HOSTS=a.example lets other machines in");
  await load({ ALLOWED_HOSTS: "localhost,[::1]" }, { local: true });
});

test("says so when nobody could call", async () => {
  expect(await problemsOf({ PUBLIC_URL: "https://a.example" })).toEqual([
    expect.stringContaining("FAIRLEAD_API_KEY: is not set, and header credentials are off"),
  ]);
});

test("takes several keys, between commas or line by line from a file", async () => {
  const keys = async (environment: Given["environment"]) =>
    (await load(environment)).config.engine.identity.operatorKeys?.map((key) => key.reveal());
  expect(await keys({ FAIRLEAD_API_KEY: "one, two" })).toEqual(["one", "two"]);
  expect(await keys({ FAIRLEAD_API_KEY_FILE: fileWith("one\ntwo\n") })).toEqual(["one", "two"]);
});

test("takes a secret from its file, and warns when everybody can read that", async () => {
  const path = fileWith(`${KEY}\n`, 0o644);
  const { config, stated, warnings } = await load({
    ENCRYPTION_KEY_FILE: path,
    FAIRLEAD_API_KEY: KEY,
  });
  expect(config.state.encryptionKey?.reveal()).toBe(KEY);
  expect(stated.get("ENCRYPTION_KEY")).toMatchObject({ source: "file", from: path });
  expect(warnings.map(formatProblem)).toEqual([
    `ENCRYPTION_KEY_FILE: names ${path}, which every user of this machine can read. Run: chmod 600 ${path}.`,
  ]);
});

test("refuses a secret that is given twice, or lies nowhere", async () => {
  const path = fileWith("cw_token");
  expect(
    await problemsOf({
      CLOUDWAYS_API_KEY: "cw_token",
      CLOUDWAYS_API_KEY_FILE: path,
      ENCRYPTION_KEY_FILE: "/nowhere/at/all",
    }),
  ).toEqual([
    "ENCRYPTION_KEY_FILE: names /nowhere/at/all, which cannot be read (ENOENT). Check the path and its permissions.",
    "CLOUDWAYS_API_KEY: is set, and so is CLOUDWAYS_API_KEY_FILE. Keep one of them.",
  ]);
});

test("makes a connection of a connector's credential, and keeps its settings for all connections", async () => {
  const { config } = await load({
    CLOUDWAYS_EMAIL: "ops@example.com",
    CLOUDWAYS_API_KEY: "an-account-key",
    CLOUDWAYS_BASE_URL: "http://127.0.0.1:9",
  });
  expect(config.connections).toMatchObject([
    { connector: "cloudways", label: "environment", settings: {} },
  ]);
  expect(config.connections[0]?.credential.api_key?.reveal()).toBe("an-account-key");
  expect(config.connectorSettings).toEqual({ cloudways: { base_url: "http://127.0.0.1:9" } });
});

test("repeats no password that stands in an address", async () => {
  const told = await problemsOf({
    PUBLIC_URL: "https://user:p@ss-word@fairlead.example.com",
    OAUTH_ISSUERS: "https://user:p@ss-word@id.example.com",
  });
  expect(told.join()).not.toContain("word@");
  expect(told[0]).toContain('not "https://[redacted]@fairlead.example.com"');
});

test("has each secret of its own masked in the log", async () => {
  const { config } = await load({
    FAIRLEAD_SIGN_IN_ISSUER: "https://id.example.com",
    FAIRLEAD_SIGN_IN_CLIENT_ID: "fairlead",
    FAIRLEAD_SIGN_IN_CLIENT_SECRET: "the client's own",
  });
  expect(config.log.secrets?.map((secret) => secret.reveal())).toContain("the client's own");
});
