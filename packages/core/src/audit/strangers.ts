import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import { fullLevel, type Level, refill, takeFrom, toMeasure } from "../limits/token-bucket.ts";
import type { AuditEvent } from "../observe/audit-event.ts";
import type { Clock } from "../ports.ts";
import type { Prepared } from "./body.ts";
import { createLosses } from "./losses.ts";

/** Which refusals at the door are written down one by one. */
export interface Strangers {
  admit(event: AuditEvent): boolean;
  /** A row that says how many were left out, once the first of them is this old. */
  take(now: number, ageMs: number): Prepared[];
}

/** Whoever is not let in must not be able to fill the log. */
const MEASURE = toMeasure({ capacity: 20, refillPerSecond: 10 });

/** Tenants whose allowance is remembered; one that was forgotten begins with a whole one. */
const MAX_TENANTS = 10_000;

/** Each tenant has an allowance of its own: what floods one of them hides nothing of another. */
export function createStrangers(clock: Clock): Strangers {
  const levels = new LRUCache<string, Level>(atMost(MAX_TENANTS));
  const leftOut = createLosses("audit.left_out");
  let since = 0;
  return {
    admit(event) {
      const now = clock.now();
      const level = levels.get(event.tenant_id ?? "") ?? fullLevel(MEASURE, now);
      levels.set(event.tenant_id ?? "", level);
      refill(level, MEASURE, now);
      if (takeFrom(level, MEASURE, 1).admitted) return true;
      if (leftOut.count === 0) since = now;
      leftOut.add(event.tenant_id, event.at);
      return false;
    },
    take(now, ageMs) {
      return leftOut.count > 0 && now - since >= ageMs ? leftOut.take(now) : [];
    },
  };
}
