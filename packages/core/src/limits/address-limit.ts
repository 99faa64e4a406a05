import { LRUCache } from "lru-cache";
import type { Clock } from "../ports.ts";

/** Buckets per client address, local to this process: the first and cheapest line against a flood. */
export interface AddressLimit {
  /** Milliseconds to wait; 0 when admitted. */
  take(address: string, cost: number): number;
}

const MAX_ADDRESSES = 50_000;

export function createAddressLimit(
  clock: Clock,
  bucket: { capacity: number; refillPerSecond: number },
): AddressLimit {
  const levels = new LRUCache<string, { tokens: number; at: number }>({ max: MAX_ADDRESSES });
  return {
    take(address, cost) {
      const now = clock.now();
      let level = levels.get(address);
      if (level === undefined) {
        level = { tokens: bucket.capacity, at: now };
        levels.set(address, level);
      }
      const elapsed = Math.max(0, now - level.at) / 1000;
      level.tokens = Math.min(bucket.capacity, level.tokens + elapsed * bucket.refillPerSecond);
      level.at = now;
      if (level.tokens < cost) {
        return Math.ceil(((cost - level.tokens) / bucket.refillPerSecond) * 1000);
      }
      level.tokens -= cost;
      return 0;
    },
  };
}
