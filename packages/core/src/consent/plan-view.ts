import { toFairleadError } from "../errors.ts";
import { LOCAL_USER, type Principal } from "../identity/principal.ts";
import { planInWords, type ShownPlan, shownPlan } from "../plan/shown.ts";
import type { Store } from "../storage/store.ts";
import type { ApprovalRow, PlanRow } from "../storage/write-records.ts";
import {
  type Asking,
  countApprovals,
  isApproved,
  type Right,
  requireApprover,
  requireDenier,
  standingOf,
} from "./approvals.ts";
import { isOperators, peopleBehind } from "./people.ts";

/** A plan as a list shows it. Times are milliseconds since the epoch. */
export interface PlanLine {
  id: string;
  status: "open" | "approved" | "denied" | "lapsed" | "used";
  tool: string;
  summary: string;
  connection: string | null;
  consent: PlanRow["consent"];
  approvals_needed: number;
  /** People who agreed so far. */
  approvals: number;
  /** Who asks. */
  asked_by: string;
  principal_id: string;
  created_at: number;
  expires_at: number;
}

export interface Said
  extends Pick<
    ApprovalRow,
    "principal_id" | "on_behalf_of" | "decision" | "way" | "reason" | "at"
  > {
  /** Names, for people to read. */
  by: string;
  for: string | null;
}

/** The same with all it says, and what whoever looks may do about it. */
export interface PlanView extends PlanLine {
  denied_at: number | null;
  said: readonly Said[];
  plan: ShownPlan;
  /** Whether an approval of whoever looks would count, and why not. */
  may_approve: boolean;
  may_deny: boolean;
  why_not: string | null;
}

export async function linesOf(
  store: Store,
  plans: readonly PlanRow[],
  now: number,
): Promise<PlanLine[]> {
  return Promise.all(plans.map(async (plan) => (await read(store, plan, now)).line));
}

/** Everything about a plan for somebody who may see it. */
export async function viewOf(store: Store, asking: Asking): Promise<PlanView> {
  const { plan, now } = asking;
  const { line, approvals, shown } = await read(store, plan, now);
  const said = await Promise.all(approvals.map((each) => saidOf(store, each)));
  const view = { ...line, denied_at: plan.denied_at, said, plan: shown };
  if (line.status !== "open" && line.status !== "approved") {
    const why_not = `${plan.id} can no longer be decided on.`;
    return { ...view, may_approve: false, may_deny: false, why_not };
  }
  const why_not = await whyNot(store, asking, line, approvals);
  const { refusal } = await tried(requireDenier(store, asking));
  return { ...view, may_approve: why_not === null, may_deny: refusal === null, why_not };
}

async function read(store: Store, plan: PlanRow, now: number) {
  const shown = shownPlan.parse(JSON.parse(plan.shown));
  const approvals = await store.approvals.listOf(plan.tenant_id, plan.id);
  const standing = await standingOf(store, plan, now);
  const needsPeople = plan.consent === "person" || plan.consent === "approver";
  const behind = needsPeople ? await peopleBehind(store, plan) : undefined;
  const isAgreed = needsPeople && isApproved(plan, approvals, behind);
  const line: PlanLine = {
    id: plan.id,
    status: standing === "open" && isAgreed ? "approved" : standing,
    ...{ tool: plan.tool, summary: shown.summary, connection: shown.connection },
    ...{ consent: plan.consent, approvals_needed: plan.approvals_needed },
    approvals: countApprovals(plan, approvals, behind),
    asked_by: await nameOf(store, plan.tenant_id, plan.principal_id),
    principal_id: plan.principal_id,
    ...{ created_at: plan.created_at, expires_at: plan.expires_at },
  };
  return { line, approvals, shown };
}

async function whyNot(
  store: Store,
  asking: Asking,
  { id }: PlanLine,
  approvals: readonly ApprovalRow[],
): Promise<string | null> {
  const own = asking.isOperator ? LOCAL_USER.id : asking.principal.id;
  if (approvals.some(({ principal_id }) => principal_id === own)) return `You have approved ${id}.`;
  const { refusal } = await tried(requireApprover(store, asking));
  return refusal;
}

async function tried(asked: Promise<Right>): Promise<{ refusal: string | null }> {
  try {
    await asked;
    return { refusal: null };
  } catch (thrown) {
    const { code, message } = toFairleadError(thrown);
    if (code === "internal" || code === "upstream_unavailable") throw thrown;
    return { refusal: message };
  }
}

async function saidOf(
  store: Store,
  { tenant_id, plan_id: _plan, ...said }: ApprovalRow,
): Promise<Said> {
  const { principal_id, on_behalf_of } = said;
  return {
    ...said,
    by: await nameOf(store, tenant_id, principal_id),
    for: on_behalf_of === null ? null : await nameOf(store, tenant_id, on_behalf_of),
  };
}

/** What people know somebody by; also those who are no record. */
export async function nameOf(
  store: Pick<Store, "principals">,
  tenant_id: string,
  principal_id: string,
): Promise<string> {
  const row = await store.principals.find(tenant_id, principal_id);
  if (row !== undefined) return row.label;
  if (principal_id === LOCAL_USER.id) return "the operator";
  return isOperators({ tenant_id, principal_id }) ? "a key of the operator's" : principal_id;
}

/** Whether somebody asked for a plan, or owns who did. */
export async function isOwn(
  store: Pick<Store, "principals" | "keys">,
  { id }: Principal,
  plan: PlanRow,
): Promise<boolean> {
  return plan.principal_id === id || (await peopleBehind(store, plan)).has(id);
}

const TIME = new Intl.DateTimeFormat("en-GB", {
  ...{ timeZone: "UTC", dateStyle: "medium", timeStyle: "short" },
});

/** A plan with how it stands, for a person at a terminal. */
export function viewInWords(view: PlanView): string {
  const { consent, approvals_needed: needed } = view;
  return [
    planInWords(view.plan),
    "",
    `${view.id}: ${view.status}. ${view.tool}, asked for by ${view.asked_by}.`,
    `Arguments: ${JSON.stringify(view.plan.arguments)}`,
    `Needs: ${consent}${consent === "approver" ? ` (${needed} other than the caller's own)` : ""}. Lapses: ${TIME.format(view.expires_at)} UTC.`,
    ...view.said.map(saidInWords),
  ].join("\n");
}

export function saidInWords({ by, for: whose, decision, way, reason, at }: Said): string {
  const behalf = whose === null ? "" : ` for ${whose}`;
  const verb = decision === "approve" ? "approved" : "denied";
  const why = reason === null ? "" : `: ${reason}`;
  return `${by}${behalf} ${verb} it (${way}, ${TIME.format(at)} UTC)${why}`;
}
