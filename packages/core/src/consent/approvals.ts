import { FairleadError } from "../errors.ts";
import { hasScope, LOCAL_USER, type Principal } from "../identity/principal.ts";
import { wasNotSent } from "../journal/journal.ts";
import { coversScope, scopesOfRoles } from "../policy/roles.ts";
import type { StoredPrincipal } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import type { ApprovalRow, OperationRow, PlanRow } from "../storage/write-records.ts";
import { isOperators, peopleBehind } from "./people.ts";
import { cancelWaiting, setInMotion } from "./waiting.ts";

export interface Asking {
  principal: Principal;
  plan: PlanRow;
  /** At the operator's own terminal. A key of the operator's is nobody: whoever has it may be a program. */
  isOperator: boolean;
  now: number;
}

/** By what right somebody speaks: their own, or one that was lent to them. */
export interface Right {
  /** The person who is recorded. */
  principal_id: string;
  on_behalf_of: string | null;
}

type RightsStore = Pick<Store, "principals" | "keys" | "delegations" | "approvals">;

/** What a person must hold to approve a plan: nobody approves what they may not do. */
export function scopeOf({ connector, effect }: Pick<PlanRow, "connector" | "effect">): string {
  return `${connector}:${effect}`;
}

/** A person who signed in in a browser. Whatever a program can hold is no person, whoever it belongs to. */
export function isSignedIn({ kind, credential }: Principal, now: number): boolean {
  if (kind !== "person" || credential?.kind !== "sign_in") return false;
  return credential.expires_at === null || credential.expires_at > now;
}

/** Throws where this caller's approval would not count; resolves with the right it counts by. */
export async function requireApprover(store: RightsStore, asking: Asking): Promise<Right> {
  const { consent } = asking.plan;
  if (consent === "person" || consent === "approver") return rightOf(store, asking);
  throw new FairleadError(
    "conflict",
    `${asking.plan.id} needs no approval: whoever made it carries it out by its id.`,
    { details: { reason: "no_approval_needed", plan_id: asking.plan.id } },
  );
}

async function rightOf(store: RightsStore, asking: Asking): Promise<Right> {
  const { principal, plan, isOperator, now } = asking;
  const needsOthers = plan.consent === "approver";
  if (isOperator) {
    if (needsOthers && isOperators(plan)) throw ownPlan(plan);
    return { principal_id: LOCAL_USER.id, on_behalf_of: null };
  }
  const row = await requirePerson(store, principal, plan, now);
  const own = await peopleBehind(store, plan);
  if (needsOthers && own.has(row.id)) throw ownPlan(plan);
  const scope = scopeOf(plan);
  if (hasScope(principal, scope) && holds(row, scope)) {
    return { principal_id: row.id, on_behalf_of: null };
  }
  // A right that the caller's own people lack is not lent to them either.
  const lender = own.has(row.id) ? undefined : await lenderOf(store, asking, own);
  if (lender !== undefined) return { principal_id: row.id, on_behalf_of: lender };
  throw new FairleadError(
    "forbidden",
    `Approving ${plan.id} needs the scope ${scope}, or a delegation of somebody who has it and has not spoken yet.`,
    { details: { reason: "scope", scope, plan_id: plan.id } },
  );
}

/** The person as they are on record now: a session may be older than what was taken from them. */
async function requirePerson(
  store: Pick<Store, "principals">,
  principal: Principal,
  plan: PlanRow,
  now: number,
): Promise<StoredPrincipal> {
  if (principal.tenant_id !== plan.tenant_id) throw noPlan(plan.id);
  const row = isSignedIn(principal, now)
    ? await store.principals.find(plan.tenant_id, principal.id)
    : undefined;
  if (row?.kind === "person" && row.status === "active") return row;
  throw new FairleadError(
    "forbidden",
    "Only a person decides on a plan: signed in in a browser, or at the operator's terminal. A key or a token does not " +
      "count, whoever it belongs to.",
    { details: { reason: "not_a_person", plan_id: plan.id } },
  );
}

