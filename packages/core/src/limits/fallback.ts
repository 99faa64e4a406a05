import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import type { Effect } from "../effect.ts";
import type { Clock } from "../ports.ts";
import { type Bucket, isSharedStateAway, type Take } from "../storage/shared.ts";
import { fullLevel, type Level, refill, takeFrom, toMeasure } from "./token-bucket.ts";

export interface DegradableTake extends Take {
  /** Shared state is away: the figures are those of this process's own small bucket. */
  degraded: boolean;
}

export type Fallback = (
  key: string,
  bucket: Bucket,
  cost: number,
  effect: Effect,
  take: () => Promise<Take>,
) => Promise<DegradableTake>;

const MAX_BUCKETS = 20_000;

/**
 * What limits do while shared state is away: reads are paid from a bucket of this process that holds `fraction` of the
 * shared one, writes are refused. These buckets fill by the clock alone and are not made anew when shared state comes
 * and goes, so that flapping gives nothing away.
 */
export function createFallback(clock: Clock, fraction: number): Fallback {
  const levels = new LRUCache<string, Level>(atMost(MAX_BUCKETS));

  function takeLocally(key: string, { capacity, refillPerSecond }: Bucket, cost: number): Take {
    const own = toMeasure({
      // A call that could never be paid would not be degraded but refused for good.
      capacity: Math.max(1, cost, Math.floor(capacity * fraction)),
      refillPerSecond: refillPerSecond * fraction,
    });
    const now = clock.now();
    let level = levels.get(key);
    if (level === undefined) {
      level = fullLevel(own, now);
      levels.set(key, level);
    }
    refill(level, own, now);
    return takeFrom(level, own, cost);
  }

  return async (key, bucket, cost, effect, take) => {
    try {
      return { ...(await take()), degraded: false };
    } catch (error) {
      if (effect !== "read" || !isSharedStateAway(error)) throw error;
      return { ...takeLocally(key, bucket, cost), degraded: true };
    }
  };
}
