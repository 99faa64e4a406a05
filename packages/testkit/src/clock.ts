import type { Clock } from "@fairlead/core/ports";

export interface ManualClock extends Clock {
  /** Moves time on and calls whatever is due on the way, in order. */
  advance(ms: number): void;
  /** Corrects the time of day, as an administrator or NTP does: nothing falls due by it. */
  step(ms: number): void;
  /** Milliseconds until each callback that is waiting. */
  readonly waiting: readonly number[];
}

/** A clock that stands still until a test moves it. */
export function createManualClock(start = Date.UTC(2026, 2, 14, 9, 30)): ManualClock {
  let now = start;
  let timers: { at: number; callback: () => void }[] = [];

  return {
    now: () => now,
    after(ms, callback) {
      const timer = { at: now + Math.max(0, ms), callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = timers
          .filter(({ at }) => at <= end)
          .reduce<(typeof timers)[number] | undefined>(
            (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
            undefined,
          );
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        now = Math.max(now, next.at);
        next.callback();
      }
      now = end;
    },
    step(ms) {
      now += ms;
      for (const timer of timers) timer.at += ms;
    },
    get waiting() {
      return timers.map(({ at }) => at - now);
    },
  };
}

/**
 * Waits, without a timer, until something on a real socket has happened. A test that waits in vain ends by its own
 * time limit.
 */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => setImmediate(resolve));
}