/** Somebody who lent this person the right to this, holds it, and has not been spoken for. */
async function lenderOf(
  store: RightsStore,
  { principal, plan, now }: Asking,
  own: ReadonlySet<string>,
): Promise<string | undefined> {
  const { tenant_id } = plan;
  const lent = await store.delegations.list(tenant_id, { at: now, to_principal_id: principal.id });
  if (lent.length === 0) return undefined;
  const spoken = await store.approvals.listOf(tenant_id, plan.id);
  for (const { from_principal_id: id } of lent) {
    if (own.has(id) || spoken.some((each) => each.principal_id === id || each.on_behalf_of === id))
      continue;
    const row = await store.principals.find(tenant_id, id);
    if (row?.kind === "person" && row.status === "active" && holds(row, scopeOf(plan))) return id;
  }
  return undefined;
}

function holds({ roles }: StoredPrincipal, scope: string): boolean {
  return coversScope(scopesOfRoles(roles), scope);
}

/**
 * How many people agreed so far, of those who count. `behind` are the people behind the caller, none of whom does where
 * others have to agree; a plan may have come to need others after one of them spoke.
 */
export function countApprovals(
  plan: PlanRow,
  approvals: readonly ApprovalRow[],
  behind: ReadonlySet<string> = new Set([plan.principal_id]),
): number {
  const given = approvals.filter(({ decision }) => decision === "approve");
  return plan.consent === "approver" ? othersAmong(given, behind) : given.length;
}

/** Whether all who have to agree did. */
export function isApproved(
  plan: PlanRow,
  approvals: readonly ApprovalRow[],
  behind?: ReadonlySet<string>,
): boolean {
  if (plan.denied_at !== null || approvals.some(({ decision }) => decision === "deny"))
    return false;
  if (plan.consent === "none" || plan.consent === "confirm") return true;
  const needed = plan.consent === "approver" ? Math.max(1, plan.approvals_needed) : 1;
  return countApprovals(plan, approvals, behind) >= needed;
}

/** Whoever stands behind two words, by a right that was lent, gave one. */
function othersAmong(approvals: readonly ApprovalRow[], behind: ReadonlySet<string>): number {
  const counted = new Set<string>();
  let people = 0;
  for (const { principal_id, on_behalf_of, way } of approvals) {
    const voices = on_behalf_of === null ? [principal_id] : [principal_id, on_behalf_of];
    // What the caller's own client says is the caller's word.
    if (way === "elicitation") continue;
    if (voices.some((id) => counted.has(id) || behind.has(id))) continue;
    for (const id of voices) counted.add(id);
    people += 1;
  }
  return people;
}

/** The same for a plan as it stands in the records. */
export async function isAgreed(
  store: Pick<Store, "approvals" | "principals" | "keys">,
  plan: PlanRow,
): Promise<boolean> {
  const approvals = await store.approvals.listOf(plan.tenant_id, plan.id);
  return isApproved(plan, approvals, await peopleBehind(store, plan));
}

export interface Decision {
  tenant_id: string;
  plan_id: string;
  principal: Principal;
  isOperator: boolean;
  decision: ApprovalRow["decision"];
  way: ApprovalRow["way"];
  reason: string | null;
  now: number;
}

export interface Decided {
  plan: PlanRow;
  right: Right;
  /** Whether all who have to agree did by now. */
  isApproved: boolean;
  /** The operation that waited for this: queued or cancelled by now. */
  operation: OperationRow | undefined;
}

/** Records one person's word on a plan, whichever way it came, and moves what waits for it. Inside a transaction. */
export async function decide(store: Store, given: Decision): Promise<Decided> {
  const plan = await store.plans.find(given.tenant_id, given.plan_id);
  if (plan === undefined) throw noPlan(given.plan_id);
  await requireOpen(store, plan, given.now);
  return given.decision === "approve" ? approve(store, plan, given) : deny(store, plan, given);
}

async function approve(store: Store, plan: PlanRow, given: Decision): Promise<Decided> {
  const right =
    given.way === "elicitation"
      ? requireAsked(plan, given)
      : await requireApprover(store, { ...given, plan });
  if (!(await store.approvals.add(toRow(plan, right, given)))) {
    throw new FairleadError("conflict", `You have spoken on ${plan.id} before.`, {
      details: { reason: "spoken", plan_id: plan.id },
    });
  }
  const isNow = await isAgreed(store, plan);
  const operation = isNow ? await setInMotion(store, plan, given.now) : undefined;
  return { plan, right, isApproved: isNow, operation };
}

