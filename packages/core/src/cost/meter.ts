import { LRUCache } from "lru-cache";
import { z } from "zod";
import { atMost } from "../cache/bounded.ts";
import type { Clock, Logger } from "../ports.ts";
import type { Shared } from "../storage/shared.ts";
import type { Store } from "../storage/store.ts";
import { type CostConfig, type Month, monthOf, priced } from "./cost.ts";

/** Shares of a budget that are told of, in percent. */
export const THRESHOLDS = [80, 100] as const;

export interface Crossing {
  tenant_id: string;
  /** `2026-03` */
  month: string;
  percent: (typeof THRESHOLDS)[number];
  cost: number;
  budget: number;
}

const budgetReading = z.object({
  at: z.number(),
  /** Tenants at or above each threshold, by percent. */
  tenants: z.record(z.string(), z.number()),
});

export type BudgetReading = z.output<typeof budgetReading>;

export interface CostMeter {
  /** Looks at every tenant once. */
  look(): Promise<void>;
  /** What the latest look of any replica found; undefined before the first. */
  latest(): Promise<BudgetReading | undefined>;
  close(): Promise<void>;
}

export interface CostMeterParts {
  store: Pick<Store, "usage">;
  shared: Shared;
  clock: Clock;
  logger: Logger;
  config: CostConfig & { budget: number };
  /** Is told of each crossing with every look; whoever hears it tells it on once. */
  onCrossed: (crossing: Crossing) => void;
}

const LOOK_EVERY_MS = 5 * 60_000;
const KEPT_MS = 4 * LOOK_EVERY_MS;
const ROUND = "cost meter";
const LATEST = "cost meter latest";
/** Tenants that are looked at together. */
const AT_ONCE = 16;
/** What a tenant stores grows slowly, and is the dear part of the question. */
const STORED_KEPT_MS = 60 * 60_000;
const MAX_TENANTS = 20_000;

/** Holds what tenants spend against their budgets, every few minutes, on one replica at a time. */
export function createCostMeter(parts: CostMeterParts): CostMeter {
  const { store, shared, clock, logger, config, onCrossed } = parts;
  const stored = new LRUCache<string, { bytes: number; at: number }>(atMost(MAX_TENANTS));
  let closed = false;
  let running: Promise<void> | undefined;
  let stopTimer = () => {};

  async function look(): Promise<void> {
    const month = monthOf(clock.now());
    const totals = await store.usage.totals(month);
    const tenants: Record<string, number> = {};
    for (const percent of THRESHOLDS) tenants[percent] = 0;
    for (let start = 0; start < totals.length && !closed; start += AT_ONCE) {
      const some = totals.slice(start, start + AT_ONCE);
      const spent = await Promise.all(some.map((total) => spentBy(total, month)));
      for (const [index, cost] of spent.entries()) {
        const tenant_id = some[index]?.tenant_id ?? "";
        for (const percent of crossedBy(cost, config.budget)) {
          tenants[percent] = (tenants[percent] ?? 0) + 1;
          onCrossed({ tenant_id, month: month.name, percent, cost, budget: config.budget });
        }
      }
    }
    if (!closed) await shared.set(LATEST, JSON.stringify({ at: clock.now(), tenants }), KEPT_MS);
  }

  async function spentBy(
    total: { tenant_id: string; upstream_calls: number; bytes_out: number },
    month: Month,
  ): Promise<number> {
    const { gigabyte_month } = config.prices;
    const stored_bytes = gigabyte_month > 0 ? await storedBy(total.tenant_id) : 0;
    return priced({ ...total, stored_bytes }, month, config.prices, clock.now()).cost.total;
  }

  async function storedBy(tenant_id: string): Promise<number> {
    const now = clock.now();
    const known = stored.get(tenant_id);
    if (known !== undefined && now - known.at < STORED_KEPT_MS) return known.bytes;
    const bytes = await store.usage.storedBytes(tenant_id);
    stored.set(tenant_id, { bytes, at: now });
    return bytes;
  }

  /** With shared state away nobody could tell who is to look and what was told already: it waits. */
  async function round(): Promise<void> {
    const isMine = await shared.setIfAbsent(ROUND, "", LOOK_EVERY_MS / 2).catch(() => false);
    if (!isMine || closed) return;
    try {
      await look();
    } catch (error) {
      logger.warn({ err: error }, "costs could not be held against budgets; trying again");
      await shared.delete(ROUND).catch(() => {});
    }
  }

  function next(): void {
    stopTimer = clock.after(LOOK_EVERY_MS, () => {
      running = round().finally(() => {
        running = undefined;
        if (!closed) next();
      });
    });
  }

  next();
  return {
    look,
    async latest() {
      const kept = await shared.get(LATEST);
      return kept === undefined ? undefined : budgetReading.safeParse(JSON.parse(kept)).data;
    },
    async close() {
      closed = true;
      stopTimer();
      await running;
    },
  };
}

function crossedBy(cost: number, budget: number): (typeof THRESHOLDS)[number][] {
  return THRESHOLDS.filter((percent) => cost >= (budget * percent) / 100);
}
