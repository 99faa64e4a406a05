import { createManualClock } from "@fairlead/testkit/clock";
import { failureOf } from "@fairlead/testkit/failure-of";
import { createBreakableShared } from "@fairlead/testkit/shared";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createMemoryShared } from "../storage/memory-shared.ts";
import { createCallerLimit } from "./caller-limit.ts";

const BUCKET = { capacity: 100, refillPerSecond: 10 };

function setUp(fraction = 0.1) {
  const clock = createManualClock();
  const shared = createBreakableShared(createMemoryShared(clock));
  const limit = createCallerLimit({ shared, clock, fraction });
  const read = (cost = 1, key = "k") => limit(key, BUCKET, cost, "read");

  /** How many of so many reads are admitted. */
  async function admitted(offered: number): Promise<number> {
    const takes = await Promise.all(Array.from({ length: offered }, () => read()));
    return takes.filter((take) => take.admitted).length;
  }
  return { clock, shared, limit, read, admitted };
}

test("takes from the bucket all replicas share", async () => {
  const { shared, limit, read } = setUp();
  expect(await read(60)).toMatchObject({ admitted: true, remaining: 40, degraded: false });
  expect(await limit("k", BUCKET, 30, "destroy")).toMatchObject({ remaining: 10, degraded: false });
  expect((await shared.peek("k", BUCKET)).remaining).toBe(10);
});

test("leaves reads a fraction of size and rate while shared state is away", async () => {
  const { clock, shared, read, admitted } = setUp();
  shared.isAway = true;
  expect(await admitted(200)).toBe(10);
  expect(await read()).toEqual({
    ...{ admitted: false, degraded: true, remaining: 0 },
    ...{ retryAfterMs: 1_000, resetMs: 10_000 },
  });
  clock.advance(5_000);
  expect(await admitted(200)).toBe(5);
});

test.each(["write", "destroy"] as const)(
  "refuses a %s while shared state is away",
  async (effect) => {
    const { shared, limit } = setUp();
    shared.isAway = true;
    expect(await failureOf(limit("k", BUCKET, 1, effect))).toMatchObject({
      ...{ code: "upstream_unavailable", retryable: true },
      details: { reason: "shared_state" },
    });
  },
);

test("goes back to the shared bucket by itself", async () => {
  const { shared, limit, read } = setUp();
  shared.isAway = true;
  await read();
  shared.isAway = false;
  expect(await read()).toMatchObject({ remaining: 99, degraded: false });
  expect((await limit("k", BUCKET, 1, "write")).degraded).toBe(false);
});

test("gives no fresh allowance each time shared state goes away", async () => {
  const { shared, admitted } = setUp();
  const given: number[] = [];
  for (let flap = 0; flap < 5; flap++) {
    shared.isAway = true;
    given.push(await admitted(50));
    shared.isAway = false;
    await shared.get("anything");
  }
  expect(given).toEqual([10, 0, 0, 0, 0]);
});

test("keeps callers apart", async () => {
  const { shared, read, admitted } = setUp();
  shared.isAway = true;
  await admitted(50);
  expect((await read(1, "other")).admitted).toBe(true);
});

test("leaves the smallest allowance one call", async () => {
  const { clock, shared, limit } = setUp();
  const small = { capacity: 3, refillPerSecond: 0.01 };
  shared.isAway = true;
  expect((await limit("k", small, 1, "read")).admitted).toBe(true);
  expect((await limit("k", small, 1, "read")).retryAfterMs).toBe(1_000_000);
  clock.advance(1_000_000);
  expect((await limit("k", small, 1, "read")).admitted).toBe(true);
});

test("can pay for a call that weighs more than the fraction holds, after a wait", async () => {
  const { clock, shared, read, admitted } = setUp();
  shared.isAway = true;
  await admitted(50);
  const { retryAfterMs } = await read(25);
  expect(retryAfterMs).toBe(25_000);
  clock.advance(25_000);
  expect((await read(25)).admitted).toBe(true);
});

test("does not hide a failure that is not shared state's", async () => {
  const clock = createManualClock();
  const shared = createMemoryShared(clock);
  const broken = { ...shared, take: () => Promise.reject(new RangeError("broken")) };
  const limit = createCallerLimit({ shared: broken, clock, fraction: 0.1 });
  await expect(limit("k", BUCKET, 1, "read")).rejects.toThrow(RangeError);
});

test("however shared state flaps, never gives more than both buckets hold", async () => {
  const steps = fc.array(
    fc.record({ away: fc.boolean(), wait: fc.nat(3_000), offered: fc.nat(60) }),
    {
      maxLength: 30,
    },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (happenings) => {
      const { clock, shared, admitted } = setUp();
      const startedAt = clock.now();
      let locally = 0;
      for (const { away, wait, offered } of happenings) {
        clock.advance(wait);
        shared.isAway = away;
        const given = await admitted(offered);
        if (away) locally += given;
        expect(locally).toBeLessThanOrEqual(10 + Math.floor((clock.now() - startedAt) / 1_000));
      }
    }),
    { seed: 7, numRuns: 100 },
  );
});