async function deny(store: Store, plan: PlanRow, given: Decision): Promise<Decided> {
  const right =
    given.way === "elicitation"
      ? requireCaller(plan, given)
      : await requireDenier(store, { ...given, plan });
  if (!(await store.plans.deny(plan.tenant_id, plan.id, given.now))) throw denied(plan);
  // Who agreed before may think better of it: the word that ends the plan stands in the plan itself.
  await store.approvals.add(toRow(plan, right, given));
  const operation = await cancelWaiting(store, plan, given.reason, given.now);
  return { plan: { ...plan, denied_at: given.now }, right, isApproved: false, operation };
}

/**
 * Throws where this caller's denial would not count. Whoever could approve may deny, and so may the caller's own people,
 * who could as well not have asked.
 */
export async function requireDenier(store: RightsStore, asking: Asking): Promise<Right> {
  const { principal, plan, isOperator, now } = asking;
  if (isOperator) return { principal_id: LOCAL_USER.id, on_behalf_of: null };
  const row = await requirePerson(store, principal, plan, now);
  const own = await peopleBehind(store, plan);
  return own.has(row.id) ? { principal_id: row.id, on_behalf_of: null } : rightOf(store, asking);
}

/** The answer to a question that the caller's own client put to its person. */
function requireAsked(plan: PlanRow, given: Decision): Right {
  const right = requireCaller(plan, given);
  if (plan.consent === "person") return right;
  throw new FairleadError(
    "forbidden",
    `${plan.id} needs ${plan.consent === "approver" ? "other people than the caller's" : "no person"}.`,
    { details: { reason: "other_consent", level: plan.consent, plan_id: plan.id } },
  );
}

function requireCaller(plan: PlanRow, { principal }: Decision): Right {
  if (principal.id !== plan.principal_id || principal.tenant_id !== plan.tenant_id)
    throw noPlan(plan.id);
  return { principal_id: principal.id, on_behalf_of: null };
}

function toRow(plan: PlanRow, right: Right, { decision, way, reason, now }: Decision): ApprovalRow {
  return {
    ...{ plan_id: plan.id, tenant_id: plan.tenant_id, ...right },
    ...{ decision, way, reason, at: now },
  };
}

/** How a plan stands, apart from who agreed. */
export async function standingOf(
  store: Pick<Store, "journal">,
  plan: PlanRow,
  now: number,
): Promise<"open" | "denied" | "lapsed" | "used"> {
  if (plan.denied_at !== null) return "denied";
  const row = await store.journal.findByPlan(plan.tenant_id, plan.id);
  if (row !== undefined && !wasNotSent(row)) return "used";
  return plan.expires_at <= now ? "lapsed" : "open";
}

async function requireOpen(store: Store, plan: PlanRow, now: number): Promise<void> {
  switch (await standingOf(store, plan, now)) {
    case "open":
      return;
    case "denied":
      throw denied(plan);
    case "used":
      throw new FairleadError("conflict", `${plan.id} was carried out already.`, {
        details: { reason: "used", plan_id: plan.id },
      });
    case "lapsed":
      throw new FairleadError(
        "conflict",
        `${plan.id} has lapsed and can no longer be decided on. Nothing was changed; whoever asked may ask again.`,
        { details: { reason: "lapsed", plan_id: plan.id } },
      );
  }
}

function denied(plan: PlanRow): FairleadError {
  return new FairleadError("conflict", `${plan.id} was denied already.`, {
    details: { reason: "denied", plan_id: plan.id },
  });
}

function ownPlan(plan: PlanRow): FairleadError {
  return new FairleadError(
    "forbidden",
    `${plan.id} needs somebody else: it was made by you, or by a key or service of yours.`,
    { details: { reason: "own_plan", plan_id: plan.id } },
  );
}

export function noPlan(id: string): FairleadError {
  return new FairleadError("not_found", `There is no plan ${id.slice(0, 60)} in this tenant.`);
}
