import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { type Cache, createCache } from "@fairlead/core/cache/cache";
import { createSharedTier } from "@fairlead/core/cache/shared-tier";
import { type Clock, SYSTEM_CLOCK } from "@fairlead/core/ports";
import { Secret } from "@fairlead/core/secret";
import type { Shared } from "@fairlead/core/storage/shared";
import { createKeyedHash } from "@fairlead/core/vault/keyed-hash";
import { createSealer } from "@fairlead/core/vault/sealer";
import { createManualClock, until } from "@fairlead/testkit/clock";
import { createCollectingLogger } from "@fairlead/testkit/logger";
import { seededRandom } from "@fairlead/testkit/random";
import { requireService } from "@fairlead/testkit/services";
import { createClient } from "@redis/client";
import { afterEach, expect, test } from "vitest";
import { createRedisShared } from "./redis-shared.ts";

const URL = "redis://127.0.0.1:6379";
const KEY = Buffer.alloc(32, 7);
const POLICY = { ttlMs: 3_600_000, tags: ["harbour"] };

const ending: (() => Promise<unknown> | unknown)[] = [];
let prefixes = 0;

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

interface Replica {
  cache: Cache;
  shared: Shared;
  logged: () => string[];
}

/** Two replicas on one Redis. The time of day is the test's, in Redis too; only pauses between tries are real. */
async function setUp(url: string) {
  const day = createManualClock();
  const clock: Clock = { now: day.now, after: SYSTEM_CLOCK.after };
  prefixes += 1;
  const prefix = `cache-test-${process.pid}-${prefixes}`;
  const [a, b] = [await replica(url, prefix, clock, 1), await replica(url, prefix, clock, 2)];
  let level = 0;
  const read = async () => {
    level += 1;
    return { level, berth: "Millbay" };
  };
  const ask = async ({ cache }: Replica, key = "tide plymouth") => {
    return (await cache.get(key, POLICY, new AbortController().signal, read)).level;
  };
  return { advance: day.advance, prefix, a, b, ask, readings: () => level };
}

async function replica(url: string, prefix: string, clock: Clock, seed: number): Promise<Replica> {
  const random = seededRandom(seed);
  const logger = createCollectingLogger();
  const shared = await createRedisShared({ url: new Secret(url), prefix, clock });
  const tier = createSharedTier({
    ...{ shared, clock, random, logger, version: "1.0.0" },
    sealer: createSealer({ keys: [KEY], random }, clock),
    keyedHash: createKeyedHash(KEY),
  });
  ending.push(() => {
    tier?.close();
    return shared.close();
  });
  await until(() => tier?.listening === true);
  const cache = createCache({ clock, tier }).scoped("ten_acme ", { shared: true });
  return { cache, shared, logged: () => logger.lines.map(({ level }) => level) };
}

const describeRedis = await requireService("Redis", async () => {
  const client = createClient({ url: URL, socket: { reconnectStrategy: false } });
  client.on("error", () => {});
  await client.connect();
  client.destroy();
});

describeRedis("caches on one Redis", () => {
  test("what one replica loaded the other finds", async () => {
    const { a, b, ask } = await setUp(URL);
    expect(await ask(a)).toBe(1);
    expect(await ask(b)).toBe(1);
  });

  test("any number of callers on all replicas cost one load", async () => {
    const { a, b, ask, readings } = await setUp(URL);
    const answers = [a, b].flatMap((at) => Array.from({ length: 20 }, () => ask(at)));
    expect(new Set(await Promise.all(answers))).toEqual(new Set([1]));
    expect(readings()).toBe(1);
  });

  test("an invalidation by key or by tag reaches the other replica's memory", async () => {
    const { a, b, ask } = await setUp(URL);
    await ask(a);
    await ask(b);
    await a.cache.delete("tide plymouth");
    await heard(b.shared, a.shared);
    expect(await ask(b)).toBe(2);
    await b.cache.deleteByTag("harbour");
    await heard(a.shared, b.shared);
    expect(await ask(a)).toBe(3);
  });

  test("Redis sees neither keys nor tags nor answers", async () => {
    const { a, ask, prefix } = await setUp(URL);
    await a.cache.deleteByTag("harbour");
    await ask(a);
    const held = await dump(prefix);
    expect(held).toHaveLength(2);
    const seen = held.flat().join("\n");
    const opened = seen.replace(/[A-Za-z0-9+/=]{40,}/g, (text) =>
      Buffer.from(text, "base64").toString("latin1"),
    );
    expect(`${seen}\n${opened}`).not.toMatch(/plymouth|millbay|berth|harbour|ten_acme/i);
  });
});

/** What Redis holds under a prefix, once it holds an answer: that is left there after the caller has his. */
async function dump(prefix: string): Promise<[string, string][]> {
  const client = await createClient({ url: URL }).connect();
  const read = async () => {
    const held: [string, string][] = [];
    for await (const keys of client.scanIterator({ MATCH: `${prefix}:value:*`, COUNT: 1_000 })) {
      for (const key of keys) held.push([key, (await client.get(key)) ?? ""]);
    }
    return held;
  };
  try {
    let held = await read();
    while (!held.some(([key]) => key.includes("cache kept"))) held = await read();
    return held;
  } finally {
    client.destroy();
  }
}

/** Until a listener has heard all that a speaker said before: messages of one speaker keep their order. */
async function heard(listener: Shared, speaker: Shared): Promise<void> {
  const last = Promise.withResolvers<void>();
  const stop = await listener.subscribe("cache test", () => last.resolve());
  await speaker.publish("cache test", "last");
  await last.promise;
  stop();
}

const describeServer = await requireService("redis-server", async () => {
  const [code] = await once(spawn("redis-server", ["--version"]), "exit");
  if (code !== 0) throw new Error(`it exits with ${code}`);
});

describeServer("caches on a Redis that is killed", () => {
  test("answer from memory and by loads, and agree again when it is back", async () => {
    const port = await freePort();
    const server = await startRedis(port);
    const { a, b, ask, advance } = await setUp(`redis://127.0.0.1:${port}`);
    expect(await ask(a)).toBe(1);
    expect(await ask(b)).toBe(1);

    await kill(server);
    await until(() => !a.shared.listening && !b.shared.listening);
    advance(2_000);
    expect([await ask(a), await ask(b)]).toEqual([1, 1]);
    expect([await ask(a, "wind"), await ask(b, "wind")]).toEqual([2, 3]);
    await a.cache.delete("tide plymouth");
    expect(await ask(a)).toBe(4);
    expect(await ask(b)).toBe(1);

    await startRedis(port);
    await until(() => a.shared.listening && b.shared.listening);
    await until(() => [a, b].every(({ logged }) => logged().at(-1) === "info"));
    expect(await ask(b)).toBe(5);
    expect(await ask(a)).toBe(5);
    expect([...a.logged(), ...b.logged()]).toEqual(["warn", "info", "warn", "info"]);
  });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}

async function startRedis(port: number): Promise<ChildProcess> {
  const server = spawn("redis-server", ["--port", `${port}`, "--save", "", "--bind", "127.0.0.1"]);
  ending.push(() => kill(server));
  for await (const line of server.stdout) {
    if (String(line).includes("Ready to accept connections")) break;
  }
  return server;
}

async function kill(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, "exit");
  server.kill("SIGKILL");
  await gone;
}
