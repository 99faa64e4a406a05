import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import type { Clock } from "../ports.ts";
import type { Bucket } from "../storage/shared.ts";
import { fullLevel, type Level, partsOf, refill, takeFrom, toMeasure } from "./token-bucket.ts";

/** Buckets per client address, local to this process: the first and cheapest line against a flood. */
export interface AddressLimit {
  /** Milliseconds to wait; 0 when admitted. A cost of 0 asks whether the address is in debt. */
  take(address: string, cost: number): number;
  /** Takes tokens even where there are too few: the address has to wait off the debt, at most one bucket of it. */
  charge(address: string, cost: number): void;
}

const MAX_ADDRESSES = 10_000;

export function createAddressLimit(clock: Clock, bucket: Bucket): AddressLimit {
  const levels = new LRUCache<string, Level>(atMost(MAX_ADDRESSES));
  const measure = toMeasure(bucket);

  function levelOf(address: string): Level {
    const now = clock.now();
    const network = networkOf(address);
    let level = levels.get(network);
    if (level === undefined) {
      level = fullLevel(measure, now);
      levels.set(network, level);
    }
    refill(level, measure, now);
    return level;
  }

  return {
    take(address, cost) {
      return takeFrom(levelOf(address), measure, cost).retryAfterMs;
    },
    charge(address, cost) {
      const level = levelOf(address);
      level.parts = Math.max(-measure.full, level.parts - partsOf(cost, measure));
    },
  };
}

/** One client of IPv6 has at least a /64 (RFC 6177), and would else have a bucket for each of its addresses. */
function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  if (address.includes(".")) return address.slice(address.lastIndexOf(":") + 1);
  const [head = [], tail] = address.split("::").map((part) => part.split(":"));
  if (tail === undefined) return head.slice(0, 4).join(":");
  const before = head.filter((group) => group !== "");
  const zeros = Array.from({ length: 8 - before.length - tail.length }, () => "0");
  return [...before, ...zeros, ...tail].slice(0, 4).join(":");
}
