import type { ConsentLevel } from "../consent/level.ts";
import type { Effect } from "../effect.ts";
import type { Principal } from "../identity/principal.ts";

/** What is to be done, as policy sees it before arguments are looked at. */
export interface GuardedAction {
  /** The tool's full name (that of the tool behind a resource), or the prompt's. */
  name: string;
  connector: string;
  effect: Effect;
  toolset?: string | undefined;
  scope: string;
}

/** What policy sees once arguments were parsed and the connection was picked. */
export interface GuardedCall extends GuardedAction {
  /** Parsed and defaulted: the very object the handler gets. */
  input: unknown;
  connection: { id: string; label: string } | undefined;
  now: number;
}

export interface Decision {
  allowed: boolean;
  /** Ids of the policies that decided, for `explain`, the audit and the refusal's words. */
  reasons: readonly string[];
  /** Policies that could not be evaluated. Any makes the decision a refusal. */
  errors: readonly string[];
}

/** The consent that policies ask for, whatever the tool asks for itself. */
export interface Marking {
  /** The strongest that any asks for; `none` where none asks. */
  level: ConsentLevel;
  /** The most people that any asks for; 0 unless the level is `approver`. */
  approvals: number;
  /** Ids of the policies that ask. Of several that ask for the same, one may stand for the others. */
  policy_ids: readonly string[];
  /** Policies of which it cannot be told whether they ask. Any makes the call one to refuse. */
  errors: readonly string[];
}

/** The rules of one tenant, prepared. Evaluation is synchronous and takes microseconds. */
export interface TenantPolicy {
  /** Another after every change: what was decided under an older one must not be remembered. */
  readonly version: string;
  /** False when no rule decides anything: roles and scopes decide alone. Marks decide nothing. */
  readonly hasRules: boolean;
  /** May it ever be allowed? What is refused here is not listed either. Decided without arguments, connection or time. */
  mayEver(principal: Principal, action: GuardedAction): Decision;
  /** True when a rule that could match this action looks at arguments, connection or time. */
  looksAtCall(principal: Principal, action: GuardedAction): boolean;
  decide(principal: Principal, call: GuardedCall): Decision;
  /** False when no rule asks for consent, so that `consentOf` need not be asked. */
  readonly hasMarks: boolean;
  consentOf(principal: Principal, call: GuardedCall): Marking;
  /** Principals with the same text are answered alike by `mayEver`, so that lists can be shared among them. */
  classOf(principal: Principal): string;
  /** What an administrator called the policy. */
  nameOf(policy_id: string): string | undefined;
}

export interface Policies {
  /** The tenant's rules as they are now; a promise only when they are not in memory. */
  of(tenant_id: string): TenantPolicy | Promise<TenantPolicy>;
  /** Forgets what it holds of a tenant. */
  forget(tenant_id: string): void;
}
