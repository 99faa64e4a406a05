import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import {
  type Counted,
  nothingCounted,
  pauseWindow,
  takeFromWindow,
} from "../limits/sliding-window.ts";
import { fullLevel, type Level, refill, takeFrom, toMeasure } from "../limits/token-bucket.ts";
import type { Clock } from "../ports.ts";
import type { Bucket, Lease, Shared, Take } from "./shared.ts";

const MAX_BUCKETS = 50_000;
const MAX_WINDOWS = 5_000;
const MAX_VALUE_CHARACTERS = 64_000_000;
/** Beside the text itself; keeps a flood of tiny values bounded as well. */
const CHARACTERS_PER_VALUE = 200;
const MAX_ONCE = 200_000;
const SWEEP_LEASES_ABOVE = 1_000;

/** Something that ends. Its life is known beside its end, so that a clock set back does not prolong it. */
interface Mortal {
  ttlMs: number;
  expiresAt: number;
}

interface Value extends Mortal {
  value: string;
  fence: number;
}

interface Held extends Mortal {
  fence: number;
}

/** What one process agrees on with itself. With more than one process on the same records this is not enough. */
export function createMemoryShared(clock: Clock): Shared {
  const levels = new LRUCache<string, Level>(atMost(MAX_BUCKETS));
  const windows = new LRUCache<string, Counted>(atMost(MAX_WINDOWS));
  const values = new LRUCache<string, Value>({
    maxSize: MAX_VALUE_CHARACTERS,
    sizeCalculation: ({ value }, key) => key.length + value.length + CHARACTERS_PER_VALUE,
  });
  // Apart from values that only save work: no flood of these must make something happen twice.
  const once = new LRUCache<string, Value>(atMost(MAX_ONCE));
  const leases = new Map<string, Held>();
  const channels = new Map<string, Set<(message: string) => void>>();
  let lastFence = 0;

  function lives<T extends Mortal>(mortal: T | undefined): mortal is T {
    if (mortal === undefined) return false;
    const now = clock.now();
    mortal.expiresAt = Math.min(mortal.expiresAt, now + mortal.ttlMs);
    return mortal.expiresAt > now;
  }

  function mortal(ttlMs: number): Mortal {
    return { ttlMs, expiresAt: clock.now() + ttlMs };
  }

  function take(key: string, bucket: Bucket, cost: number): Take {
    const measure = toMeasure(bucket);
    const now = clock.now();
    const known = levels.get(key);
    const level = known ?? fullLevel(measure, now);
    refill(level, measure, now);
    const taken = takeFrom(level, measure, cost);
    if (known === undefined && taken.admitted && cost > 0) levels.set(key, level);
    return taken;
  }

  function countedOf(key: string): Counted {
    const counted = windows.get(key) ?? nothingCounted();
    windows.set(key, counted);
    return counted;
  }

  function find(key: string): Value | undefined {
    const entry = once.get(key) ?? values.get(key);
    return lives(entry) ? entry : undefined;
  }

  function put(key: string, value: string, ttlMs: number, fence: number): void {
    once.delete(key);
    values.set(key, { value, fence, ...mortal(ttlMs) });
  }

  function sweepLeases(): void {
    if (leases.size < SWEEP_LEASES_ABOVE) return;
    for (const [key, held] of leases) if (!lives(held)) leases.delete(key);
  }

  function toLease(key: string, mine: Held): Lease {
    return {
      fence: mine.fence,
      async renew(ttlMs) {
        if (leases.get(key) !== mine || !lives(mine)) return false;
        Object.assign(mine, mortal(ttlMs));
        return true;
      },
      async release() {
        if (leases.get(key) === mine) leases.delete(key);
      },
    };
  }

  return {
    reach: "memory",
    listening: true,
    async take(key, bucket, cost) {
      return take(key, bucket, cost);
    },
    async peek(key, bucket) {
      return take(key, bucket, 0);
    },
    async takeWindow(key, window, cost) {
      return takeFromWindow(countedOf(key), window, cost, clock.now());
    },
    async pauseWindow(key, ms) {
      pauseWindow(countedOf(key), ms, clock.now());
    },
    async get(key) {
      return find(key)?.value;
    },
    async set(key, value, ttlMs) {
      put(key, value, ttlMs, 0);
    },
    async setIfAbsent(key, value, ttlMs) {
      if (find(key) !== undefined) return false;
      values.delete(key);
      once.set(key, { value, fence: 0, ...mortal(ttlMs) });
      return true;
    },
    async setFenced(key, value, ttlMs, fence) {
      if ((find(key)?.fence ?? 0) > fence) return false;
      put(key, value, ttlMs, fence);
      return true;
    },
    async delete(key) {
      once.delete(key);
      values.delete(key);
    },
    async lease(key, ttlMs) {
      if (lives(leases.get(key))) return undefined;
      sweepLeases();
      lastFence += 1;
      const mine = { fence: lastFence, ...mortal(ttlMs) };
      leases.set(key, mine);
      return toLease(key, mine);
    },
    async publish(channel, message) {
      for (const listener of [...(channels.get(channel) ?? [])]) {
        try {
          listener(message);
        } catch {} // its own fault: neither the publisher nor the other listeners pay for it
      }
    },
    async subscribe(channel, listener) {
      const listeners = channels.get(channel) ?? new Set();
      channels.set(channel, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && channels.get(channel) === listeners) channels.delete(channel);
      };
    },
    async close() {
      channels.clear();
    },
  };
}
