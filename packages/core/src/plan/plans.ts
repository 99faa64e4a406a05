import { isDeepStrictEqual } from "node:util";
import type { Connection } from "../connections/connection.ts";
import type { NeededConsent } from "../consent/needed.ts";
import type { CallContext } from "../context.ts";
import { FairleadError } from "../errors.ts";
import type { Principal } from "../identity/principal.ts";
import { type Charge, chargesOf, type EffectBudgets, usedOf } from "../journal/effect-budgets.ts";
import type { Clock } from "../ports.ts";
import type { PlannedChange } from "../safe-write.ts";
import type { Store } from "../storage/store.ts";
import type { PlanRow } from "../storage/write-records.ts";
import type { Tool } from "../tool.ts";
import { planPlace } from "../vault/places.ts";
import type { Vault } from "../vault/vault.ts";
import { type Difference, differencesInWords, differencesOf } from "./difference.ts";
import { plain, planHash } from "./hash.ts";
import { hideSecrets } from "./hidden.ts";
import type { ShownPlan } from "./shown.ts";

export interface PlansGround {
  store: Store;
  vault: Vault;
  clock: Clock;
  budgets: EffectBudgets;
  /** This program's version: a plan of another one is another plan. */
  version: string;
  newId: (bytes: number) => string;
}

/** What a plan is about: a call whose arguments were parsed and whose connection was picked. */
export interface PlannedCall {
  principal: Principal;
  tool: Tool;
  connector: string;
  connection: Connection | undefined;
  input: unknown;
  /** The arguments as they came: what is parsed may not parse again. */
  given: unknown;
}

/** A present state, read for a plan. `state` is null where the tool cannot read one. */
export interface Reading {
  change: PlannedChange | undefined;
  state: unknown;
}

const MINUTE_MS = 60_000;
/** People who are not there need time to come; the state is read again anyway. */
const LIFETIME_MS = {
  none: 15 * MINUTE_MS,
  confirm: 15 * MINUTE_MS,
  person: 60 * MINUTE_MS,
  approver: 24 * 60 * MINUTE_MS,
} as const;
const LONGEST_STATE = 200_000;

/** Reads what is there now and what the call would make of it. */
export async function readState(call: PlannedCall, ctx: CallContext<never>): Promise<Reading> {
  const change = await call.tool.plan?.(call.input as never, ctx);
  return { change, state: change === undefined ? null : plain(change.state) };
}

export function spendingOf(
  { budgets, clock }: Pick<PlansGround, "budgets" | "clock">,
  { tool, input, principal }: PlannedCall,
  state: unknown,
): Charge[] {
  const spending = tool.spends?.(input as never, state) ?? {};
  return chargesOf(budgets, principal, spending, clock.now());
}

/** Keeps a plan of a call. It binds nobody yet, and changes nothing outside. */
export async function makePlan(
  ground: PlansGround,
  call: PlannedCall,
  { change, state }: Reading,
  needed: NeededConsent,
): Promise<{ row: PlanRow; shown: ShownPlan }> {
  const { store, vault, clock } = ground;
  const { principal, tool, connection } = call;
  const { tenant_id } = principal;
  const id = `pln_${ground.newId(12)}`;
  const now = clock.now();
  const stateJson = JSON.stringify(state);
  if (stateJson.length > LONGEST_STATE)
    throw new Error(`${tool.name} plans with too large a state.`);
  const charges = spendingOf(ground, call, state);
  const used = await usedOf(store, charges);
  const expires_at = now + LIFETIME_MS[needed.level];
  const hash = hashOf(ground, call, state);
  const shown: ShownPlan = {
    plan_id: id,
    tool: tool.name,
    effect: tool.effect,
    connection: connection?.label ?? null,
    arguments: plain(hideSecrets(call.input, tool.secretArguments)),
    ...wordsOf(change, tool),
    consent: needed.level,
    approvals_needed: needed.approvals,
    budgets: charges.map(({ budget, whose, period, takes, limit }, at) => ({
      ...{ budget, whose, period, takes, limit },
      used: used[at] ?? 0,
    })),
    hash,
    created_at: new Date(now).toISOString(),
    expires_at: new Date(expires_at).toISOString(),
  };
  const place = planPlace(id);
  const row: PlanRow = {
    ...{ id, tenant_id, principal_id: principal.id },
    ...{ connector: call.connector, connection_id: connection?.id ?? null, tool: tool.name },
    ...{ effect: tool.effect, consent: needed.level, approvals_needed: needed.approvals, hash },
    sealed_arguments: await vault.seal(tenant_id, place, toBytes(call.given)),
    shown: JSON.stringify(shown),
    sealed_state: change === undefined ? null : await vault.seal(tenant_id, place, toBytes(state)),
    ...{ created_at: now, expires_at, denied_at: null },
  };
  await store.plans.insert(row);
  return { row, shown };
}

