import type { ToolTarget, View } from "../catalogue/view.ts";
import { FairleadError } from "../errors.ts";
import { BUILT_IN_ID, type InnerCallInput } from "../operations/built-in.ts";
import { ENDED_STATES } from "../operations/operation-of.ts";
import { openJson, openPlannedArguments, requireOwnPlan } from "../plan/plans.ts";
import { planInWords, type ShownPlan } from "../plan/shown.ts";
import { undoPlace } from "../vault/places.ts";
import type { CallGround } from "./call.ts";
import { find, type Target } from "./find.ts";
import type { Action, CallRequest, Reply } from "./request.ts";
import { validateTool } from "./validate.ts";

/** The call that an action is really about. */
export interface Inner {
  target: Target;
  action: Action;
  /** Only its plan is asked for. */
  isPlan: boolean;
  /** What stands beside the arguments, which may use these names themselves. */
  connection?: string | undefined;
  confirm?: string | undefined;
  undo_id?: string | undefined;
}

/**
 * `fairlead_plan`, `fairlead_apply` and `fairlead_undo` are about another tool's call, which takes the same path as any:
 * it is authorised, parsed, planned, consented to and written down as itself.
 */
export async function innerCall(
  ground: CallGround,
  request: CallRequest,
  first: Target,
): Promise<Inner> {
  const { action } = request;
  const plainly: Inner = { target: first, action, isPlan: false };
  if (first.kind !== "tool" || action.kind !== "tool") return plainly;
  if (first.connector.id !== BUILT_IN_ID) return plainly;
  switch (first.tool.name) {
    case "fairlead_plan":
      return innerPlan(request, first, action);
    case "fairlead_apply":
      return innerApply(ground, request, first, action);
    case "fairlead_undo":
      return innerUndo(ground, request, first, action);
    default:
      return plainly;
  }
}

type ToolAction = Action & { kind: "tool" };

function innerPlan({ view }: CallRequest, { tool }: ToolTarget, action: ToolAction): Inner {
  const { input } = validateTool(tool, action.arguments);
  const { tool: name, arguments: given } = input as InnerCallInput["plan"];
  const inner: Action = { kind: "tool", name, arguments: given };
  const target = find(view, inner) as ToolTarget;
  if (target.tool.effect === "read" || target.connector.id === BUILT_IN_ID) {
    throw new FairleadError(
      "invalid_input",
      `${name} changes nothing outside, so there is nothing to plan. Call it as it is.`,
      { details: { reason: "nothing_to_plan" } },
    );
  }
  return { target, action: inner, isPlan: true };
}

async function innerApply(
  { store, vault }: CallGround,
  { view, principal }: CallRequest,
  { tool }: ToolTarget,
  action: ToolAction,
): Promise<Inner> {
  const { input, reserved } = validateTool(tool, action.arguments);
  const { plan_id } = input as InnerCallInput["apply"];
  const row = await requireOwnPlan({ plans: store.plans }, principal, plan_id);
  const target = offered(view, row.tool);
  const given = Object(await openPlannedArguments(vault, row));
  const own = { ...given, ...keyOf(reserved.idempotency_key) };
  return {
    ...{ target, isPlan: false, confirm: plan_id },
    action: { kind: "tool", name: target.listed.name, arguments: own },
    connection: row.connection_id ?? undefined,
  };
}

async function innerUndo(
  { store, vault, clock }: CallGround,
  { view, principal }: CallRequest,
  { tool }: ToolTarget,
  action: ToolAction,
): Promise<Inner> {
  const { input, reserved } = validateTool(tool, action.arguments);
  const { undo_id } = input as InnerCallInput["undo"];
  const row = await store.undos.find(principal.tenant_id, undo_id);
  if (row === undefined || row.principal_id !== principal.id || row.expires_at <= clock.now()) {
    throw new FairleadError(
      "not_found",
      `There is no undo handle ${undo_id.slice(0, 60)} of this caller, or it has lapsed.`,
      { details: { reason: "undo" } },
    );
  }
  const done = await store.journal.find(principal.tenant_id, row.journal_id);
  const operation =
    done?.operation_id == null
      ? undefined
      : await store.operations.find(principal.tenant_id, done.operation_id);
  const isOpen = operation !== undefined && !ENDED_STATES.has(operation.state);
  if (done?.state !== "done" || isOpen) {
    throw new FairleadError(
      "conflict",
      `What ${undo_id} would take back ${done?.state === "failed" ? "did not happen" : "has no known end yet"}. Nothing was changed.`,
      { details: { reason: "not_done" } },
    );
  }
  const target = offered(view, row.tool);
  const given = Object(
    await openJson(vault, row.tenant_id, undoPlace(undo_id), row.sealed_arguments),
  );
  return {
    ...{ target, isPlan: false, undo_id, confirm: reserved.confirm },
    action: { kind: "tool", name: target.listed.name, arguments: given },
    connection: row.connection_id ?? undefined,
  };
}

function keyOf(key: string | undefined) {
  return key === undefined ? {} : { idempotency_key: key };
}

/** The tool by its full name, if this endpoint has it. */
export function offered(view: View, name: string): ToolTarget {
  for (const target of view.tools.values()) if (target.tool.name === name) return target;
  throw new FairleadError(
    "not_found",
    `${name} is not offered on this endpoint. Use the one it was planned on.`,
    { details: { reason: "other_endpoint" } },
  );
}

/** What `fairlead_plan` answers, whatever tool it is of. */
export function planReply(shown: ShownPlan): Reply {
  const next =
    shown.consent === "person" || shown.consent === "approver"
      ? `Call fairlead_apply with "${shown.plan_id}": it asks whoever has to agree (${shown.consent}).`
      : `Call fairlead_apply with "${shown.plan_id}" to do this.`;
  const text = `${planInWords(shown)}\n${next} It lapses at ${shown.expires_at}.`;
  const structuredJson = JSON.stringify(shown);
  return {
    kind: "tool",
    answer: {
      content: [{ type: "text", text }],
      structured: shown,
      structuredJson,
      isError: false,
    },
    holdsSecret: false,
  };
}
