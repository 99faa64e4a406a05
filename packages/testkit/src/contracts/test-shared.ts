import type { Bucket, Shared } from "@fairlead/core/storage/shared";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../clock.ts";

const BUCKET: Bucket = { capacity: 3, refillPerSecond: 0.5 };

/** What every driver of `Shared` has to do. `create` gives an empty one that lives by the clock. */
export function testShared(create: (clock: ManualClock) => Shared | Promise<Shared>): void {
  let clock: ManualClock;
  let shared: Shared;
  beforeEach(async () => {
    clock = createManualClock();
    shared = await create(clock);
  });
  afterEach(() => shared.close());

  async function takeAll(key: string, bucket: Bucket): Promise<void> {
    await shared.take(key, bucket, bucket.capacity);
  }

  describe("token buckets", () => {
    test("admit as much as they hold, and then no more", async () => {
      const admitted: boolean[] = [];
      for (let i = 0; i < 4; i++) admitted.push((await shared.take("k", BUCKET, 1)).admitted);
      expect(admitted).toEqual([true, true, true, false]);
    });

    test("say how much is left and when they are full again", async () => {
      expect(await shared.take("k", BUCKET, 2)).toEqual({
        admitted: true,
        remaining: 1,
        retryAfterMs: 0,
        resetMs: 4_000,
      });
    });

    test("say when the tokens asked for will be there", async () => {
      await takeAll("k", BUCKET);
      expect((await shared.take("k", BUCKET, 1)).retryAfterMs).toBe(2_000);
    });

    test("take nothing when they refuse", async () => {
      await shared.take("k", BUCKET, 2);
      await shared.take("k", BUCKET, 2);
      expect((await shared.take("k", BUCKET, 1)).admitted).toBe(true);
    });

    test("admit again after the time they named, and not before", async () => {
      await takeAll("k", BUCKET);
      clock.advance(1_999);
      expect((await shared.take("k", BUCKET, 1)).admitted).toBe(false);
      clock.advance(1);
      expect((await shared.take("k", BUCKET, 1)).admitted).toBe(true);
    });

    test("never hold more than their capacity", async () => {
      await shared.take("k", BUCKET, 1);
      clock.advance(3_600_000);
      expect((await shared.peek("k", BUCKET)).remaining).toBe(3);
    });

    test("show their level without taking from it", async () => {
      await shared.take("k", BUCKET, 1);
      await shared.peek("k", BUCKET);
      expect((await shared.peek("k", BUCKET)).remaining).toBe(2);
    });

    test("are full when nobody took from them", async () => {
      expect(await shared.peek("k", BUCKET)).toEqual({
        admitted: true,
        remaining: 3,
        retryAfterMs: 0,
        resetMs: 0,
      });
    });

    test("do not know of each other", async () => {
      await takeAll("k", BUCKET);
      expect((await shared.take("other", BUCKET, 1)).admitted).toBe(true);
    });

    test("give nothing when the clock steps back", async () => {
      await takeAll("k", BUCKET);
      clock.step(-60_000);
      expect((await shared.take("k", BUCKET, 1)).admitted).toBe(false);
    });

    test("fill up again while time passes after a step back", async () => {
      await takeAll("k", BUCKET);
      clock.step(-60_000);
      await shared.peek("k", BUCKET);
      clock.advance(2_000);
      expect((await shared.take("k", BUCKET, 1)).admitted).toBe(true);
    });

    test("admit exactly as many of many callers at once", async () => {
      const takes = await Promise.all(
        Array.from({ length: 20 }, () => shared.take("k", BUCKET, 1)),
      );
      expect(takes.filter(({ admitted }) => admitted)).toHaveLength(3);
    });

    test("never admit more than they held plus what came back since", async () => {
      const steps = fc.array(
        fc.record({ wait: fc.nat(3_000), cost: fc.integer({ min: 1, max: 3 }) }),
        { maxLength: 40 },
      );
      const bucket = fc.record({
        capacity: fc.integer({ min: 1, max: 10 }),
        refillPerSecond: fc.constantFrom(0.1, 0.5, 1, 1.5, 3, 7, 50),
      });
      let run = 0;
      await fc.assert(
        fc.asyncProperty(bucket, steps, async (limit, takes) => {
          const key = `property ${run++}`;
          const startedAt = clock.now();
          let taken = 0;
          for (const { wait, cost } of takes) {
            clock.advance(wait);
            if ((await shared.take(key, limit, cost)).admitted) taken += cost;
            const elapsed = (clock.now() - startedAt) / 1000;
            const refilled = Math.floor(elapsed * limit.refillPerSecond + 1e-9);
            expect(taken).toBeLessThanOrEqual(limit.capacity + refilled);
          }
        }),
        { seed: 7, numRuns: 200 },
      );
    });

    test("keep their word on when to come back", async () => {
      const waits = fc.array(fc.nat(2_000), { maxLength: 20 });
      const rate = fc.constantFrom(0.3, 0.7, 1.1, 3, 90 / 60);
      let run = 0;
      await fc.assert(
        fc.asyncProperty(waits, rate, async (before, refillPerSecond) => {
          const key = `property ${run++}`;
          const limit = { capacity: 2, refillPerSecond };
          for (const wait of before) {
            clock.advance(wait);
            await shared.take(key, limit, 1);
          }
          let last = await shared.take(key, limit, 1);
          while (last.admitted) last = await shared.take(key, limit, 1);
          clock.advance(last.retryAfterMs);
          expect((await shared.take(key, limit, 1)).admitted).toBe(true);
        }),
        {
          seed: 7,
          numRuns: 100,
          examples: [[[0, 1730, 511, 822, 216, 1383, 1153, 1929], 0.3]],
        },
      );
    });
  });

  describe("values", () => {
    test("are kept under their key", async () => {
      await shared.set("k", "tide", 1_000);
      expect(await shared.get("k")).toBe("tide");
      expect(await shared.get("other")).toBeUndefined();
    });

    test("are gone when their time is up, and not before", async () => {
      await shared.set("k", "tide", 1_000);
      clock.advance(999);
      expect(await shared.get("k")).toBe("tide");
      clock.advance(1);
      expect(await shared.get("k")).toBeUndefined();
    });

    test("live anew when they are set again", async () => {
      await shared.set("k", "ebb", 1_000);
      clock.advance(900);
      await shared.set("k", "flood", 1_000);
      clock.advance(900);
      expect(await shared.get("k")).toBe("flood");
    });

    test("are gone when they are deleted", async () => {
      await shared.set("k", "tide", 1_000);
      await shared.delete("k");
      expect(await shared.get("k")).toBeUndefined();
    });
  });

  describe("leases", () => {
    test("belong to one holder at a time", async () => {
      expect(await shared.lease("k", 1_000)).toBeDefined();
      expect(await shared.lease("k", 1_000)).toBeUndefined();
    });

    test("go to exactly one of many who ask at once", async () => {
      const leases = await Promise.all(Array.from({ length: 10 }, () => shared.lease("k", 1_000)));
      expect(leases.filter((lease) => lease !== undefined)).toHaveLength(1);
    });

    test("are free for the next when they are given back", async () => {
      const lease = await shared.lease("k", 1_000);
      await lease?.release();
      expect(await shared.lease("k", 1_000)).toBeDefined();
    });

    test("are free for the next when their time is up, and not before", async () => {
      await shared.lease("k", 1_000);
      clock.advance(999);
      expect(await shared.lease("k", 1_000)).toBeUndefined();
      clock.advance(1);
      expect(await shared.lease("k", 1_000)).toBeDefined();
    });

    test("tell a late holder from the present one by a greater number", async () => {
      const late = await shared.lease("k", 1_000);
      clock.advance(1_000);
      const present = await shared.lease("k", 1_000);
      expect(present?.fence).toBeGreaterThan(late?.fence ?? Number.NaN);
    });

    test("keep counting across a release", async () => {
      const first = await shared.lease("k", 1_000);
      await first?.release();
      const second = await shared.lease("k", 1_000);
      expect(second?.fence).toBeGreaterThan(first?.fence ?? Number.NaN);
    });

    test("stay with the present holder when a late one gives back what it lost", async () => {
      const late = await shared.lease("k", 1_000);
      clock.advance(1_000);
      await shared.lease("k", 1_000);
      await late?.release();
      expect(await shared.lease("k", 1_000)).toBeUndefined();
    });

    test("on different keys do not stand in each other's way", async () => {
      await shared.lease("k", 1_000);
      expect(await shared.lease("other", 1_000)).toBeDefined();
    });
  });

  describe("channels", () => {
    test("bring each message to every listener, in order", async () => {
      const first = await listen(shared, "c");
      const second = await listen(shared, "c");
      await shared.publish("c", "one");
      await shared.publish("c", "two");
      await expect
        .poll(() => [first.heard, second.heard])
        .toEqual([
          ["one", "two"],
          ["one", "two"],
        ]);
    });

    test("keep their messages to themselves", async () => {
      const other = await listen(shared, "other");
      const listener = await listen(shared, "c");
      await shared.publish("c", "one");
      await expect.poll(() => listener.heard).toEqual(["one"]);
      expect(other.heard).toEqual([]);
    });

    test("are silent for who stopped listening, and go on for the others", async () => {
      const gone = await listen(shared, "c");
      const staying = await listen(shared, "c");
      gone.stop();
      await shared.publish("c", "one");
      await expect.poll(() => staying.heard).toEqual(["one"]);
      expect(gone.heard).toEqual([]);
    });

    test("can be listened to again after everybody left", async () => {
      (await listen(shared, "c")).stop();
      const again = await listen(shared, "c");
      await shared.publish("c", "one");
      await expect.poll(() => again.heard).toEqual(["one"]);
    });

    test("go on when one listener throws", async () => {
      await shared.subscribe("c", () => {
        throw new Error("This listener fell overboard.");
      });
      const staying = await listen(shared, "c");
      await shared.publish("c", "one");
      await expect.poll(() => staying.heard).toEqual(["one"]);
    });

    test("take messages nobody listens to", async () => {
      await expect(shared.publish("c", "one")).resolves.toBeUndefined();
    });
  });
}

async function listen(shared: Shared, channel: string) {
  const heard: string[] = [];
  const stop = await shared.subscribe(channel, (message) => heard.push(message));
  return { heard, stop };
}
