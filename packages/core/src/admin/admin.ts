import { z } from "zod";
import type { AllowanceState } from "../call/request.ts";
import type { Connector } from "../connector.ts";
import { isSignedIn } from "../consent/approvals.ts";
import type { CostConfig } from "../cost/cost.ts";
import { FairleadError, toFairleadError } from "../errors.ts";
import { hasScope, LOCAL_TENANT, type Principal } from "../identity/principal.ts";
import { type EffectBudgets, NO_BUDGETS } from "../journal/effect-budgets.ts";
import type { Pay } from "../limits/pay.ts";
import type { AuditEvent, Surface } from "../observe/audit-event.ts";
import type { AuditLog } from "../observe/audit-log.ts";
import type { Clock, RandomBytes } from "../ports.ts";
import type { ChangeFeed } from "../storage/change-feed.ts";
import type { Store } from "../storage/store.ts";
import type { OperationRow } from "../storage/write-records.ts";
import type { Vault } from "../vault/vault.ts";
import type { Act, ActContext, Outcome } from "./act.ts";
import { ACTS } from "./acts.ts";

export interface ActRequest {
  name: string;
  /** The act's input; `tenant` (id or name) beside it where the operator means another than the local one. */
  input: Record<string, unknown>;
  principal: Principal;
  surface: Surface;
  address?: string | undefined;
  /** It comes from a form of a page of ours. */
  isPage?: boolean;
  /** Set on the way: how the caller's allowance stands. */
  allowance?: AllowanceState;
}

export interface Admin {
  readonly acts: readonly Act[];
  /** Does it, audited in the same transaction. Throws a `FairleadError`. */
  run(request: ActRequest): Promise<unknown>;
}

export interface AdminParts {
  store: Store;
  vault: Vault;
  audit: AuditLog;
  changes: ChangeFeed;
  connectors: readonly Connector[];
  cost?: CostConfig | undefined;
  clock: Clock;
  random: RandomBytes;
  /** Taken from before anything is looked at; absent on the operator's own terminal. */
  pay?: Pay;
  /** Names of tiers that can be granted; any where absent. */
  tiers?: readonly string[];
  /** None where absent. */
  effectBudgets?: EffectBudgets | undefined;
  /** Hears of an operation that an act changed, once that is committed. */
  onOperation?: ((operation: OperationRow) => void) | undefined;
}

/** What administrators do, whatever the surface: authorise, limit, validate, then change and audit in one step. */
export function createAdmin(parts: AdminParts): Admin {
  const { store, audit, changes, clock, random } = parts;
  const acts = new Map(ACTS.map((act) => [act.name, act]));
  const newId = (kind: string) => `${kind}_${random(12).toString("hex")}`;

  async function walk(request: ActRequest, act: Act, event: AuditEvent): Promise<unknown> {
    const { principal } = request;
    authorise(request, act, clock.now());
    await limit(request, act);
    const { tenant, ...given } = request.input;
    const input = parse(act, given);
    const named = await tenantOf(store, principal, tenant, act);
    event.tenant_id = named.id;
    const ctx: ActContext = {
      ...{ principal, store, random, newId },
      isOperator: isOperator(principal),
      isAtTerminal: isAtTerminal(request),
      way: request.isPage === true ? "page" : request.surface === "cli" ? "cli" : "rest",
      tenant_id: named.id,
      vault: parts.vault,
      connectors: parts.connectors,
      cost: parts.cost,
      effectBudgets: parts.effectBudgets ?? NO_BUDGETS,
      tiers: parts.tiers,
      now: clock.now(),
    };
    const work = await act.handler(input as never, ctx);
    if (act.effect === "read") {
      const outcome = await work(store);
      audit.record(ended(event, outcome, clock.now()));
      return outcome.result;
    }
    const { result, operation } = await audit.transaction(async (inside) => {
      // One act at a time in a tenant: what a check has read stays true until the act is committed.
      if (named.isRecord) await inside.tenants.lock(ctx.tenant_id);
      const outcome = await work(inside);
      for (const { topic, ref } of outcome.changes ?? []) {
        await inside.changes.append({ tenant_id: ctx.tenant_id, topic, ref });
      }
      return { result: outcome, event: ended(event, outcome, clock.now()) };
    });
    await changes.nudge();
    if (operation !== undefined) parts.onOperation?.(operation);
    return result;
  }

  async function limit(request: ActRequest, act: Act): Promise<void> {
    // Taking something away must work while shared state is away: a key that leaked cannot wait.
    const effect = act.effect === "write" ? "write" : "read";
    const state = await parts.pay?.(request.principal, 1, effect);
    if (state !== undefined) request.allowance = state;
  }

  return {
    acts: ACTS,
    async run(request) {
      const act = acts.get(request.name);
      if (act === undefined) throw new FairleadError("not_found", `There is no ${request.name}.`);
      const event = startEvent(request, act, clock.now(), random);
      try {
        return await walk(request, act, event);
      } catch (thrown) {
        const error = toFairleadError(thrown);
        audit.record({ ...event, outcome: error.code, duration_ms: clock.now() - event.at });
        throw error;
      }
    },
  };
}