function wordsOf(change: PlannedChange | undefined, tool: Tool) {
  if (change === undefined) {
    return {
      summary: `Calls ${tool.name} (${tool.title}) with these arguments.`,
      changes: [],
      loses: [],
      undo: { kind: "irreversible" as const, how: "No way back is known." },
      state_known: false,
    };
  }
  const { summary, changes, loses = [], undo } = change;
  return { summary, changes: [...changes], loses: [...loses], undo, state_known: true };
}

/**
 * The caller's own plan for this very call. Throws `not_found` for anybody else's, `invalid_input` where it is for another
 * call, `conflict` where it was denied, `consent_required` where it lapsed.
 */
export async function findPlan(
  ground: PlansGround,
  call: PlannedCall,
  plan_id: string,
): Promise<{ row: PlanRow; state: unknown }> {
  const row = await requireOwnPlan(ground.store, call.principal, plan_id);
  const state = await openState(ground.vault, row);
  if (row.tool !== call.tool.name || hashOf(ground, call, state) !== row.hash) {
    throw new FairleadError(
      "invalid_input",
      `${plan_id} is a plan for another call: tool, connection and arguments have to be the same. Call with the arguments of the plan, or make a new plan.`,
      { details: { reason: "other_plan", plan_id } },
    );
  }
  requireUsable(row, ground.clock.now());
  return { row, state };
}

export async function requireOwnPlan(
  store: Pick<Store, "plans">,
  { tenant_id, id }: Pick<Principal, "tenant_id" | "id">,
  plan_id: string,
): Promise<PlanRow> {
  const row = await store.plans.find(tenant_id, plan_id);
  if (row !== undefined && row.principal_id === id) return row;
  throw new FairleadError(
    "not_found",
    `There is no plan ${plan_id.slice(0, 60)} of this caller. Make one with fairlead_plan.`,
    { details: { reason: "plan" } },
  );
}

function requireUsable(row: PlanRow, now: number): void {
  if (row.denied_at !== null) {
    throw new FairleadError(
      "conflict",
      `Plan ${row.id} was denied. Nothing was changed. Ask the people concerned before you plan it again.`,
      { details: { reason: "denied", plan_id: row.id } },
    );
  }
  if (row.expires_at <= now) {
    throw new FairleadError(
      "consent_required",
      `Plan ${row.id} has lapsed. Nothing was changed. Make a new one with fairlead_plan.`,
      { details: { reason: "lapsed", plan_id: row.id } },
    );
  }
}

/** Throws `plan_changed` with the differences where the world has moved since the plan was made. */
export function requireSameState(plan_id: string, was: unknown, is: unknown): void {
  if (isDeepStrictEqual(was, is)) return;
  const differences = differencesOf(was, is);
  throw new FairleadError(
    "plan_changed",
    `The state has changed since ${plan_id} was made: ${differencesInWords(differences)}. Nothing was done. Look at it again and make a new plan.`,
    { details: { plan_id, differences: differences.map(toDetail) } },
  );
}

function toDetail({ path, was, is }: Difference) {
  return { path, was: was ?? null, is: is ?? null };
}

/** The call that a plan is of, for whoever only has its id. */
export async function openPlannedArguments(vault: Vault, row: PlanRow): Promise<unknown> {
  return openJson(vault, row.tenant_id, planPlace(row.id), row.sealed_arguments);
}

async function openState(vault: Vault, row: PlanRow): Promise<unknown> {
  return row.sealed_state === null
    ? null
    : openJson(vault, row.tenant_id, planPlace(row.id), row.sealed_state);
}

export async function openJson(
  vault: Vault,
  tenant_id: string,
  place: string,
  sealed: string,
): Promise<unknown> {
  const bytes = await vault.open(tenant_id, place, sealed);
  try {
    return JSON.parse(bytes.toString("utf8"));
  } finally {
    bytes.fill(0);
  }
}

export function toBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value ?? null), "utf8");
}

function hashOf(
  { version }: Pick<PlansGround, "version">,
  { principal, tool, connection, input }: PlannedCall,
  state: unknown,
): string {
  return planHash({
    ...{ tenant_id: principal.tenant_id, principal_id: principal.id, tool: tool.name },
    ...{ connection_id: connection?.id ?? null, version, input, state },
  });
}
