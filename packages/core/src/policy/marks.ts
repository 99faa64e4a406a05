import { strongest } from "../consent/level.ts";
import type { Mark } from "./mark.ts";
import type { Decision, Marking, TenantPolicy } from "./policy.ts";
import type { Rule } from "./rule.ts";

export const UNMARKED: Marking = Object.freeze({
  level: "none",
  approvals: 0,
  policy_ids: [],
  errors: [],
});

/** Marks that ask for the same: as far as they go, one that applies stands for all of them. */
interface Kind {
  mark: Mark;
  decide: TenantPolicy["decide"];
}

/**
 * The consent that rules ask for. Marks of one kind are asked as `forbid`s are, apart from every other rule: what one of
 * them refuses is what needs the consent. `deciderOf` gives what asks them; `kind` tells its sets from all others.
 */
export function createMarks(
  { rules, unreadable }: { rules: readonly Rule[]; unreadable: readonly string[] },
  deciderOf: (rules: readonly Rule[], kind: string) => Pick<TenantPolicy, "decide">,
): Pick<TenantPolicy, "hasMarks" | "consentOf"> {
  if (unreadable.length > 0) {
    const unknown: Marking = Object.freeze({ ...UNMARKED, errors: unreadable });
    return { hasMarks: true, consentOf: () => unknown };
  }
  const kinds = kindsOf(rules, deciderOf);
  return {
    hasMarks: kinds.length > 0,
    consentOf: (principal, call) =>
      kinds.reduce((known, { mark, decide }) => {
        const answer = decide(principal, call);
        return answer.allowed ? known : joined(known, mark, answer);
      }, UNMARKED),
  };
}

function kindsOf(
  rules: readonly Rule[],
  deciderOf: (rules: readonly Rule[], kind: string) => Pick<TenantPolicy, "decide">,
): Kind[] {
  const groups = new Map<string, { mark: Mark; rules: Rule[] }>();
  for (const rule of rules) {
    const { mark } = rule;
    if (mark === undefined) continue;
    const kind = `${mark.level} ${mark.approvals}`;
    const group = groups.get(kind);
    if (group === undefined) groups.set(kind, { mark, rules: [rule] });
    else group.rules.push(rule);
  }
  return [...groups].map(([kind, { mark, rules: these }]) => ({
    mark,
    decide: deciderOf(these, kind).decide,
  }));
}

function joined(known: Marking, mark: Mark, { reasons, errors }: Decision): Marking {
  const applies = reasons.length > 0;
  return {
    level: applies ? strongest(known.level, mark.level) : known.level,
    approvals: applies ? Math.max(known.approvals, mark.approvals) : known.approvals,
    policy_ids: [...new Set([...known.policy_ids, ...reasons])],
    errors: [...new Set([...known.errors, ...errors])],
  };
}
