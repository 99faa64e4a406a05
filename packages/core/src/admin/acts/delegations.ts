import { z } from "zod";
import { FairleadError } from "../../errors.ts";
import { hasScope } from "../../identity/principal.ts";
import type { StoredPrincipal } from "../../storage/records.ts";
import type { Store } from "../../storage/store.ts";
import type { DelegationRow } from "../../storage/write-records.ts";
import { type ActContext, defineAct } from "../act.ts";
import { id } from "../shapes.ts";
import { requirePrincipal } from "./principals.ts";

const DAY_S = 86_400;
const LONGEST_S = 90 * DAY_S;

const createDelegation = defineAct({
  name: "delegations.create",
  summary: "Lend your right to approve plans to another person for a while.",
  needs: "person",
  effect: "write",
  route: { method: "POST", path: "/delegations" },
  input: z.object({
    to_principal_id: id("prn").describe("The person who may approve in your place, prn_…."),
    from_principal_id: id("prn")
      .optional()
      .describe("Whose right it is: your own; the operator names somebody."),
    expires_in_s: z.coerce
      .number()
      .int()
      .min(60)
      .max(LONGEST_S)
      .default(7 * DAY_S)
      .describe("Seconds until it ends, at most 90 days; a week by default."),
  }),
  handler(input, ctx) {
    const { tenant_id, now } = ctx;
    const from_principal_id = lenderOf(ctx, input.from_principal_id);
    const { to_principal_id } = input;
    if (from_principal_id === to_principal_id) {
      throw new FairleadError("invalid_input", "Nobody lends a right to oneself.");
    }
    const delegation: DelegationRow = {
      ...{ id: ctx.newId("dlg"), tenant_id, from_principal_id, to_principal_id },
      ...{ created_at: now, expires_at: now + input.expires_in_s * 1000 },
    };
    return async (store) => {
      await requirePerson(store, tenant_id, from_principal_id);
      await requirePerson(store, tenant_id, to_principal_id);
      await store.delegations.insert(delegation);
      const { expires_at } = delegation;
      return {
        ...{ result: delegation, target: delegation.id },
        facts: { from_principal_id, to_principal_id, expires_at },
      };
    };
  },
});

const listDelegations = defineAct({
  name: "delegations.list",
  summary:
    "List who may approve plans in whose place: what you lent or were lent, for administrators all.",
  needs: "caller",
  effect: "read",
  route: { method: "GET", path: "/delegations" },
  input: z.object({}),
  handler: (_input, ctx) => async (store) => {
    const all = await store.delegations.list(ctx.tenant_id, { at: ctx.now });
    return { result: { items: all.filter((each) => isOf(ctx, each)) } };
  },
});

const deleteDelegation = defineAct({
  name: "delegations.delete",
  summary: "Take a lent right back, or give it back. What was approved by it stays approved.",
  needs: "caller",
  effect: "destroy",
  route: { method: "DELETE", path: "/delegations/{id}" },
  input: z.object({ id: id("dlg") }),
  handler: (input, ctx) => async (store) => {
    const { tenant_id, now } = ctx;
    const all = await store.delegations.list(tenant_id, { at: now });
    const known = all.find((each) => each.id === input.id && isOf(ctx, each));
    if (known === undefined) {
      throw new FairleadError("not_found", `There is no delegation ${input.id} in this tenant.`);
    }
    await store.delegations.delete(tenant_id, input.id);
    return { result: { deleted: input.id }, target: input.id };
  },
});

function lenderOf({ principal, isAtTerminal }: ActContext, named: string | undefined): string {
  if (!isAtTerminal) {
    if (named === undefined || named === principal.id) return principal.id;
    throw new FairleadError("forbidden", "Everybody lends their own right only.");
  }
  if (named !== undefined) return named;
  throw new FairleadError("invalid_input", "from_principal_id: say whose right it is.", {
    details: { fields: ["from_principal_id"] },
  });
}

async function requirePerson(
  store: Store,
  tenant_id: string,
  principal_id: string,
): Promise<StoredPrincipal> {
  const row = await requirePrincipal(store, tenant_id, principal_id);
  if (row.kind === "person" && row.status === "active") return row;
  throw new FairleadError(
    "invalid_input",
    `${row.label} is ${row.kind === "person" ? "disabled" : "no person"}: only people approve.`,
  );
}

function isOf(
  { principal, isOperator }: ActContext,
  { from_principal_id, to_principal_id }: DelegationRow,
): boolean {
  if (isOperator || hasScope(principal, "fairlead:admin")) return true;
  return principal.id === from_principal_id || principal.id === to_principal_id;
}

export const delegationActs = [createDelegation, listDelegations, deleteDelegation];
