import { createManualClock, until } from "@fairlead/testkit/clock";
import { createCollectingLogger } from "@fairlead/testkit/logger";
import { seededRandom } from "@fairlead/testkit/random";
import { describe, expect, test } from "vitest";
import { FairleadError } from "../errors.ts";
import { createMemoryShared } from "../storage/memory-shared.ts";
import type { Shared } from "../storage/shared.ts";
import { createKeyedHash } from "../vault/keyed-hash.ts";
import { createSealer } from "../vault/sealer.ts";
import { type Cache, createCache, type ScopeOptions } from "./cache.ts";
import { createSharedTier } from "./shared-tier.ts";

const KEY = Buffer.alloc(32, 7);
const NAMING_KEY = Buffer.alloc(32, 9);
const POLICY = { ttlMs: 60_000 };
const STALE = { ttlMs: 60_000, staleMs: 20_000 };
const TAGGED = { ...POLICY, tags: ["harbour"] };

type Lines = "up" | "cut" | "slow";

/** What several processes reach, each over a line that a test can cut. */
function createNetwork() {
  const clock = createManualClock();
  const memory = createMemoryShared(clock);
  const kept = new Map<string, string>();
  let replicas = 0;

  function connect(isReady: Promise<void>) {
    const line = { lines: "up" as Lines, isListening: true, asked: 0, mayLease: Promise.resolve() };
    const gaps = new Set<() => void>();
    async function through<T>(ask: () => Promise<T>): Promise<T> {
      line.asked += 1;
      if (line.lines === "up") return ask();
      if (line.lines === "slow") await new Promise<void>((late) => clock.after(1_000, late));
      throw new FairleadError("upstream_unavailable", "The line is cut.");
    }
    const shared: Shared = {
      ...memory,
      reach: "network",
      get listening() {
        return line.isListening;
      },
      get: (key) => through(() => memory.get(key)),
      // Reads overtake writes: nobody promised an order.
      set: (key, value, ttlMs) =>
        through(async () => {
          await nextTurn();
          kept.set(key, value);
          await memory.set(key, value, ttlMs);
        }),
      delete: (key) =>
        through(async () => {
          await nextTurn();
          kept.delete(key);
          await memory.delete(key);
        }),
      publish: (channel, message) => through(() => memory.publish(channel, message)),
      async lease(key, ttlMs) {
        await line.mayLease;
        const lease = await through(() => memory.lease(key, ttlMs));
        return lease === undefined
          ? undefined
          : {
              fence: lease.fence,
              renew: (ms) => through(() => lease.renew(ms)),
              release: () => through(() => lease.release()),
            };
      },
      async subscribe(channel, listener, onGap) {
        await isReady;
        if (onGap !== undefined) gaps.add(onGap);
        return memory.subscribe(channel, (message) => {
          if (line.isListening && line.lines === "up") listener(message);
        });
      },
    };
    return {
      shared,
      get asked() {
        return line.asked;
      },
      set(lines: Lines) {
        line.lines = lines;
      },
      deafen() {
        line.isListening = false;
      },
      hear() {
        line.isListening = true;
        for (const gap of gaps) gap();
      },
      holdLeases(until: Promise<void>) {
        line.mayLease = until;
      },
    };
  }

  async function replica(
    options: {
      key?: Buffer;
      version?: string;
      clockIsAheadMs?: number;
      scope?: ScopeOptions;
      listensFrom?: Promise<void>;
    } = {},
  ) {
    replicas += 1;
    const line = connect(options.listensFrom ?? Promise.resolve());
    const ahead = options.clockIsAheadMs ?? 0;
    const random = seededRandom(replicas);
    const logger = createCollectingLogger();
    const own = { now: () => clock.now() + ahead, after: clock.after };
    const tier = createSharedTier({
      shared: line.shared,
      sealer: createSealer({ keys: [options.key ?? KEY], random }, own),
      keyedHash: createKeyedHash(NAMING_KEY),
      clock: own,
      random,
      logger,
      version: options.version ?? "1.0.0",
    });
    const cache = createCache({ clock: own, tier }).scoped("ten_acme ", {
      shared: true,
      ...options.scope,
    });
    if (options.listensFrom === undefined) await until(() => tier?.listening === true);
    return { line, logger, cache };
  }

  return { clock, kept, replica };
}

