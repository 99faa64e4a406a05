import { FairleadError } from "../errors.ts";
import type { EFFECT_BUDGETS, EffectBudget, Spending } from "../safe-write.ts";
import type { Store } from "../storage/store.ts";

/** What may be changed at most: deletions and creations in a day, estimated money in a month (UTC). Absent: no bound. */
export type EffectLimits = Readonly<Partial<Record<(typeof EFFECT_BUDGETS)[number], number>>>;

export interface EffectBudgets {
  /** Of each principal. */
  principal: EffectLimits;
  /** Of each tenant, all its principals together. */
  tenant: EffectLimits;
}

export const NO_BUDGETS: EffectBudgets = Object.freeze({ principal: {}, tenant: {} });

/** Stands for the whole tenant in the rows. */
const WHOLE_TENANT = "*";

/** One bound that a spending comes under. */
export interface Charge {
  budget: EffectBudget;
  whose: "caller" | "tenant";
  tenant_id: string;
  principal_id: string;
  period: string;
  expires_at: number;
  takes: number;
  limit: number;
}

/** The bounds that a spending comes under; none where nothing is bounded. */
export function chargesOf(
  budgets: EffectBudgets,
  { tenant_id, id }: { tenant_id: string; id: string },
  spending: Spending,
  now: number,
): Charge[] {
  const charges: Charge[] = [];
  for (const [name, takes] of Object.entries(spending)) {
    const budget = name as EffectBudget;
    if (takes === undefined || takes <= 0) continue;
    const { period, expires_at } = periodOf(budget, now);
    const common = { budget, tenant_id, period, expires_at, takes };
    const ofCaller = budgets.principal[budget];
    const ofTenant = budgets.tenant[budget];
    if (ofCaller !== undefined)
      charges.push({ ...common, whose: "caller", principal_id: id, limit: ofCaller });
    if (ofTenant !== undefined)
      charges.push({ ...common, whose: "tenant", principal_id: WHOLE_TENANT, limit: ofTenant });
  }
  return charges;
}

function periodOf(budget: EffectBudget, now: number): { period: string; expires_at: number } {
  const date = new Date(now);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return budget === "money_cents"
    ? { period: date.toISOString().slice(0, 7), expires_at: Date.UTC(year, month + 1, 1) }
    : { period: date.toISOString().slice(0, 10), expires_at: Date.UTC(year, month, day + 1) };
}

/** Inside a transaction: takes them all, or throws `rate_limited`, reason `effect_budget`. */
export async function spend(store: Store, charges: readonly Charge[], now: number): Promise<void> {
  for (const charge of charges) {
    const { tenant_id, principal_id, budget, period, expires_at, takes, limit } = charge;
    const row = { tenant_id, principal_id, budget, period, expires_at };
    if (await store.effectCounts.spend(row, takes, limit)) continue;
    throw new FairleadError(
      "rate_limited",
      `This would exceed the budget of ${budget} of this ${charge.whose} for ${period} (${limit}). ` +
        "Nothing was changed. An administrator can raise it; else it begins anew with the next period.",
      {
        details: {
          ...{ reason: "effect_budget", budget, whose: charge.whose, period, limit },
          retry_after_s: Math.max(1, Math.ceil((expires_at - now) / 1000)),
        },
        retryable: false,
      },
    );
  }
}

/** Inside a transaction: gives back what was taken for something that did not happen. */
export async function giveBack(store: Store, charges: readonly Charge[]): Promise<void> {
  for (const { tenant_id, principal_id, budget, period, expires_at, takes } of charges) {
    const row = { tenant_id, principal_id, budget, period, expires_at };
    await store.effectCounts.spend(row, -takes, Number.MAX_SAFE_INTEGER);
  }
}

/** How far the bounds are used, for a plan to show. */
export async function usedOf(store: Store, charges: readonly Charge[]): Promise<number[]> {
  const [first] = charges;
  if (first === undefined) return [];
  const periods = [...new Set(charges.map(({ period }) => period))];
  const rows = await store.effectCounts.list(first.tenant_id, periods);
  return charges.map(
    ({ principal_id, budget, period }) =>
      rows.find(
        (row) =>
          row.principal_id === principal_id && row.budget === budget && row.period === period,
      )?.used ?? 0,
  );
}
