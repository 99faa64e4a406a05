import { createManualClock } from "@fairlead/testkit/clock";
import { describe, expect, test, vi } from "vitest";
import { createCache } from "./cache.ts";

const POLICY = { ttlMs: 1_000 };
const STALE = { ttlMs: 1_000, staleMs: 500 };

/** A cache, and a load whose answers the test gives by hand. */
function setUp(maxEntries?: number) {
  const clock = createManualClock();
  const cache = createCache({ clock, ...(maxEntries === undefined ? {} : { maxEntries }) });
  const loads: {
    signal: AbortSignal;
    answer: (value: string) => void;
    fail: (e: Error) => void;
  }[] = [];
  const load = (signal: AbortSignal) =>
    new Promise<string>((answer, fail) => loads.push({ signal, answer, fail }));
  const get = (key = "k", policy = POLICY, signal = new AbortController().signal) =>
    cache.get(key, policy, signal, load);
  return { clock, cache, loads, load, get };
}

async function keep(set: ReturnType<typeof setUp>, value: string, policy = POLICY): Promise<void> {
  const answer = set.get("k", policy);
  set.loads.at(-1)?.answer(value);
  await answer;
}

test("loads what it does not have", async () => {
  const { get, loads } = setUp();
  const answer = get();
  loads[0]?.answer("low tide");
  expect(await answer).toBe("low tide");
});

test("answers from memory while the answer is fresh, and not after", async () => {
  const set = setUp();
  await keep(set, "low tide");
  set.clock.advance(999);
  expect(await set.get()).toBe("low tide");
  set.clock.advance(1);
  const answer = set.get();
  set.loads[1]?.answer("high tide");
  expect(await answer).toBe("high tide");
});

test("loads once for any number of callers", async () => {
  const { get, loads } = setUp();
  const answers = Promise.all(Array.from({ length: 50 }, () => get()));
  loads[0]?.answer("low tide");
  expect(new Set(await answers)).toEqual(new Set(["low tide"]));
  expect(loads).toHaveLength(1);
});

test("tells every caller of a load that failed, and loads anew for the next", async () => {
  const { get, loads } = setUp();
  const answers = [get(), get()];
  loads[0]?.fail(new Error("The gauge is broken."));
  const results = await Promise.allSettled(answers);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  void get();
  expect(loads).toHaveLength(2);
});

test("keeps different keys apart", async () => {
  const { get, loads } = setUp();
  const answers = Promise.all([get("north"), get("south")]);
  loads[0]?.answer("low tide");
  loads[1]?.answer("high tide");
  expect(await answers).toEqual(["low tide", "high tide"]);
});

test("loads anew what was deleted", async () => {
  const set = setUp();
  await keep(set, "low tide");
  set.cache.delete("k");
  void set.get();
  expect(set.loads).toHaveLength(2);
});

test("does not keep the answer of a load that was under way when its key was deleted", async () => {
  const set = setUp();
  const early = set.get();
  set.cache.delete("k");
  set.loads[0]?.answer("low tide");
  expect(await early).toBe("low tide");
  void set.get();
  expect(set.loads).toHaveLength(2);
});

test("lets the least used answer go when it is full", async () => {
  const { cache } = setUp(2);
  const { signal } = new AbortController();
  const load = vi.fn(async () => "tide");
  for (const key of ["a", "b", "a", "c", "a"]) await cache.get(key, POLICY, signal, load);
  expect(load).toHaveBeenCalledTimes(3);
  await cache.get("b", POLICY, signal, load);
  expect(load).toHaveBeenCalledTimes(4);
});

test("loads anew what carries a tag that was deleted, and nothing else", async () => {
  const { cache } = setUp();
  const { signal } = new AbortController();
  const load = vi.fn(async () => "tide");
  const ask = (key: string, tags: string[]) => cache.get(key, { ...POLICY, tags }, signal, load);
  await ask("a", ["north", "pier"]);
  await ask("b", ["south", "pier"]);
  await cache.deleteByTag("north");
  await ask("b", ["south", "pier"]);
  expect(load).toHaveBeenCalledTimes(2);
  await ask("a", ["north", "pier"]);
  expect(load).toHaveBeenCalledTimes(3);
});

test("does not keep the answer of a load that was under way when its tag was deleted", async () => {
  const set = setUp();
  const { signal } = new AbortController();
  const early = set.cache.get("k", { ...POLICY, tags: ["pier"] }, signal, set.load);
  await set.cache.deleteByTag("pier");
  set.loads[0]?.answer("low tide");
  expect(await early).toBe("low tide");
  void set.get();
  expect(set.loads).toHaveLength(2);
});

test("a tag of one scope is none of another's", async () => {
  const { cache } = setUp();
  const { signal } = new AbortController();
  const load = vi.fn(async () => "tide");
  const [acme, other] = [cache.scoped("ten_acme "), cache.scoped("ten_other ")];
  const policy = { ...POLICY, tags: ["pier"] };
  await acme.get("k", policy, signal, load);
  await other.deleteByTag("pier");
  await acme.get("k", policy, signal, load);
  expect(load).toHaveBeenCalledTimes(1);
});

