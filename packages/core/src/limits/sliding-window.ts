import type { Take, Window } from "../storage/shared.ts";

/** What happened lately, oldest first, and how long the upstream wants nothing. */
export interface Counted {
  events: { at: number; count: number }[];
  pause: { until: number; ms: number } | undefined;
}

export function nothingCounted(): Counted {
  return { events: [], pause: undefined };
}

/** Counts exactly what happened in the last `windowMs`; what does not fit is not counted. */
export function takeFromWindow(
  counted: Counted,
  { limit, windowMs }: Window,
  cost: number,
  now: number,
): Take {
  forget(counted, windowMs, now);
  const used = counted.events.reduce((sum, { count }) => sum + count, 0);
  const pausedMs = counted.pause === undefined ? 0 : counted.pause.until - now;
  const fits = cost === 0 || used + cost <= limit;
  const admitted = fits && pausedMs === 0;
  if (admitted && cost > 0) note(counted, cost, now);
  const newest = counted.events.at(-1);
  const resetMs = Math.max(pausedMs, newest === undefined ? 0 : newest.at + windowMs - now);
  return {
    admitted,
    remaining: Math.max(0, limit - used - (admitted ? cost : 0)),
    retryAfterMs: Math.max(
      pausedMs,
      fits ? 0 : untilFree(counted, windowMs, used + cost - limit, now),
    ),
    resetMs,
  };
}

export function pauseWindow(counted: Counted, ms: number, now: number): void {
  const until = Math.max(now + ms, counted.pause?.until ?? 0);
  counted.pause = { until, ms: until - now };
}

function note({ events }: Counted, count: number, now: number): void {
  const newest = events.at(-1);
  if (newest?.at === now) newest.count += count;
  else events.push({ at: now, count });
}

/** Drops what is past. A clock that was set back must not make anybody wait until it has caught up. */
function forget(counted: Counted, windowMs: number, now: number): void {
  const { events, pause } = counted;
  if ((events.at(-1)?.at ?? now) > now)
    for (const event of events) event.at = Math.min(event.at, now);
  const firstRecent = events.findIndex(({ at }) => at > now - windowMs);
  events.splice(0, firstRecent === -1 ? events.length : firstRecent);
  if (pause === undefined) return;
  pause.until = Math.min(pause.until, now + pause.ms);
  if (pause.until <= now) counted.pause = undefined;
}

/** Milliseconds until so many of the oldest have left; what never fits is told to come back when all have. */
function untilFree({ events }: Counted, windowMs: number, needed: number, now: number): number {
  let freed = 0;
  for (const { at, count } of events) {
    freed += count;
    if (freed >= needed) return at + windowMs - now;
  }
  return windowMs;
}
