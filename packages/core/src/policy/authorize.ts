import { FairleadError } from "../errors.ts";
import { hasScope, type Principal } from "../identity/principal.ts";
import type { Tool } from "../tool.ts";
import type { Decision, GuardedAction, Marking, TenantPolicy } from "./policy.ts";

/** What an action is about, as far as rights to it go: a target of the catalogue. */
export type Guarded = {
  label: string;
  scope: string;
  connector: { id: string };
} & (
  | { kind: "tool" | "resource"; tool: Pick<Tool, "name" | "effect" | "toolset"> }
  | { kind: "prompt"; prompt: { name: string } }
);

/** May this caller do this at all? Decided before arguments are looked at; what is refused here is not listed either. */
export function authorizeAction(principal: Principal, target: Guarded, policy: TenantPolicy): void {
  if (!hasScope(principal, target.scope)) {
    throw new FairleadError(
      "forbidden",
      `This caller may not use ${target.label}: it needs the scope ${target.scope}. Ask an administrator for it.`,
      { details: { scope: target.scope } },
    );
  }
  if (!policy.hasRules) return;
  refuseUnless(policy.mayEver(principal, toAction(target)), principal, target, policy);
}

/** Whether the caller may ever do this: what it may not is not shown to it. */
export function maySee(principal: Principal, target: Guarded, policy: TenantPolicy): boolean {
  if (!hasScope(principal, target.scope)) return false;
  return !policy.hasRules || policy.mayEver(principal, toAction(target)).allowed;
}

/**
 * May this caller do this with these arguments, on this connection, now? Secrets need a scope of their own. A completion
 * has no arguments yet, so rules that look at any refuse it: it would tell what the rule hides.
 */
export function authorizeArguments(
  principal: Principal,
  target: Guarded,
  parsed: { input: unknown; revealsSecret: boolean },
  connection: { id: string; label: string } | undefined,
  policy: TenantPolicy,
  now: number,
): void {
  if (parsed.revealsSecret) requireSecrets(principal, target.connector.id);
  if (!policy.hasRules) return;
  const action = toAction(target);
  if (!policy.looksAtCall(principal, action)) return;
  const call = { ...action, input: parsed.input, connection, now };
  refuseUnless(policy.decide(principal, call), principal, target, policy);
}

const NO_MARK = Object.freeze({ level: "none", approvals: 0 });

/**
 * The consent that policies ask for before this is done; the tool may ask for more. Refuses where that cannot be told, as
 * rules that cannot be evaluated do.
 */
export function consentMark(
  principal: Principal,
  target: Guarded,
  parsed: { input: unknown },
  connection: { id: string; label: string } | undefined,
  policy: TenantPolicy,
  now: number,
): Pick<Marking, "level" | "approvals"> {
  if (!policy.hasMarks) return NO_MARK;
  const call = { ...toAction(target), input: parsed.input, connection, now };
  const { level, approvals, errors } = policy.consentOf(principal, call);
  refuseUnless({ allowed: errors.length === 0, reasons: [], errors }, principal, target, policy);
  return { level, approvals };
}

const actions = new WeakMap<Guarded, GuardedAction>();

/** The action as policy sees it: a resource is its tool. Made once per target. */
export function toAction(target: Guarded): GuardedAction {
  let action = actions.get(target);
  if (action === undefined) {
    const { scope, connector } = target;
    action =
      target.kind === "prompt"
        ? { name: target.prompt.name, effect: "read", connector: connector.id, scope }
        : { ...actionOf(target.tool), connector: connector.id, scope };
    actions.set(target, action);
  }
  return action;
}

function actionOf({ name, effect, toolset }: Pick<Tool, "name" | "effect" | "toolset">) {
  return { name, effect, toolset };
}

function requireSecrets(principal: Principal, connector: string): void {
  const scope = `${connector}:secrets`;
  if (hasScope(principal, scope)) return;
  throw new FairleadError(
    "forbidden",
    `Showing secrets needs the scope ${scope}. Repeat the call without asking for them, or ask an administrator.`,
    { details: { scope } },
  );
}

/** Says which policy refused: its id to everyone, its name to administrators alone. */
function refuseUnless(
  { allowed, reasons, errors }: Decision,
  principal: Principal,
  { label }: Guarded,
  policy: TenantPolicy,
): void {
  if (allowed) return;
  const policy_ids = errors.length > 0 ? errors : reasons;
  const isAdmin = hasScope(principal, "fairlead:admin");
  const named = policy_ids.map((id) => {
    const name = isAdmin ? policy.nameOf(id) : undefined;
    return name === undefined ? id : `${id}, "${name}"`;
  });
  const whose = `policy of this tenant (${named.join("; ")})`;
  const message =
    policy_ids.length === 0
      ? `No policy of this tenant permits ${label} to this caller. Ask an administrator.`
      : errors.length > 0
        ? `A ${whose} cannot be evaluated for ${label}, so it is refused. Ask an administrator to mend it.`
        : `A ${whose} forbids ${label} to this caller. Ask an administrator, or call it differently.`;
  throw new FairleadError("forbidden", message, {
    details: { reason: "policy", policy_id: policy_ids[0] ?? "no_permit", policy_ids },
  });
}