test("keeps what is scoped under its prefix", async () => {
  const set = setUp();
  const scoped = set.cache.scoped("harbour ").scoped("gauge ");
  const { signal } = new AbortController();
  const answer = scoped.get("k", POLICY, signal, set.load);
  set.loads[0]?.answer("low tide");
  await answer;
  expect(await set.get("harbour gauge k")).toBe("low tide");
  scoped.delete("k");
  void set.get("harbour gauge k");
  expect(set.loads).toHaveLength(2);
});

describe("a stale answer", () => {
  test("is served while one new one is fetched", async () => {
    const set = setUp();
    await keep(set, "low tide", STALE);
    set.clock.advance(1_000);
    expect(await set.get("k", STALE)).toBe("low tide");
    expect(await set.get("k", STALE)).toBe("low tide");
    expect(set.loads).toHaveLength(2);
  });

  test("gives way to the new one", async () => {
    const set = setUp();
    await keep(set, "low tide", STALE);
    set.clock.advance(1_000);
    await set.get("k", STALE);
    set.loads[1]?.answer("high tide");
    await vi.waitFor(async () => expect(await set.get("k", STALE)).toBe("high tide"));
    expect(set.loads).toHaveLength(2);
  });

  test("is served no longer than its policy says", async () => {
    const set = setUp();
    await keep(set, "low tide", STALE);
    set.clock.advance(1_500);
    const answer = set.get("k", STALE);
    set.loads[1]?.answer("high tide");
    expect(await answer).toBe("high tide");
  });

  test("is served on when the new one cannot be fetched", async () => {
    const set = setUp();
    await keep(set, "low tide", STALE);
    set.clock.advance(1_000);
    await set.get("k", STALE);
    set.loads[1]?.fail(new Error("The gauge is broken."));
    expect(await set.get("k", STALE)).toBe("low tide");
  });

  test("does not lose its successor when the caller who set that off leaves", async () => {
    const set = setUp();
    await keep(set, "low tide", STALE);
    set.clock.advance(1_000);
    const caller = new AbortController();
    await set.get("k", STALE, caller.signal);
    caller.abort();
    expect(set.loads[1]?.signal.aborted).toBe(false);
  });

  test("does not hold up for good who comes while its successor hangs", async () => {
    const set = setUp();
    await keep(set, "low tide", STALE);
    set.clock.advance(1_000);
    await set.get("k", STALE);
    set.clock.advance(500);
    const caller = new AbortController();
    const waiting = set.get("k", STALE, caller.signal);
    caller.abort(new Error("out of patience"));
    await expect(waiting).rejects.toThrow("out of patience");
    expect(set.loads[1]?.signal.aborted).toBe(true);
    const next = set.get("k", STALE);
    set.loads[2]?.answer("high tide");
    expect(await next).toBe("high tide");
  });
});

describe("a load under way", () => {
  test("goes on while one of its callers still waits", async () => {
    const { get, loads } = setUp();
    const leaving = new AbortController();
    const left = get("k", POLICY, leaving.signal);
    const staying = get();
    leaving.abort(new Error("gone"));
    await expect(left).rejects.toThrow("gone");
    expect(loads[0]?.signal.aborted).toBe(false);
    loads[0]?.answer("low tide");
    expect(await staying).toBe("low tide");
  });

  test("is aborted when the last of its callers left", async () => {
    const { get, loads } = setUp();
    const callers = [new AbortController(), new AbortController()];
    const answers = callers.map(({ signal }) => get("k", POLICY, signal));
    for (const caller of callers) caller.abort(new Error("gone"));
    await Promise.allSettled(answers);
    expect(loads[0]?.signal.aborted).toBe(true);
  });

  test("is not joined any more once it was aborted", async () => {
    const { get, loads } = setUp();
    const caller = new AbortController();
    const left = get("k", POLICY, caller.signal);
    caller.abort(new Error("gone"));
    await Promise.allSettled([left]);
    const next = get();
    loads[1]?.answer("high tide");
    loads[0]?.answer("low tide, too late");
    expect(await next).toBe("high tide");
    expect(await get()).toBe("high tide");
  });

  test("is not begun for a caller who is gone already", async () => {
    const { get, loads } = setUp();
    await expect(get("k", POLICY, AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
    expect(loads).toEqual([]);
  });
});

describe("a refresh that nobody waits for", () => {
  test("is given up in the end, and the next caller begins another", async () => {
    const { clock, get, loads } = setUp();
    const longStale = { ttlMs: 1_000, staleMs: 600_000 };
    const first = get("k", longStale);
    loads[0]?.answer("low tide");
    await first;
    clock.advance(1_500);
    expect(await get("k", longStale)).toBe("low tide");
    clock.advance(60_000);
    expect(loads[1]?.signal.aborted).toBe(true);
    expect(await get("k", longStale)).toBe("low tide");
    expect(loads).toHaveLength(3);
  });
});
