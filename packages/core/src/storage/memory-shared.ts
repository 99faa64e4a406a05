import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import { type Level, refill, takeFrom } from "../limits/token-bucket.ts";
import type { Clock } from "../ports.ts";
import type { Bucket, Shared, Take } from "./shared.ts";

const MAX_KEYS = 20_000;

/** What one process agrees on with itself. With more than one process on the same records this is not enough. */
export function createMemoryShared(clock: Clock): Shared {
  const levels = new LRUCache<string, Level>(atMost(MAX_KEYS));
  const values = new LRUCache<string, { value: string; expiresAt: number }>(atMost(MAX_KEYS));
  const leases = new Map<string, { fence: number; expiresAt: number }>();
  const channels = new Map<string, Set<(message: string) => void>>();
  let fence = 0;

  function take(key: string, bucket: Bucket, cost: number): Take {
    const now = clock.now();
    const level = levels.get(key) ?? { tokens: bucket.capacity, at: now };
    refill(level, bucket, now);
    const missing = takeFrom(level, cost);
    const admitted = missing === 0;
    if (admitted && cost > 0) levels.set(key, level);
    return {
      admitted,
      remaining: Math.floor(level.tokens),
      retryAfterMs: Math.ceil((missing / bucket.refillPerSecond) * 1000),
      resetMs: Math.ceil(((bucket.capacity - level.tokens) / bucket.refillPerSecond) * 1000),
    };
  }

  return {
    async take(key, bucket, cost) {
      return take(key, bucket, cost);
    },
    async peek(key, bucket) {
      return take(key, bucket, 0);
    },
    async get(key) {
      const entry = values.get(key);
      return entry !== undefined && entry.expiresAt > clock.now() ? entry.value : undefined;
    },
    async set(key, value, ttlMs) {
      values.set(key, { value, expiresAt: clock.now() + ttlMs });
    },
    async delete(key) {
      values.delete(key);
    },
    async lease(key, ttlMs) {
      const held = leases.get(key);
      if (held !== undefined && held.expiresAt > clock.now()) return undefined;
      fence += 1;
      const mine = { fence, expiresAt: clock.now() + ttlMs };
      leases.set(key, mine);
      return {
        fence: mine.fence,
        async release() {
          if (leases.get(key) === mine) leases.delete(key);
        },
      };
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