/** A gauge that counts its readings. */
function createGauge() {
  let level = 0;
  return {
    get readings() {
      return level;
    },
    read: async () => {
      level += 1;
      return { level };
    },
  };
}

async function setUp() {
  const network = createNetwork();
  const gauge = createGauge();
  const [a, b] = [await network.replica(), await network.replica()];
  return { ...network, a, b, gauge, ...asking(gauge) };
}

/** A gauge whose readings the test gives by hand. */
async function setUpByHand() {
  const network = createNetwork();
  const [a, b] = [await network.replica(), await network.replica()];
  const loads: {
    signal: AbortSignal;
    answer(level: number): void;
    fail(error: Error): void;
  }[] = [];
  const read = (signal: AbortSignal) =>
    new Promise<{ level: number }>((resolve, reject) => {
      loads.push({ signal, answer: (level) => resolve({ level }), fail: reject });
    });
  return { ...network, a, b, loads, ...asking({ read }) };
}

function asking({ read }: { read: (signal: AbortSignal) => Promise<{ level: number }> }) {
  return {
    async ask(
      { cache }: { cache: Cache },
      policy: typeof STALE | typeof TAGGED | typeof POLICY = POLICY,
      signal = new AbortController().signal,
      key = "tide",
    ) {
      const { level } = await cache.get(key, policy, signal, read);
      // The answer is there before it is left to the others.
      await settle();
      return level;
    },
  };
}

function nextTurn(): Promise<void> {
  return new Promise((next) => setImmediate(next));
}

