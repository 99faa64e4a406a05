import { type Shared, sharedStateAway } from "@fairlead/core/storage/shared";

/** A `Shared` that a test can take away and give back, and whose writes it can look at. */
export interface BreakableShared extends Shared {
  isAway: boolean;
  /** Every value that was handed over to be kept. */
  readonly written: readonly string[];
}

/** Stands in front of a real one. */
export function createBreakableShared(shared: Shared): BreakableShared {
  const written: string[] = [];
  async function reach<T>(work: () => Promise<T>): Promise<T> {
    if (breakable.isAway) throw sharedStateAway();
    return work();
  }
  const breakable: BreakableShared = {
    isAway: false,
    written,
    get listening() {
      return !breakable.isAway && shared.listening;
    },
    reach: shared.reach,
    take: (...given) => reach(() => shared.take(...given)),
    peek: (...given) => reach(() => shared.peek(...given)),
    takeWindow: (...given) => reach(() => shared.takeWindow(...given)),
    pauseWindow: (...given) => reach(() => shared.pauseWindow(...given)),
    get: (...given) => reach(() => shared.get(...given)),
    set: (key, value, ttlMs) => reach(() => shared.set(key, note(value), ttlMs)),
    setIfAbsent: (key, value, ttlMs) => reach(() => shared.setIfAbsent(key, note(value), ttlMs)),
    setFenced: (key, value, ...rest) => reach(() => shared.setFenced(key, note(value), ...rest)),
    delete: (...given) => reach(() => shared.delete(...given)),
    async lease(key, ttlMs) {
      const lease = await reach(() => shared.lease(key, ttlMs));
      if (lease === undefined) return undefined;
      return {
        fence: lease.fence,
        renew: (ms) => reach(() => lease.renew(ms)),
        release: () => reach(() => lease.release()),
      };
    },
    publish: (...given) => reach(() => shared.publish(...given)),
    subscribe: (...given) => shared.subscribe(...given),
    close: () => shared.close(),
  };
  function note(value: string): string {
    written.push(value);
    return value;
  }
  return breakable;
}
