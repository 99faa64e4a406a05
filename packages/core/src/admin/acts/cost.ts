import { z } from "zod";
import { costOf, FREE, monthOf, parseMonth } from "../../cost/cost.ts";
import { FairleadError } from "../../errors.ts";
import { defineAct } from "../act.ts";

const getCost = defineAct({
  name: "cost.get",
  summary:
    "Show what a month has cost: upstream requests, bytes of answers and stored bytes, by the operator's prices.",
  needs: "fairlead:admin",
  effect: "read",
  route: { method: "GET", path: "/cost" },
  input: z.object({
    month: z.string().max(10).optional().describe("Such as 2026-03, in UTC. Default: this month."),
  }),
  handler(input, { tenant_id, now, cost }) {
    const month = input.month === undefined ? monthOf(now) : parseMonth(input.month);
    if (month === undefined || month.from > now) {
      throw new FairleadError("invalid_input", "month has to be one up to now, such as 2026-03.");
    }
    const { prices, budget } = cost ?? { prices: FREE, budget: undefined };
    return async (store) => {
      const spent = await costOf(store, tenant_id, month, prices, now);
      const used =
        budget === undefined ? {} : { budget, budget_used: shareOf(spent.cost.total, budget) };
      return { result: { month: month.name, ...spent, ...used, prices } };
    };
  },
});

/** Part of the whole, to four places. */
function shareOf(part: number, whole: number): number {
  return Math.round((part / whole) * 10_000) / 10_000;
}

export const costActs = [getCost];
