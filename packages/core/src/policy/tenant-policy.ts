import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import type { Principal } from "../identity/principal.ts";
import type { Clock, Logger } from "../ports.ts";
import type { Cedar } from "./cedar.ts";
import { createMarks, UNMARKED } from "./marks.ts";
import type { Decision, GuardedAction, GuardedCall, TenantPolicy } from "./policy.ts";
import { type Demand, demandOf, isBlind, toQuestion } from "./question.ts";
import type { Rule } from "./rule.ts";
import type { RecordShape } from "./shape.ts";

export interface TenantRules {
  /** Stands for exactly these rules, of this tenant. */
  version: string;
  rules: readonly Rule[];
  /** Policies that could not be read. Nothing can be said without them, so everything is refused. */
  unreadable: readonly string[];
  names: ReadonlyMap<string, string>;
}

export interface PolicyGround {
  cedar: Cedar;
  /** What rules see of an action's arguments; undefined for an action nobody declared. */
  shapeOf: (action: string) => RecordShape | undefined;
  clock: Clock;
  logger: Logger;
}

/** What is known of an action for all principals of one class, before a call's own facts. */
interface Standing {
  verdict: Decision;
  /** Rules that are left to be asked for every call. */
  dynamic: readonly Rule[];
  /** Sets made of them, by which of them are about the connection at hand. */
  sets: Map<string, RuleSet>;
  permitted: boolean;
}

/** Rules that are asked together. */
interface RuleSet {
  /** Policies whose scope alone forbids, or permits. */
  forbidding: readonly string[];
  permitting: readonly string[];
  /** The rules that Cedar evaluates, and what they have to be told. */
  conditional: readonly Rule[];
  key: string;
  demand: Demand;
}

const ALLOWED: Decision = Object.freeze({ allowed: true, reasons: [], errors: [] });
const NOT_PERMITTED: Decision = Object.freeze({ allowed: false, reasons: [], errors: [] });
const MAX_CLASSES = 200;
const COMPLAINT_MS = 60_000;
const MAX_DECIDED = 500;
const LONGEST_REMEMBERED = 2_000;

/** Without rules, roles and scopes decide alone. */
export const NO_RULES: TenantPolicy = Object.freeze({
  version: "",
  hasRules: false,
  mayEver: () => ALLOWED,
  looksAtCall: () => false,
  decide: () => ALLOWED,
  hasMarks: false,
  consentOf: () => UNMARKED,
  classOf: () => "",
  nameOf: () => undefined,
});

/** The rules of a tenant: those that decide, and those that ask for consent, which change nothing of what is decided. */
export function createTenantPolicy(read: TenantRules, ground: PolicyGround): TenantPolicy {
  const { version, rules, unreadable, names } = read;
  const deciding = rules.filter(({ mark }) => mark === undefined);
  return {
    version,
    ...createDecider({ version, rules: deciding, unreadable }, ground),
    ...createMarks(read, (marks, kind) =>
      createDecider({ version: `${version} ${kind}`, rules: marks, unreadable: [] }, ground),
    ),
    nameOf: (policy_id) => names.get(policy_id),
  };
}

/** What answers for rules that are asked together. */
type Decider = Pick<TenantPolicy, "hasRules" | "mayEver" | "looksAtCall" | "decide" | "classOf">;

/**
 * Decides by these rules. Each is matched by its scope here; what is left of it, its conditions, Cedar evaluates: once for
 * a class of principals when they look at nothing but principal and action, else for every call. Rules do not influence
 * each other, so that deciding in two steps gives what deciding at once would: refused by any `forbid`, by anything that
 * fails, and, where the tenant has a `permit` at all, by the lack of one.
 */
