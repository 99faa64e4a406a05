import type { Bucket, Shared, Window } from "@fairlead/core/storage/shared";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../clock.ts";

const BUCKET: Bucket = { capacity: 3, refillPerSecond: 0.5 };
const WINDOW: Window = { limit: 3, windowMs: 10_000 };

/**
 * What every driver of `Shared` has to do. `create` opens the state at a place, empty at first and living by the clock;
 * with two `handles`, a second one on the same place sees the same.
 */
export function testShared(
  create: (clock: ManualClock, place: string) => Shared | Promise<Shared>,
  { handles }: { handles: 1 | 2 },
): void {
  let clock: ManualClock;
  let shared: Shared;
  let place: string;
  beforeEach(async () => {
    clock = createManualClock();
    place = `place-${crypto.randomUUID()}`;
    shared = await create(clock, place);
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

    test("admit exactly what they held plus what came back, offered ten times as much", async () => {
      // Tokens a second as fractions, so that the model can count in whole numbers.
      const rates = [
        ...([
          [1_000, 3_600],
          [5_000, 3_600],
          [100, 3_600],
          [90, 60],
        ] as const),
        ...([
          [7, 10],
          [33, 1],
          [1, 7],
        ] as const),
      ];
      const steps = fc.array(fc.nat(4_000), { minLength: 5, maxLength: 30 });
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...rates), steps, async ([tokens, seconds], waits) => {
          const key = `exact ${run++}`;
          const bucket = { capacity: 5, refillPerSecond: tokens / seconds };
          let admitted = 0;
          let elapsedMs = 0;
          for (const wait of [0, ...waits]) {
            // Never so long that the bucket would be full: then some would be lost, as they should be.
            const step = Math.min(wait, Math.floor((4_000 * seconds) / tokens));
            clock.advance(step);
            elapsedMs += step;
            const due = 5 + Math.floor((elapsedMs * tokens) / (seconds * 1_000));
            const offers = 10 * Math.max(1, due - admitted);
            const takes = await Promise.all(
              Array.from({ length: offers }, () => shared.take(key, bucket, 1)),
            );
            admitted += takes.filter((take) => take.admitted).length;
            expect(admitted).toBe(due);
          }
        }),
        { seed: 7, numRuns: 40 },
      );
    });

    test("keep their tokens when the rate changes", async () => {
      await shared.take("k", BUCKET, 1);
      const faster = { capacity: 3, refillPerSecond: 7 };
      expect((await shared.peek("k", faster)).remaining).toBe(2);
      expect((await shared.peek("k", { capacity: 1, refillPerSecond: 7 })).remaining).toBe(1);
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

  describe("windows", () => {
    const take = (cost = 1, key = "k") => shared.takeWindow(key, WINDOW, cost);

    test("admit as many as may happen in so long, and then no more", async () => {
      const admitted: boolean[] = [];
      for (let i = 0; i < 5; i++) admitted.push((await take()).admitted);
      expect(admitted).toEqual([true, true, true, false, false]);
    });

    test("say what is left, when to come back and when they are empty", async () => {
      expect(await take(2)).toEqual({
        ...{ admitted: true, remaining: 1, retryAfterMs: 0, resetMs: 10_000 },
      });
      clock.advance(4_000);
      await take();
      clock.advance(1_000);
      expect(await take()).toEqual({
        ...{ admitted: false, remaining: 0, retryAfterMs: 5_000, resetMs: 9_000 },
      });
      expect((await take(3)).retryAfterMs).toBe(9_000);
    });

    test("admit again when the oldest is past, and not before", async () => {
      await take();
      clock.advance(5_000);
      await take(2);
      clock.advance(4_999);
      expect((await take()).admitted).toBe(false);
      clock.advance(1);
      expect((await take()).admitted).toBe(true);
      expect((await take()).admitted).toBe(false);
    });

    test("count nothing when they refuse", async () => {
      await take(2);
      expect((await take(2)).admitted).toBe(false);
      expect((await take(1)).admitted).toBe(true);
    });

    test("only look at a cost of nothing", async () => {
      await take(3);
      const look = { admitted: true, remaining: 0, retryAfterMs: 0, resetMs: 10_000 };
      expect(await take(0)).toEqual(look);
      expect(await take(0, "other")).toEqual({ ...look, remaining: 3, resetMs: 0 });
    });

    test("tell who asks for more than they ever admit to come back later", async () => {
      expect(await take(4)).toMatchObject({ admitted: false, remaining: 3, retryAfterMs: 10_000 });
    });

    test("do not know of each other", async () => {
      await take(3);
      expect((await take(1, "other")).admitted).toBe(true);
    });

    test("admit exactly as many of many callers at once", async () => {
      const takes = await Promise.all(Array.from({ length: 30 }, () => take()));
      expect(takes.filter(({ admitted }) => admitted)).toHaveLength(3);
    });

    test("admit nothing while they are paused, and show what was counted", async () => {
      await take();
      await shared.pauseWindow("k", 2_000);
      const refused = { admitted: false, remaining: 2, retryAfterMs: 2_000, resetMs: 10_000 };
      expect(await take()).toEqual(refused);
      expect(await take(0)).toEqual(refused);
      expect((await take(1, "other")).admitted).toBe(true);
      clock.advance(1_999);
      expect((await take()).admitted).toBe(false);
      clock.advance(1);
      expect((await take()).admitted).toBe(true);
    });

    test("are not paused for less by a shorter pause", async () => {
      await shared.pauseWindow("k", 5_000);
      await shared.pauseWindow("k", 1_000);
      clock.advance(4_999);
      expect((await take()).retryAfterMs).toBe(1);
      await shared.pauseWindow("k", 3_000);
      expect((await take()).retryAfterMs).toBe(3_000);
    });

    test("make nobody wait until a clock that was set back has caught up", async () => {
      await take(3);
      await shared.pauseWindow("k", 2_000);
      clock.step(-3_600_000);
      expect(await take()).toMatchObject({ admitted: false, retryAfterMs: 10_000 });
      clock.advance(10_000);
      expect((await take()).admitted).toBe(true);
    });

    test("agree with a model that remembers everything", async () => {
      const steps = fc.array(
        fc.record({ wait: fc.nat(4_000), cost: fc.integer({ min: 0, max: 3 }) }),
        { maxLength: 40 },
      );
      let run = 0;
      await fc.assert(
        fc.asyncProperty(steps, fc.integer({ min: 3, max: 12 }), async (takes, limit) => {
          const key = `window ${run++}`;
          const happened: number[] = [];
          for (const { wait, cost } of takes) {
            clock.advance(wait);
            const recent = happened.filter((at) => at > clock.now() - 10_000);
            const fits = recent.length + cost <= limit;
            const given = await shared.takeWindow(key, { limit, windowMs: 10_000 }, cost);
            if (fits) happened.push(...Array.from({ length: cost }, () => clock.now()));
            const needed = recent[recent.length + cost - limit - 1] ?? Number.NaN;
            expect(given).toMatchObject({
              admitted: fits,
              remaining: limit - recent.length - (fits ? cost : 0),
              retryAfterMs: fits ? 0 : needed + 10_000 - clock.now(),
            });
          }
        }),
        { seed: 7, numRuns: 100 },
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

    test("come back as they were, whatever is in them", async () => {
      const texts = ["", " ", "a\nb\0c", "1 2 3", "Gezeiten – 潮汐 🌊", "x".repeat(300_000)];
      for (const text of texts) {
        await shared.set("k", text, 1_000);
        expect(await shared.get("k")).toBe(text);
      }
    });

    test("are told apart by every character of their keys", async () => {
      const keys = ["k", "k ", "K", "{k}", "}{k", "k:1", "k\0", "%7Bk%7D", "κ", "k".repeat(500)];
      for (const [index, key] of keys.entries()) await shared.set(key, String(index), 1_000);
      const found = await Promise.all(keys.map((key) => shared.get(key)));
      expect(found).toEqual(keys.map((_, index) => String(index)));
    });

    test("do not live longer because the clock is set back", async () => {
      await shared.set("k", "tide", 1_000);
      clock.step(-3_600_000);
      expect(await shared.get("k")).toBe("tide");
      clock.advance(1_000);
      expect(await shared.get("k")).toBeUndefined();
    });

    test("are set by exactly one of many who ask at once where there is none", async () => {
      const set = await Promise.all(
        Array.from({ length: 10 }, (_, index) => shared.setIfAbsent("k", String(index), 1_000)),
      );
      expect(set.filter((one) => one)).toHaveLength(1);
      expect(await shared.get("k")).toBe(String(set.indexOf(true)));
    });

    test("are absent again when their time is up or they are deleted, and not before", async () => {
      expect(await shared.setIfAbsent("k", "tide", 1_000)).toBe(true);
      clock.advance(999);
      expect(await shared.setIfAbsent("k", "tide", 1_000)).toBe(false);
      clock.advance(1);
      expect(await shared.setIfAbsent("k", "tide", 1_000)).toBe(true);
      await shared.delete("k");
      expect(await shared.setIfAbsent("k", "tide", 1_000)).toBe(true);
    });

    test("are not absent where they were simply set, and are overwritten simply", async () => {
      await shared.set("k", "ebb", 1_000);
      expect(await shared.setIfAbsent("k", "tide", 1_000)).toBe(false);
      await shared.delete("k");
      await shared.setIfAbsent("k", "tide", 1_000);
      await shared.set("k", "flood", 2_000);
      clock.advance(1_500);
      expect(await shared.get("k")).toBe("flood");
    });

    test("of a greater fence are not overwritten by who comes late with a smaller one", async () => {
      expect(await shared.setFenced("k", "two", 1_000, 2)).toBe(true);
      expect(await shared.setFenced("k", "one", 1_000, 1)).toBe(false);
      expect(await shared.get("k")).toBe("two");
      expect(await shared.setFenced("k", "two again", 1_000, 2)).toBe(true);
      expect(await shared.setFenced("k", "three", 1_000, 3)).toBe(true);
      expect(await shared.get("k")).toBe("three");
    });

    test("stand in the way of a smaller fence only while they live", async () => {
      await shared.setFenced("k", "two", 1_000, 2);
      clock.advance(1_000);
      expect(await shared.setFenced("k", "one", 1_000, 1)).toBe(true);
      expect(await shared.get("k")).toBe("one");
    });

    test("take fences of leases without rounding them", async () => {
      const fence = (await shared.lease("l", 1_000))?.fence ?? Number.NaN;
      expect(Number.isSafeInteger(fence)).toBe(true);
      await shared.setFenced("k", "present", 1_000, fence);
      expect(await shared.setFenced("k", "late", 1_000, fence - 1)).toBe(false);
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

    test("last longer when they are renewed", async () => {
      const lease = await shared.lease("k", 1_000);
      clock.advance(900);
      expect(await lease?.renew(1_000)).toBe(true);
      clock.advance(999);
      expect(await shared.lease("k", 1_000)).toBeUndefined();
      clock.advance(1);
      expect(await shared.lease("k", 1_000)).toBeDefined();
    });

    test("cannot be renewed once their time was up, taken by somebody else or not", async () => {
      const late = await shared.lease("k", 1_000);
      clock.advance(1_000);
      expect(await late?.renew(1_000)).toBe(false);
      const present = await shared.lease("k", 1_000);
      expect(await late?.renew(1_000)).toBe(false);
      expect(await present?.renew(1_000)).toBe(true);
    });

    test("cannot be renewed once they were given back", async () => {
      const lease = await shared.lease("k", 1_000);
      await lease?.release();
      expect(await lease?.renew(1_000)).toBe(false);
    });

    test("keep counting however long nobody held them", async () => {
      const first = await shared.lease("k", 1_000);
      clock.step(400 * 86_400_000);
      const second = await shared.lease("k", 1_000);
      expect(second?.fence).toBeGreaterThan(first?.fence ?? Number.NaN);
    });

    test("keep counting when the clock is set back, and end as they would have", async () => {
      const first = await shared.lease("k", 1_000);
      clock.step(-3_600_000);
      expect(await shared.lease("k", 1_000)).toBeUndefined();
      clock.advance(1_000);
      const second = await shared.lease("k", 1_000);
      expect(second?.fence).toBeGreaterThan(first?.fence ?? Number.NaN);
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

  test("says that it listens, and whom it reaches", () => {
    expect(shared.listening).toBe(true);
    expect(shared.reach).not.toBe("");
  });

  test("can be closed twice, and calls nobody back afterwards", async () => {
    const { heard } = await listen(shared, "c");
    await shared.close();
    await shared.close();
    const next = await create(clock, place);
    await next.publish("c", "one");
    clock.advance(1_000);
    await next.close();
    expect(heard).toEqual([]);
  });

  if (handles === 2) {
    describe("two processes", () => {
      let other: Shared;
      beforeEach(async () => {
        other = await create(clock, place);
      });
      afterEach(() => other.close());

      test("reach each other, and say so", () => {
        expect(other.reach).toBe(shared.reach);
      });

      test("take from one bucket", async () => {
        const takes = await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            (index % 2 === 0 ? shared : other).take("k", BUCKET, 1),
          ),
        );
        expect(takes.filter(({ admitted }) => admitted)).toHaveLength(3);
        expect((await shared.peek("k", BUCKET)).remaining).toBe(0);
      });

      test("count in one window, and pause it for each other", async () => {
        const takes = await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            (index % 2 === 0 ? shared : other).takeWindow("k", WINDOW, 1),
          ),
        );
        expect(takes.filter(({ admitted }) => admitted)).toHaveLength(3);
        await shared.pauseWindow("quiet", 1_000);
        expect((await other.takeWindow("quiet", WINDOW, 1)).admitted).toBe(false);
      });

      test("see each other's values", async () => {
        await shared.set("k", "tide", 1_000);
        expect(await other.get("k")).toBe("tide");
        expect(await other.setIfAbsent("k", "mine", 1_000)).toBe(false);
        await other.delete("k");
        expect(await shared.get("k")).toBeUndefined();
        await shared.setFenced("f", "new", 1_000, 2);
        expect(await other.setFenced("f", "old", 1_000, 1)).toBe(false);
      });

      test("hold a lease one at a time, and number its holders together", async () => {
        const first = await shared.lease("k", 1_000);
        expect(await other.lease("k", 1_000)).toBeUndefined();
        await first?.release();
        const second = await other.lease("k", 1_000);
        expect(second?.fence).toBeGreaterThan(first?.fence ?? Number.NaN);
        expect(await first?.renew(1_000)).toBe(false);
      });

      test("hear each other's messages, each once and in order", async () => {
        const here = await listen(shared, "c");
        const there = await listen(other, "c");
        for (const message of ["one", "two", "three"]) await shared.publish("c", message);
        await expect
          .poll(() => {
            clock.advance(250);
            return [here.heard, there.heard];
          })
          .toEqual([
            ["one", "two", "three"],
            ["one", "two", "three"],
          ]);
        await other.publish("c", "four");
        await expect
          .poll(() => {
            clock.advance(250);
            return here.heard;
          })
          .toEqual(["one", "two", "three", "four"]);
        expect(there.heard).toEqual(["one", "two", "three", "four"]);
      });

      test("do not hear what was said before they listened", async () => {
        await shared.publish("c", "early");
        const there = await listen(other, "c");
        await shared.publish("c", "late");
        await expect
          .poll(() => {
            clock.advance(250);
            return there.heard;
          })
          .toEqual(["late"]);
      });

      test("go on when one of them leaves", async () => {
        await shared.take("k", BUCKET, 2);
        const third = await create(clock, place);
        await third.close();
        expect((await other.take("k", BUCKET, 2)).admitted).toBe(false);
      });
    });
  }
}

async function listen(shared: Shared, channel: string) {
  const heard: string[] = [];
  const stop = await shared.subscribe(channel, (message) => heard.push(message));
  return { heard, stop };
}
