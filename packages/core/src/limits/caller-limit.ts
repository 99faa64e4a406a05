import type { Effect } from "../effect.ts";
import type { Clock } from "../ports.ts";
import type { Bucket, Shared } from "../storage/shared.ts";
import { createFallback, type DegradableTake } from "./fallback.ts";

/**
 * Takes from a caller's bucket, which all replicas share. While shared state is away a read is paid from a small bucket
 * of this process, and a write throws `upstream_unavailable`, reason `shared_state`.
 */
export type CallerLimit = (
  key: string,
  bucket: Bucket,
  cost: number,
  effect: Effect,
) => Promise<DegradableTake>;

export function createCallerLimit({
  shared,
  clock,
  fraction,
}: {
  shared: Shared;
  clock: Clock;
  /** Share of each bucket, of its size and its rate, that reads are left with; above 0, at most 1. */
  fraction: number;
}): CallerLimit {
  const orLocally = createFallback(clock, fraction);
  return (key, bucket, cost, effect) =>
    orLocally(key, bucket, cost, effect, () => shared.take(key, bucket, cost));
}
