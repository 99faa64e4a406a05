import { z } from "zod";
import { hasScope } from "../../identity/principal.ts";
import { type Charge, chargesOf } from "../../journal/effect-budgets.ts";
import type { EffectCountRow } from "../../storage/write-records.ts";
import { type ActContext, defineAct } from "../act.ts";

/** One of each, to learn which bounds there are. */
const ONE_OF_EACH = { deletes: 1, creates: 1, money_cents: 1 };

interface Used extends Pick<Charge, "budget" | "whose" | "period" | "limit"> {
  /** Null for what all callers of the tenant share. */
  principal_id: string | null;
  used: number;
  /** When it begins anew. */
  ends_at: number;
}

const getBudgets = defineAct({
  name: "budgets.get",
  summary:
    "Show how far budgets of effects are used: your own and the tenant's, for administrators everybody's. Money is in cents.",
  needs: "caller",
  effect: "read",
  route: { method: "GET", path: "/budgets" },
  input: z.object({}),
  handler(_input, ctx) {
    const { tenant_id, principal, now } = ctx;
    const caller = { tenant_id, id: principal.id };
    const charges = chargesOf(ctx.effectBudgets, caller, ONE_OF_EACH, now);
    const periods = [...new Set(charges.map(({ period }) => period))];
    return async (store) => {
      const rows = periods.length === 0 ? [] : await store.effectCounts.list(tenant_id, periods);
      return { result: { items: charges.flatMap((charge) => usesOf(ctx, charge, rows)) } };
    };
  },
});

function usesOf(ctx: ActContext, charge: Charge, rows: readonly EffectCountRow[]): Used[] {
  const { budget, whose, period, limit, expires_at: ends_at, principal_id } = charge;
  const isShared = whose === "tenant";
  const matching = rows.filter(
    (row) =>
      row.budget === budget && row.period === period && (row.principal_id === "*") === isShared,
  );
  const use = (id: string, used: number): Used => ({
    ...{ budget, whose, principal_id: isShared ? null : id, period, used, limit, ends_at },
  });
  const own = use(
    principal_id,
    matching.find((row) => row.principal_id === principal_id)?.used ?? 0,
  );
  const { isOperator, principal } = ctx;
  if (isShared || !(isOperator || hasScope(principal, "fairlead:admin"))) return [own];
  const others = matching.map((row) => use(row.principal_id, row.used));
  // Who manages the tenant may be none of its callers.
  return others.some((each) => each.principal_id === principal_id) || isOperator
    ? others
    : [own, ...others];
}

export const budgetActs = [getBudgets];
