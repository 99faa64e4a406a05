import { isDeepStrictEqual } from "node:util";
import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import type { StoredPolicy } from "../storage/records.ts";
import type { Cedar } from "./cedar.ts";
import { type Mark, markOf } from "./mark.ts";
import { looksAtCall, type Mentions, mentionsOf } from "./mentions.ts";
import { conditionsOf, requireModest } from "./policy-text.ts";
import { type Scope, scopeOf } from "./scope.ts";

/** One `permit` or `forbid` of a policy, ready to be matched and evaluated. */
export interface Rule {
  /** Unique in its tenant: the policy's id and its place in it. */
  key: string;
  policy_id: string;
  effect: "permit" | "forbid";
  /** The consent without which it forbids. Such a rule decides nothing itself; it is asked apart from the others. */
  mark: Mark | undefined;
  scope: Scope;
  mentions: Mentions;
  /** False for a rule that always holds for what is in its scope. */
  hasConditions: boolean;
  /** Looks at arguments, connection or time, so that it is asked for every call. */
  isDynamic: boolean;
  /** The rule without its scope, for Cedar to evaluate once the scope was found to match. */
  conditions: string;
}

/** Reads the rules of a policy. Throws where Cedar cannot read it, or could not safely. */
export function readRules(
  cedar: Pick<Cedar, "run">,
  { id, text }: Pick<StoredPolicy, "id" | "text">,
): Rule[] {
  requireModest(text);
  const parts = cedar.run((functions) => functions.policySetTextToParts(text));
  if (parts.type === "failure") throw unreadable(parts.errors);
  if (parts.policy_templates.length > 0) throw new Error("A template is no rule.");
  return parts.policies.map((rule, index) => readRule(cedar, id, `${id}#${index + 1}`, rule));
}

function readRule(cedar: Pick<Cedar, "run">, policy_id: string, key: string, text: string): Rule {
  const whole = toJson(cedar, text);
  const conditions = `${whole.effect}(principal, action, resource)${conditionsOf(text)}`;
  const rest = toJson(cedar, conditions);
  // The scope is cut off as text. That it was all that was cut off is not taken on trust.
  const expected = { op: "All" };
  for (const part of [rest.principal, rest.action, rest.resource]) {
    if (!isDeepStrictEqual(part, expected)) throw new Error("The scope of a rule cannot be told.");
  }
  if (rest.effect !== whole.effect || !isDeepStrictEqual(rest.conditions, whole.conditions)) {
    throw new Error("The conditions of a rule cannot be told.");
  }
  const scope = scopeOf(whole);
  const mentions = mentionsOf(whole.conditions);
  return {
    key,
    policy_id,
    effect: whole.effect,
    mark: markOf(whole),
    scope,
    mentions,
    hasConditions: whole.conditions.length > 0,
    isDynamic: scope.namesConnection || looksAtCall(mentions),
    conditions,
  };
}

function toJson(cedar: Pick<Cedar, "run">, text: string): PolicyJson {
  const answer = cedar.run((functions) => functions.policyToJson(text));
  if (answer.type === "failure") throw unreadable(answer.errors);
  return answer.json;
}

function unreadable(errors: readonly { message: string }[]): Error {
  return new Error(`Cedar cannot read it: ${errors.map(({ message }) => message).join("; ")}`);
}
