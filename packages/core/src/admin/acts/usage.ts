import { z } from "zod";
import { FairleadError } from "../../errors.ts";
import { defineAct } from "../act.ts";
import { id } from "../shapes.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const MAX_DAYS = 400;

const getUsage = defineAct({
  name: "usage.get",
  summary:
    "Show what was used: calls, errors, upstream requests and bytes, by principal, tool and hour.",
  needs: "fairlead:admin",
  effect: "read",
  route: { method: "GET", path: "/usage" },
  input: z.object({
    from: z.iso
      .datetime({ offset: true })
      .optional()
      .describe(
        "Hours from this time on, such as 2026-03-01T00:00:00Z; a day before the end by default.",
      ),
    to: z.iso
      .datetime({ offset: true })
      .optional()
      .describe("Hours before this time; now by default."),
    principal_id: id("prn").optional().describe("Only what this principal used."),
  }),
  handler(input, { tenant_id, now }) {
    const to = input.to === undefined ? now : Date.parse(input.to);
    const from = input.from === undefined ? to - DAY_MS : Date.parse(input.from);
    const { principal_id } = input;
    if (from >= to) throw badRange("from has to be before to");
    if (to - from > MAX_DAYS * DAY_MS) throw badRange(`at most ${MAX_DAYS} days at a time`);
    return async (store) => {
      const rows = await store.usage.list(tenant_id, { from, to, principal_id });
      const items = rows.map(({ tenant_id: _tenant, hour, ...row }) => ({
        hour: new Date(hour).toISOString(),
        ...row,
      }));
      return {
        result: { from: new Date(from).toISOString(), to: new Date(to).toISOString(), items },
      };
    };
  },
});

function badRange(why: string): FairleadError {
  return new FairleadError("invalid_input", `usage.get: from, to: ${why}.`, {
    details: { fields: ["from", "to"] },
  });
}

export const usageActs = [getUsage];