function createDecider(
  { version, rules, unreadable }: Omit<TenantRules, "names">,
  { cedar, shapeOf, clock, logger }: PolicyGround,
): Decider {
  const permitsAreNeeded = rules.some(({ effect }) => effect === "permit");
  const detail = detailOf(rules);
  const classes = new LRUCache<string, Map<string, Standing>>(atMost(MAX_CLASSES));
  const ofPrincipal = new WeakMap<Principal, Map<string, Standing>>();
  const places = new Map(rules.map((rule, index) => [rule, index]));
  const refusedAlways: Decision = { allowed: false, reasons: [], errors: unreadable };
  const hasRules = rules.length > 0 || unreadable.length > 0;
  // The question holds all that the rules look at, time included: the same one has the same answer.
  const decided = new LRUCache<string, Decision & { permitted: boolean }>(atMost(MAX_DECIDED));
  let complainedAt = Number.NEGATIVE_INFINITY;

  function standingOf(principal: Principal, action: GuardedAction): Standing {
    let known = ofPrincipal.get(principal);
    if (known === undefined) {
      const key = classOf(principal, detail);
      known = classes.get(key) ?? new Map();
      classes.set(key, known);
      ofPrincipal.set(principal, known);
    }
    const key = `${action.effect} ${action.name}`;
    let standing = known.get(key);
    if (standing === undefined) {
      standing = workOut(principal, action);
      known.set(key, standing);
    }
    return standing;
  }

  function workOut(principal: Principal, action: GuardedAction): Standing {
    const mine = rules.filter(
      ({ scope }) => scope.matchesAction(action) && scope.matchesPrincipal(principal),
    );
    const fixed = setOf(mine.filter(({ isDynamic }) => !isDynamic));
    const dynamic = mine.filter(({ isDynamic }) => isDynamic);
    const { permitted, ...decision } = ask(fixed, !permitsAreNeeded, principal, action);
    const isOpen = decision.allowed || dynamic.some(({ effect }) => effect === "permit");
    const isRefused = decision.reasons.length + decision.errors.length > 0 && !decision.allowed;
    const verdict = isRefused ? decision : isOpen ? { ...decision, allowed: true } : NOT_PERMITTED;
    return { verdict, dynamic, sets: new Map(), permitted };
  }

  function setOf(these: readonly Rule[]): RuleSet {
    const plain = these.filter(({ hasConditions }) => !hasConditions);
    const conditional = these.filter(({ hasConditions }) => hasConditions);
    return {
      forbidding: policiesOf(plain.filter(({ effect }) => effect === "forbid")),
      permitting: policiesOf(plain.filter(({ effect }) => effect === "permit")),
      conditional,
      key: conditional.map((rule) => places.get(rule)).join(","),
      demand: demandOf(conditional),
    };
  }

  /** The rules that are about this connection, out of those that are asked for every call. */
  function setFor({ dynamic, sets }: Standing, connection_id: string): RuleSet {
    const matching = (rule: Rule) => rule.scope.matchesConnection(connection_id);
    const key = dynamic.map((rule) => (matching(rule) ? "1" : "0")).join("");
    let set = sets.get(key);
    if (set === undefined) {
      set = setOf(dynamic.filter(matching));
      sets.set(key, set);
    }
    return set;
  }

  /** Asks a set of rules. `permitted`: something else permits already, so that only a `forbid` or a failure refuses. */
  function ask(
    set: RuleSet,
    permitted: boolean,
    principal: Principal,
    action: GuardedAction | GuardedCall,
  ): Decision & { permitted: boolean } {
    const { forbidding, permitting, conditional } = set;
    if (forbidding.length > 0) return refusal(forbidding, []);
    const open = permitted || permitting.length > 0;
    if (conditional.length === 0) {
      return { allowed: open, permitted: open, reasons: permitting, errors: [] };
    }
    const answer = evaluate(set, open, principal, action);
    if (!answer.allowed || permitting.length === 0) return answer;
    return { ...answer, reasons: unique([...permitting, ...answer.reasons]) };
  }

  function evaluate(
    { key, demand, conditional }: RuleSet,
    open: boolean,
    principal: Principal,
    action: GuardedAction | GuardedCall,
  ): Decision & { permitted: boolean } {
    try {
      const { call, hidden } = toQuestion(demand, principal, action, shapeOf(action.name));
      const blind = conditional.filter((rule) => isBlind(rule, hidden));
      if (blind.length > 0) return refusal([], policiesOf(blind));
      const asked = `${key} ${open} ${JSON.stringify(call)}`;
      const known = decided.get(asked);
      if (known !== undefined) return known;
      const texts = () => textsOf(conditional, open);
      const answer = cedar.evaluate(`${version} ${key} ${open}`, texts, call);
      const errors = answer.diagnostics.errors.map(({ policyId }) => policyOf(policyId));
      const reasons = answer.diagnostics.reason.filter((id) => id !== ROLES).map(policyOf);
      const allowed = answer.decision === "allow" && errors.length === 0;
      const decision = Object.freeze({
        ...{ allowed, permitted: allowed },
        ...{ reasons: unique(reasons), errors: unique(errors) },
      });
      if (asked.length <= LONGEST_REMEMBERED) decided.set(asked, decision);
      return decision;
    } catch (thrown) {
      const errors = policiesOf(conditional);
      complain(thrown, errors);
      return refusal([], errors);
    }
  }

  /** Whoever can make an evaluation fail can do so at every call; the log need not hear of each. */
  function complain(thrown: unknown, policy_ids: readonly string[]): void {
    if (clock.now() - complainedAt < COMPLAINT_MS) return;
    complainedAt = clock.now();
    logger.error({ err: thrown, policy_ids }, "policies could not be evaluated");
  }

  function mayEver(principal: Principal, action: GuardedAction): Decision {
    return unreadable.length > 0 ? refusedAlways : standingOf(principal, action).verdict;
  }

  return {
    hasRules,
    mayEver,
    looksAtCall(principal, action) {
      if (unreadable.length > 0) return false;
      const { verdict, dynamic } = standingOf(principal, action);
      return verdict.allowed && dynamic.length > 0;
    },
    decide(principal, call) {
      const verdict = mayEver(principal, call);
      if (!verdict.allowed) return verdict;
      const standing = standingOf(principal, call);
      if (standing.dynamic.length === 0) return verdict;
      const set = setFor(standing, call.connection?.id ?? "none");
      const { permitted: _, ...decision } = ask(set, standing.permitted, principal, call);
      if (!decision.allowed) return decision;
      return { ...decision, reasons: unique([...verdict.reasons, ...decision.reasons]) };
    },
    classOf: (principal) => classOf(principal, detail),
  };
}

