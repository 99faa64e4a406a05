import { z } from "zod";
import { decide, isSignedIn, noPlan, requireApprover, scopeOf } from "../../consent/approvals.ts";
import {
  isOwn,
  linesOf,
  type PlanLine,
  type PlanView,
  viewInWords,
  viewOf,
} from "../../consent/plan-view.ts";
import { FairleadError } from "../../errors.ts";
import { hasScope } from "../../identity/principal.ts";
import type { Page } from "../../storage/records.ts";
import type { Store } from "../../storage/store.ts";
import type { ApprovalRow, PlanRow } from "../../storage/write-records.ts";
import { type ActContext, defineAct, type Work } from "../act.ts";
import { id, note, page } from "../shapes.ts";

/** Pages that are looked through for one that shows something. */
const MOST_PAGES = 20;

const listPlans = defineAct({
  name: "plans.list",
  summary:
    "List plans that wait to be agreed to or carried out: your own, and those you could approve.",
  needs: "caller",
  effect: "read",
  isForAnyTenant: true,
  route: { method: "GET", path: "/plans" },
  columns: ["id", "status", "consent", "asked_by", "expires_at", "summary"],
  input: z.object(page),
  handler: (input, ctx) => async (store) => ({ result: await openPlans(store, ctx, input) }),
});

async function openPlans(
  store: Store,
  ctx: ActContext,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<PlanLine>> {
  const { tenant_id, principal, now } = ctx;
  // A key sees what it asked for itself; people, and who manages the tenant, may see others' too.
  const isNarrow = !isSignedIn(principal, now) && !mayOversee(ctx);
  const principal_id = isNarrow ? principal.id : undefined;
  let next = cursor;
  for (let left = MOST_PAGES; ; left -= 1) {
    const asked = { limit, cursor: next, principal_id, open_at: now };
    const { items, next_cursor } = await store.plans.list(tenant_id, asked);
    const seen = await Promise.all(items.map((plan) => maySee(store, ctx, plan)));
    const shown = items.filter((_plan, at) => seen[at]);
    if (shown.length > 0 || next_cursor === null || left <= 0) {
      return { items: await linesOf(store, shown, now), next_cursor };
    }
    next = next_cursor;
  }
}

const getPlan = defineAct({
  name: "plans.get",
  summary:
    "Show a plan: what it would change, who agreed so far, and whether you could approve it.",
  needs: "caller",
  effect: "read",
  isForAnyTenant: true,
  route: { method: "GET", path: "/plans/{id}" },
  input: z.object({ id: id("pln") }),
  text: (result) => viewInWords(result as PlanView),
  handler: (input, ctx) => async (store) => {
    const plan = await requireVisible(store, ctx, input.id);
    return { result: await viewOf(store, { ...askingOf(ctx), plan }), target: plan.id };
  },
});

const approvePlan = defineAct({
  name: "plans.approve",
  summary:
    "Agree to a plan, as a person who holds the scope of its tool or was lent it. What waits for the plan goes on when enough people have.",
  needs: "person",
  effect: "write",
  isForAnyTenant: true,
  route: { method: "POST", path: "/plans/{id}/approve" },
  input: z.object({
    id: id("pln"),
    reason: note.nullable().default(null).describe("Why, for the audit."),
  }),
  handler: (input, ctx) => say(ctx, input.id, "approve", input.reason),
});

const denyPlan = defineAct({
  name: "plans.deny",
  summary:
    "Turn a plan down for good. Whoever could approve it may, and whose own key or service asked for it.",
  needs: "person",
  effect: "write",
  isForAnyTenant: true,
  route: { method: "POST", path: "/plans/{id}/deny" },
  input: z.object({ id: id("pln"), reason: note.describe("Why; whoever asked is told.") }),
  handler: (input, ctx) => say(ctx, input.id, "deny", input.reason),
});

function say(
  ctx: ActContext,
  plan_id: string,
  decision: ApprovalRow["decision"],
  reason: string | null,
): Work {
  const { tenant_id, way } = ctx;
  return async (store) => {
    const { plan, right, isApproved, operation } = await decide(store, {
      ...askingOf(ctx),
      ...{ tenant_id, plan_id, decision, way, reason },
    });
    const { on_behalf_of } = right;
    const operation_id = operation?.id;
    return {
      result: {
        ...{ id: plan_id, decision, on_behalf_of, approved: isApproved },
        ...{ status: decision === "deny" ? "denied" : isApproved ? "approved" : "open" },
        operation_id: operation_id ?? null,
      },
      target: plan_id,
      facts: {
        ...{ tool: plan.tool, consent: plan.consent, asked_by: plan.principal_id, hash: plan.hash },
        ...{ way, approved: isApproved, reason: reason ?? undefined, operation_id },
        on_behalf_of: on_behalf_of ?? undefined,
      },
      operation,
    };
  };
}

function askingOf({ principal, isAtTerminal, now }: ActContext) {
  return { principal, isOperator: isAtTerminal, now };
}

/** Who manages the tenant sees all that goes on in it, and decides only as a person. */
function mayOversee({ principal, isOperator }: ActContext): boolean {
  return isOperator || hasScope(principal, "fairlead:admin");
}

async function maySee(store: Store, ctx: ActContext, plan: PlanRow): Promise<boolean> {
  if (mayOversee(ctx) || (await isOwn(store, ctx.principal, plan))) return true;
  if (!isSignedIn(ctx.principal, ctx.now)) return false;
  // Whoever spoke goes on seeing what came of it, also where the right was lent for this once.
  const said = await store.approvals.listOf(plan.tenant_id, plan.id);
  if (said.some(({ principal_id }) => principal_id === ctx.principal.id)) return true;
  return requireApprover(store, { ...askingOf(ctx), plan }).then(
    () => true,
    (thrown: unknown) => {
      if (thrown instanceof FairleadError && thrown.code !== "upstream_unavailable") return false;
      throw thrown;
    },
  );
}

/** A colleague who was sent the link is told what is missing; to a key it is the same as none. */
async function requireVisible(store: Store, ctx: ActContext, plan_id: string): Promise<PlanRow> {
  const plan = await store.plans.find(ctx.tenant_id, plan_id);
  if (plan === undefined) throw noPlan(plan_id);
  if (await maySee(store, ctx, plan)) return plan;
  if (!isSignedIn(ctx.principal, ctx.now)) throw noPlan(plan_id);
  const scope = scopeOf(plan);
  throw new FairleadError(
    "forbidden",
    `${plan_id} is for whoever holds the scope ${scope}, or was lent it by somebody who does.`,
    { details: { reason: "scope", scope } },
  );
}

export const planActs = [listPlans, getPlan, approvePlan, denyPlan];
