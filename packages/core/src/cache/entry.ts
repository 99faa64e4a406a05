import type { Look } from "./shared-tier.ts";

/** An answer in memory. */
export interface Entry {
  value: unknown;
  freshUntil: number;
  staleUntil: number;
  /** What an invalidation names: its tags and, where there are replicas, its key first of all. */
  marks: readonly string[];
  /** Versions of the marks from before it was loaded; undefined when nobody could be asked. */
  versions: readonly string[] | undefined;
  /** When it was last certain that nothing had invalidated it. */
  checkedAt: number;
  epoch: number;
}

/** How long an answer counts: fresh, and after that stale, in milliseconds. */
export interface Span {
  ttlMs: number;
  staleMs: number;
}

/** An answer that was loaded just now; `look` was taken before that began. */
export function toEntry(
  value: unknown,
  marks: readonly string[],
  span: Span,
  now: number,
  look?: Look,
): Entry {
  const freshUntil = now + span.ttlMs;
  return {
    value,
    freshUntil,
    staleUntil: freshUntil + span.staleMs,
    marks,
    versions: look?.versions,
    checkedAt: look?.at ?? now,
    epoch: look?.epoch ?? 0,
  };
}

/** Fresh or stale. A clock that was set back does not prolong it. */
export function isAlive(entry: Entry, ttlMs: number, now: number): boolean {
  return now < entry.staleUntil && entry.freshUntil - now <= ttlMs;
}
