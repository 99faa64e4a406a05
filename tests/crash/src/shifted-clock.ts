import type { ManualClock } from "@fairlead/testkit/clock";

/** The time of this machine, and what a test moved it on: the same in every process that was told the same. */
export function createShiftedClock(shift = 0): ManualClock {
  let offset = shift;
  const now = () => Date.now() + offset;
  const waiting = new Map<object, { at: number; fire: () => void }>();

  return {
    now,
    after(ms, callback) {
      const entry = {};
      const done = () => {
        waiting.delete(entry);
        clearTimeout(timer);
      };
      const fire = () => {
        done();
        callback();
      };
      const timer = setTimeout(fire, ms);
      timer.unref();
      waiting.set(entry, { at: now() + ms, fire });
      return done;
    },
    advance(ms) {
      offset += ms;
      const due = [...waiting.entries()].filter(([, { at }]) => at <= now());
      // One of them may call off another.
      for (const [entry, { fire }] of due) if (waiting.has(entry)) fire();
    },
    step(ms) {
      offset += ms;
    },
    get waiting() {
      return [...waiting.values()].map(({ at }) => at - now());
    },
  };
}