/** The permit that stands for what roles and scopes allow. */
const ROLES = "roles";

function textsOf(rules: readonly Rule[], open: boolean): Record<string, string> {
  const texts: Record<string, string> = open
    ? { [ROLES]: "permit(principal, action, resource);" }
    : {};
  for (const { key, conditions } of rules) texts[key] = conditions;
  return texts;
}

function refusal(
  reasons: readonly string[],
  errors: readonly string[],
): Decision & { permitted: false } {
  return { allowed: false, permitted: false, reasons, errors };
}

function policiesOf(rules: readonly Rule[]): string[] {
  return unique(rules.map(({ policy_id }) => policy_id));
}

function policyOf(key: string): string {
  return key.slice(0, key.lastIndexOf("#"));
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

/** How much of a principal decides what it may ever do. */
function detailOf(rules: readonly Rule[]): "roles" | "kind" | "itself" {
  const looks = rules.map(({ scope, mentions, isDynamic }) =>
    scope.namesPrincipal ? "itself" : isDynamic ? "nothing" : mentions.principal,
  );
  return looks.includes("itself") ? "itself" : looks.includes("kind") ? "kind" : "roles";
}

function classOf(
  { id, kind, label, roles }: Principal,
  detail: "roles" | "kind" | "itself",
): string {
  const sorted = [...roles].sort();
  if (detail === "roles") return sorted.join(" ");
  return JSON.stringify(detail === "kind" ? [sorted, kind] : [sorted, kind, id, label]);
}
