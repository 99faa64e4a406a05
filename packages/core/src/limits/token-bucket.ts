import type { Bucket } from "../storage/shared.ts";

/** How full a bucket was, and when. */
export interface Level {
  tokens: number;
  at: number;
}

/** Sums of fractions fall short of a whole by less than this; who comes back on time must not be refused for it. */
const ROUNDING = 1e-9;

/** Puts in what came back since. A clock that stepped back gives nothing and takes nothing. */
export function refill(level: Level, bucket: Bucket, now: number): void {
  const elapsed = Math.max(0, now - level.at) / 1000;
  level.tokens = Math.min(bucket.capacity, level.tokens + elapsed * bucket.refillPerSecond);
  level.at = now;
}

/** Takes tokens, or none and says how many are missing. */
export function takeFrom(level: Level, cost: number): number {
  if (level.tokens + ROUNDING < cost) return cost - level.tokens;
  level.tokens = Math.max(0, level.tokens - cost);
  return 0;
}
