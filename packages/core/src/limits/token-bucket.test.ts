import fc from "fast-check";
import { expect, test } from "vitest";
import { fullLevel, refill, takeFrom, toMeasure } from "./token-bucket.ts";

test.each([
  [1_000 / 3_600, 1, 3_600],
  [5_000 / 3_600, 1, 720],
  [100 / 3_600, 1, 36_000],
  [0.1 * (1_000 / 3_600), 1, 36_000],
  [90 / 60, 3, 2_000],
  [0.7, 7, 10_000],
  [1.1, 11, 10_000],
  [50_000, 50, 1],
  [1 / (30 * 86_400), 1, 2_592_000_000],
])("finds the fraction that %f tokens a second stand for", (refillPerSecond, perMs, perToken) => {
  const measure = toMeasure({ capacity: 1_000, refillPerSecond });
  expect([measure.partsPerMs, measure.partsPerToken]).toEqual([perMs, perToken]);
});

test.each([0, -1, Number.MIN_VALUE, 1e-30])("hardly ever refills at %f", (refillPerSecond) => {
  const measure = toMeasure({ capacity: 10, refillPerSecond });
  const level = fullLevel(measure, 0);
  expect(takeFrom(level, measure, 10).admitted).toBe(true);
  refill(level, measure, 86_400_000);
  const { admitted, retryAfterMs } = takeFrom(level, measure, 1);
  expect(admitted).toBe(false);
  expect(Number.isFinite(retryAfterMs)).toBe(true);
});

test("counts in whole numbers at any rate, and near enough to it", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      fc.integer({ min: 1, max: 1_000_000 }),
      (refillPerSecond, capacity) => {
        const { partsPerMs, partsPerToken, full } = toMeasure({ capacity, refillPerSecond });
        for (const count of [partsPerMs, partsPerToken, full]) {
          expect(Number.isSafeInteger(count)).toBe(true);
        }
        const error = Math.abs((partsPerMs / partsPerToken) * 1_000 - refillPerSecond);
        expect(error / refillPerSecond).toBeLessThan(1e-9);
      },
    ),
    { seed: 7, numRuns: 2_000 },
  );
});

test("does not drift over ten million milliseconds of one take each", () => {
  const measure = toMeasure({ capacity: 1_000, refillPerSecond: 1_000 / 3_600 });
  const level = fullLevel(measure, 0);
  let admitted = 0;
  for (let now = 0; now <= 10_000_000; now++) {
    refill(level, measure, now);
    if (takeFrom(level, measure, 1).admitted) admitted += 1;
  }
  expect(admitted).toBe(1_000 + Math.floor(10_000_000 / 3_600));
});
