import type { Bucket, Take } from "../storage/shared.ts";

/**
 * A bucket in whole numbers: parts of a token so small that each millisecond brings a whole number of them. Sums of
 * fractions would drift, and who comes back on time would be refused for a billionth.
 */
export interface Measure {
  partsPerToken: number;
  partsPerMs: number;
  /** Parts it holds when full. */
  full: number;
}

/** How full a bucket was, and when. */
export interface Level {
  parts: number;
  partsPerToken: number;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Up to here every whole number is exact, with room for one addition. */
const MOST_PARTS = 2 ** 52;
/** A rate such as 1000 / 3600 is as near to the fraction it stands for as a double can be, and no nearer. */
const PRECISION = 1e-15;

export function toMeasure({ capacity, refillPerSecond }: Bucket): Measure {
  const [partsPerMs, partsPerToken] = toFraction(
    refillPerSecond / 1000,
    Math.floor(MOST_PARTS / Math.max(1, capacity)),
  );
  return { partsPerToken, partsPerMs, full: Math.floor(capacity * partsPerToken) };
}

export function fullLevel({ full, partsPerToken }: Measure, now: number): Level {
  return { parts: full, partsPerToken, at: now };
}

/** Puts in what came back since. A clock that stepped back gives nothing and takes nothing. */
export function refill(level: Level, measure: Measure, now: number): void {
  if (level.partsPerToken !== measure.partsPerToken) {
    // Another rate, so other parts: the tokens stay, rounded down.
    level.parts = Math.floor((level.parts / level.partsPerToken) * measure.partsPerToken);
    level.partsPerToken = measure.partsPerToken;
  }
  const back = Math.max(0, now - level.at) * measure.partsPerMs;
  level.parts = Math.min(measure.full, level.parts + back);
  level.at = now;
}

/** Takes tokens, or none and says how long until they are there. */
export function takeFrom(level: Level, measure: Measure, cost: number): Take {
  const parts = partsOf(cost, measure);
  const missing = parts - level.parts;
  if (missing <= 0) level.parts -= parts;
  return {
    admitted: missing <= 0,
    remaining: Math.max(0, Math.floor(level.parts / measure.partsPerToken)),
    retryAfterMs: Math.max(0, Math.ceil(missing / measure.partsPerMs)),
    resetMs: Math.ceil((measure.full - level.parts) / measure.partsPerMs),
  };
}

export function partsOf(cost: number, { partsPerToken }: Measure): number {
  return Math.ceil(cost * partsPerToken);
}

/** The smallest fraction a double stands for, by continued fractions; at least the smallest that is not nothing. */
function toFraction(x: number, most: number): [numerator: number, denominator: number] {
  let [before, last] = [
    [0, 1],
    [1, 0],
  ] as [[number, number], [number, number]];
  let rest = x;
  for (;;) {
    const whole = Math.floor(rest);
    const next: [number, number] = [whole * last[0] + before[0], whole * last[1] + before[1]];
    if (!(next[1] <= most && next[0] <= MOST_PARTS)) break;
    [before, last] = [last, next];
    if (Math.abs(x - last[0] / last[1]) <= x * PRECISION || rest === whole) break;
    rest = 1 / (rest - whole);
  }
  return last[0] > 0 && last[1] > 0 ? last : [1, most];
}