/** Lets what is under way go as far as it gets without the clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
}

describe("an answer", () => {
  test("is loaded once for all replicas", async () => {
    const { a, b, ask, gauge } = await setUp();
    expect(await ask(a)).toBe(1);
    expect(await ask(b)).toBe(1);
    expect(gauge.readings).toBe(1);
  });

  test("ends on every replica when it would have ended on the first", async () => {
    const { a, b, ask, clock } = await setUp();
    await ask(a);
    clock.advance(59_000);
    expect(await ask(b)).toBe(1);
    clock.advance(1_000);
    expect(await ask(b)).toBe(2);
  });

  test("that is stale is served while one replica fetches another", async () => {
    const { a, b, ask, clock, gauge } = await setUp();
    await ask(a, STALE);
    clock.advance(70_000);
    expect(await ask(b, STALE)).toBe(1);
    await settle();
    expect(gauge.readings).toBe(2);
    expect(await ask(b, STALE)).toBe(2);
    expect(await ask(a, STALE)).toBe(1);
    await settle();
    expect(await ask(a, STALE)).toBe(2);
    expect(gauge.readings).toBe(2);
  });

  test("does not live longer for a clock that is ahead", async () => {
    const { a, ask, clock, replica } = await setUp();
    const ahead = await replica({ clockIsAheadMs: 3_600_000 });
    expect(await ask(ahead)).toBe(1);
    expect(await ask(a)).toBe(1);
    clock.advance(60_000);
    expect(await ask(a)).toBe(2);
  });

  test("does not live longer for a clock that is set back", async () => {
    const { a, ask, clock } = await setUp();
    await ask(a);
    clock.step(-3_600_000);
    await ask(a);
    clock.advance(60_000);
    expect(await ask(a)).toBeGreaterThan(1);
  });

  test("comes from memory alone while every invalidation is heard", async () => {
    const { a, ask, clock } = await setUp();
    await ask(a);
    await settle();
    const { asked } = a.line;
    clock.advance(30_000);
    expect(await ask(a)).toBe(1);
    expect(a.line.asked).toBe(asked);
  });

  test("that has ended does not stay in memory, and leaves no timer behind", async () => {
    const { a, ask, clock } = await setUp();
    await ask(a, STALE);
    await settle();
    expect(clock.waiting).toEqual([60_000]);
    clock.advance(60_000);
    expect(clock.waiting).toEqual([60_000]);
    clock.advance(60_000);
    expect(clock.waiting).toEqual([]);
  });

  test("of another version of the program is not read", async () => {
    const { a, ask, replica } = await setUp();
    await ask(a);
    expect(await ask(await replica({ version: "2.0.0" }))).toBe(2);
  });

  test("sealed with another key is not read", async () => {
    const { a, ask, replica } = await setUp();
    await ask(a);
    expect(await ask(await replica({ key: Buffer.alloc(32, 8) }))).toBe(2);
  });

  test("is not kept longer than its scope allows", async () => {
    const { ask, clock, replica } = await setUp();
    const brief = await replica({ scope: { maxKeptMs: 10_000 } });
    await ask(brief, STALE);
    clock.advance(10_000);
    expect(await ask(brief, STALE)).toBe(2);
  });

  test("that JSON cannot carry stays in the memory of its replica, as it is", async () => {
    const { a, b } = await setUp();
    const { signal } = new AbortController();
    const read = async () => ({ at: new Date(0) });
    await a.cache.get("k", POLICY, signal, read);
    await settle();
    expect((await b.cache.get("k", POLICY, signal, read)).at).toBeInstanceOf(Date);
    expect((await b.cache.get("k", POLICY, signal, read)).at).toBeInstanceOf(Date);
  });

  test("of a scope that is not shared never leaves its process", async () => {
    const { ask, kept, replica } = await setUp();
    const scope = { shared: false };
    const [c, d] = [await replica({ scope }), await replica({ scope })];
    expect([await ask(c), await ask(d), await ask(c)]).toEqual([1, 2, 1]);
    await settle();
    expect([...kept.keys()]).toEqual([]);
  });
});

test("the shared state sees neither keys nor tags nor answers", async () => {
  const { a, kept } = await setUp();
  const { signal } = new AbortController();
  const policy = { ...POLICY, tags: ["con_plymouth"] };
  await a.cache.get("harbour_get_berth plymouth", policy, signal, async () => ({
    berth: "Millbay",
  }));
  await settle();
  await a.cache.deleteByTag("con_plymouth");
  const seen = JSON.stringify([...kept].flat());
  expect(kept.size).toBe(2);
  expect(seen).not.toMatch(/plymouth|millbay|berth|ten_acme/i);
  expect(Buffer.from([...kept.values()][0] ?? "", "base64").toString("latin1")).not.toMatch(
    /millbay/i,
  );
});

describe("replicas that ask at once", () => {
  test("load once", async () => {
    const { a, b, ask, clock, loads } = await setUpByHand();
    const answers = Promise.all([a, b].flatMap((at) => Array.from({ length: 20 }, () => ask(at))));
    await settle();
    expect(loads).toHaveLength(1);
    loads[0]?.answer(7);
    await settle();
    clock.advance(20);
    expect(new Set(await answers)).toEqual(new Set([7]));
    expect(loads).toHaveLength(1);
  });

  test("wait for as long as the one that loads is alive", async () => {
    const { a, b, ask, clock, loads } = await setUpByHand();
    const answers = [ask(a), ask(b)];
    for (let second = 0; second < 20; second += 1) {
      await settle();
      clock.advance(1_000);
    }
    await settle();
    expect(loads).toHaveLength(1);
    loads[0]?.answer(7);
    await settle();
    clock.advance(250);
    expect(await Promise.all(answers)).toEqual([7, 7]);
  });

  test("load elsewhere when the one that loads has died", async () => {
    const { a, b, ask, clock, loads } = await setUpByHand();
    void ask(a).catch(() => {});
    await settle();
    a.line.set("cut");
    const answer = ask(b);
    for (let step = 0; step < 24; step += 1) {
      await settle();
      clock.advance(250);
    }
    await settle();
    expect(loads).toHaveLength(2);
    loads[1]?.answer(8);
    expect(await answer).toBe(8);
  });

  test("load elsewhere at once when the load fails", async () => {
    const { a, b, ask, clock, loads } = await setUpByHand();
    const failing = ask(a);
    const other = ask(b);
    await settle();
    loads[0]?.fail(new Error("The gauge is broken."));
    await expect(failing).rejects.toThrow("broken");
    clock.advance(20);
    await settle();
    loads[1]?.answer(8);
    expect(await other).toBe(8);
  });

  test("load elsewhere when the callers of the one that loads have left", async () => {
    const { a, b, ask, clock, loads } = await setUpByHand();
    const leaving = new AbortController();
    const left = ask(a, POLICY, leaving.signal);
    await settle();
    const other = ask(b);
    await settle();
    leaving.abort(new Error("gone"));
    await expect(left).rejects.toThrow("gone");
    expect(loads[0]?.signal.aborted).toBe(true);
    await settle();
    clock.advance(20);
    await settle();
    loads[1]?.answer(8);
    expect(await other).toBe(8);
  });

  test("take what was left just before they got their turn", async () => {
    const { a, b, ask, gauge } = await setUp();
    const turn = Promise.withResolvers<void>();
    b.line.holdLeases(turn.promise);
    const answer = ask(b);
    await settle();
    await ask(a);
    await settle();
    turn.resolve();
    expect(await answer).toBe(1);
    expect(gauge.readings).toBe(1);
  });

  test("let go of a caller who does not want to wait for the other", async () => {
    const { a, b, ask, clock, loads } = await setUpByHand();
    void ask(a).catch(() => {});
    await settle();
    const timers = clock.waiting.length;
    const leaving = new AbortController();
    const waiting = ask(b, POLICY, leaving.signal);
    await settle();
    leaving.abort(new Error("out of patience"));
    await expect(waiting).rejects.toThrow("out of patience");
    await settle();
    expect(loads).toHaveLength(1);
    expect(clock.waiting).toHaveLength(timers);
  });
});

describe("an invalidation", () => {
  test("of a key reaches the other replica", async () => {
    const { a, b, ask } = await setUp();
    await ask(a);
    await ask(b);
    await a.cache.delete("tide");
    expect(await ask(b)).toBe(2);
    expect(await ask(a)).toBe(2);
  });

  test("leaves nothing of the answer in the shared state", async () => {
    const { a, ask, kept } = await setUp();
    await ask(a);
    await settle();
    const before = [...kept.keys()];
    await a.cache.delete("tide");
    expect(before.filter((key) => kept.has(key))).toEqual([]);
  });

  test("counts for whoever asks right after it, whose answer is kept", async () => {
    const { ask, gauge, replica } = await setUp();
    for (const shared of [true, false]) {
      const c = await replica({ scope: { shared } });
      await ask(c);
      void c.cache.delete("tide");
      const level = await ask(c);
      expect(level).toBe(gauge.readings);
      expect(await ask(c)).toBe(level);
      await c.cache.delete("tide");
    }
    expect(gauge.readings).toBe(4);
  });

  test("of a tag reaches what carries it on the other replica, and nothing else", async () => {
    const { a, b, ask } = await setUp();
    const { signal } = new AbortController();
    expect([await ask(b, TAGGED), await ask(b, POLICY, signal, "wind")]).toEqual([1, 2]);
    await a.cache.deleteByTag("harbour");
    expect([await ask(b, TAGGED), await ask(b, POLICY, signal, "wind")]).toEqual([3, 2]);
  });

  test("of a tag leaves the same tag of another scope alone", async () => {
    const { a, b, ask } = await setUp();
    await ask(b, TAGGED);
    await a.cache.scoped("other ").deleteByTag("harbour");
    expect(await ask(b, TAGGED)).toBe(1);
  });

  test("of a tag counts whatever the clocks say", async () => {
    const { a, ask, replica } = await setUp();
    const ahead = await replica({ clockIsAheadMs: 5_000 });
    await ask(ahead, TAGGED);
    await a.cache.deleteByTag("harbour");
    expect(await ask(ahead, TAGGED)).toBe(2);
    expect(await ask(a, TAGGED)).toBe(2);
  });

  test("reaches what another replica keeps in its memory alone", async () => {
    const { ask, replica } = await setUp();
    const scope = { shared: false };
    const [c, d] = [await replica({ scope }), await replica({ scope })];
    await ask(c);
    await d.cache.delete("tide");
    expect(await ask(c)).toBe(2);
  });

  test("counts for a load that is under way on another replica", async () => {
    const { a, b, ask, loads } = await setUpByHand();
    const early = ask(b);
    await settle();
    await a.cache.delete("tide");
    loads[0]?.answer(1);
    expect(await early).toBe(1);
    await settle();
    void ask(b).catch(() => {});
    await settle();
    expect(loads).toHaveLength(2);
  });

  test("counts for a load that is under way on a replica that hears nothing", async () => {
    const { a, b, ask, loads } = await setUpByHand();
    b.line.deafen();
    const early = ask(b);
    await settle();
    await a.cache.delete("tide");
    loads[0]?.answer(1);
    await early;
    await settle();
    void ask(a).catch(() => {});
    await settle();
    expect(loads).toHaveLength(2);
  });

  test("that was not heard counts within a second", async () => {
    const { a, b, ask, clock } = await setUp();
    await ask(b);
    b.line.deafen();
    await a.cache.delete("tide");
    clock.advance(999);
    expect(await ask(b)).toBe(1);
    clock.advance(1);
    expect(await ask(b)).toBe(2);
  });

  test("that was not heard counts at once when messages are heard again", async () => {
    const { a, b, ask } = await setUp();
    await ask(b);
    b.line.deafen();
    await a.cache.delete("tide");
    b.line.hear();
    expect(await ask(b)).toBe(2);
  });

  test("from before messages were heard at all counts", async () => {
    const { a, ask, replica } = await setUp();
    const ready = Promise.withResolvers<void>();
    const late = await replica({ listensFrom: ready.promise });
    await ask(late);
    await a.cache.delete("tide");
    ready.resolve();
    await settle();
    expect(await ask(late)).toBe(2);
  });

  test("is not undone by a load that fails", async () => {
    const { a, b, ask, clock, loads } = await setUpByHand();
    const early = ask(b);
    await settle();
    loads[0]?.answer(1);
    await early;
    b.line.deafen();
    await a.cache.delete("tide");
    clock.advance(1_000);
    const failing = ask(b);
    await settle();
    loads[1]?.fail(new Error("The gauge is broken."));
    await expect(failing).rejects.toThrow("broken");
    b.line.set("cut");
    void ask(b).catch(() => {});
    await settle();
    expect(loads).toHaveLength(3);
  });

  test("is told later when the shared state is away", async () => {
    const { a, b, ask, clock } = await setUp();
    await ask(a);
    await ask(b);
    a.line.set("cut");
    await a.cache.delete("tide");
    a.line.set("up");
    expect(await ask(a)).toBe(2);
    clock.advance(1_000);
    await settle();
    expect(await ask(b)).toBe(3);
  });
});

test("what nothing invalidated is served on after a gap, without a load", async () => {
  const { b, ask, clock, gauge } = await setUp();
  await ask(b, STALE);
  b.line.deafen();
  clock.advance(30_000);
  expect(await ask(b, STALE)).toBe(1);
  b.line.hear();
  expect(await ask(b, STALE)).toBe(1);
  expect(gauge.readings).toBe(1);
});

describe("while the shared state is away", () => {
  test("reads go on from memory and by loads", async () => {
    const { a, ask, clock, gauge } = await setUp();
    await ask(a);
    a.line.set("cut");
    a.line.deafen();
    clock.advance(30_000);
    expect(await ask(a)).toBe(1);
    clock.advance(30_000);
    expect(await ask(a)).toBe(2);
    expect(await ask(a)).toBe(2);
    expect(gauge.readings).toBe(2);
  });

  test("only those who meet it first wait, and a second at most", async () => {
    const { a, ask, clock } = await setUp();
    a.line.set("slow");
    const first = ask(a);
    await settle();
    clock.advance(1_000);
    expect(await first).toBe(1);
    await a.cache.delete("tide");
    expect(await ask(a)).toBe(2);
  });

  test("the log says so once, and once that it is back", async () => {
    const { a, ask, clock } = await setUp();
    a.line.set("cut");
    await ask(a);
    await ask(a, POLICY, new AbortController().signal, "wind");
    clock.advance(3_000);
    await settle();
    a.line.set("up");
    clock.advance(1_000);
    await settle();
    expect(a.logger.lines.map(({ level }) => level)).toEqual(["warn", "info"]);
  });

  test("what was loaded is checked when it is back", async () => {
    const { a, b, ask, clock } = await setUp();
    await ask(a);
    await ask(b);
    b.line.set("cut");
    await ask(b, POLICY, new AbortController().signal, "wind");
    await a.cache.delete("tide");
    clock.advance(1_000);
    expect(await ask(b)).toBe(1);
    b.line.set("up");
    clock.advance(1_000);
    await settle();
    expect(await ask(b)).toBe(3);
  });
});