/** Whoever runs this Fairlead: at its terminal, or with a key from its environment. */
export function isOperator({ kind, tenant_id, scopes }: Principal): boolean {
  const isLocal = kind === "local" || kind === "operator_key";
  return isLocal && tenant_id === LOCAL_TENANT && scopes.has("*");
}

/** The local user at the command line. Over HTTP everybody on this machine can be the local user. */
function isAtTerminal({ principal, surface }: Pick<ActRequest, "principal" | "surface">): boolean {
  return surface === "cli" && principal.kind === "local" && isOperator(principal);
}

function authorise(request: ActRequest, { name, needs }: Act, now: number): void {
  const { principal } = request;
  if (needs === "person") {
    if (isSignedIn(principal, now) || isAtTerminal(request)) return;
    throw new FairleadError(
      "forbidden",
      `${name} is for people: signed in in a browser, or at the operator's terminal. A key or a token does not count, ` +
        "whoever it belongs to.",
      { details: { reason: "not_a_person" } },
    );
  }
  if (isOperator(principal)) return;
  if (needs === "caller") {
    if (principal.kind !== "anonymous") return;
    throw new FairleadError("forbidden", `${name} is for callers who are known here.`);
  }
  if (needs === "operator") {
    throw new FairleadError(
      "forbidden",
      `${name} is for whoever runs this Fairlead. Use an operator's key, or the command line on its machine.`,
    );
  }
  if (hasScope(principal, needs)) return;
  throw new FairleadError(
    "forbidden",
    `${name} needs the scope ${needs}, which the role ${needs === "fairlead:owner" ? "owner" : "admin"} gives.`,
    { details: { scope: needs } },
  );
}

function parse(act: Act, given: Record<string, unknown>): unknown {
  const parsed = act.input.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(inWords);
  throw new FairleadError("invalid_input", `${act.name}: ${problems.join("; ")}.`, {
    details: { fields: [...new Set(parsed.error.issues.flatMap(fieldsOf))] },
  });
}

function fieldsOf(issue: z.core.$ZodIssue): string[] {
  return issue.code === "unrecognized_keys" ? issue.keys : [issue.path.join(".")];
}

/** Names the field and what it has to be; never repeats what was sent, which may be a secret. */
function inWords(issue: z.core.$ZodIssue): string {
  const names = fieldsOf(issue).map((field) => field.slice(0, 100));
  if (issue.code === "unrecognized_keys") {
    return `there is no field ${names.map((name) => `"${name}"`).join(" or ")}`;
  }
  if (issue.code === "invalid_type" && issue.message.endsWith("received undefined")) {
    return `${names[0]} is missing`;
  }
  return `${names[0]}: ${issue.message}`;
}

/** As `by-headers.ts` names them. */
const DERIVED_TENANT = /^ten_[0-9a-f]{32}$/;

/** A tenant that is not the caller's own is the same as none: nobody learns whether it exists. */
async function tenantOf(
  store: Store,
  principal: Principal,
  named: unknown,
  { isForAnyTenant }: Act,
): Promise<{ id: string; isRecord: boolean }> {
  const { tenant_id: own, kind } = principal;
  if (named === undefined || named === own) return { id: own, isRecord: kind !== "header" };
  const text = z.string().max(100).safeParse(named).data ?? "";
  const tenant = text.startsWith("ten_")
    ? await store.tenants.find(text)
    : await store.tenants.findByName(text);
  const isOwn = tenant?.id === principal.tenant_id;
  if (tenant !== undefined && (isOwn || isOperator(principal))) {
    return { id: tenant.id, isRecord: true };
  }
  if (isForAnyTenant === true && isOperator(principal) && DERIVED_TENANT.test(text)) {
    return { id: text, isRecord: false };
  }
  throw new FairleadError("not_found", `There is no tenant "${text}" for this caller.`);
}

function startEvent(
  { principal, surface, address }: ActRequest,
  { name, effect }: Act,
  at: number,
  random: RandomBytes,
): AuditEvent {
  return {
    ...{ at, surface, address, effect, name },
    request_id: random(8).toString("hex"),
    trace_id: random(16).toString("hex"),
    tenant_id: principal.tenant_id,
    principal_id: principal.id,
    action: "admin",
    connector: undefined,
    connection_id: undefined,
    outcome: "ok",
    duration_ms: 0,
  };
}

function ended(event: AuditEvent, { target, facts }: Outcome, now: number): AuditEvent {
  return { ...event, target, facts, duration_ms: now - event.at };
}
