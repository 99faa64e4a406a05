import type { CedarValueJson, Context, EntityJson } from "@cedar-policy/cedar-wasm/nodejs";
import type { Principal } from "../identity/principal.ts";
import { isRecord } from "../is-record.ts";
import type { CedarCall } from "./cedar.ts";
import {
  ACTION,
  actionEntity,
  CONNECTION,
  connectionEntity,
  NO_CONNECTION,
  PRINCIPAL,
  principalEntity,
} from "./entities.ts";
import type { GuardedAction, GuardedCall } from "./policy.ts";
import type { Rule } from "./rule.ts";
import type { RecordShape } from "./shape.ts";
import { toCedarAttribute, Unrepresentable } from "./value.ts";

/** What a set of rules needs to be told: nothing else is converted, which is most of what an evaluation costs. */
export interface Demand {
  principal: boolean;
  action: boolean;
  resource: boolean;
  context: ReadonlySet<string> | "everything";
  input: ReadonlySet<string> | "everything";
}

export function demandOf(rules: readonly Rule[]): Demand {
  return {
    principal: rules.some(({ mentions }) => mentions.principal !== "nothing"),
    action: rules.some(({ mentions }) => mentions.action),
    resource: rules.some(({ mentions }) => mentions.resource),
    context: joined(rules.map(({ mentions }) => mentions.context)),
    input: joined(rules.map(({ mentions }) => mentions.input)),
  };
}

function joined(
  all: readonly (ReadonlySet<string> | "everything")[],
): ReadonlySet<string> | "everything" {
  const names = new Set<string>();
  for (const each of all) {
    if (each === "everything") return "everything";
    for (const name of each) names.add(name);
  }
  return names;
}

/** What Cedar is asked, or which arguments it cannot be shown. */
export interface Question {
  call: CedarCall;
  /** First names of arguments that cannot be represented; `everything` when there are no arguments to look at. */
  hidden: ReadonlySet<string> | "everything";
}

const NOTHING: ReadonlySet<string> = new Set();

/** Puts an action, or a call of it, the way Cedar takes it. */
export function toQuestion(
  demand: Demand,
  principal: Principal,
  action: GuardedAction | GuardedCall,
  shape: RecordShape | undefined,
): Question {
  const entities: EntityJson[] = [];
  const call = "now" in action ? action : undefined;
  if (demand.principal) entities.push(principalEntity(principal));
  if (demand.action) entities.push(actionEntity(action));
  if (demand.resource && call !== undefined) entities.push(connectionEntity(call));
  const { context, hidden } = contextOf(demand, action, call, shape);
  return {
    call: {
      principal: { type: PRINCIPAL, id: principal.id },
      action: { type: ACTION, id: action.name },
      resource: { type: CONNECTION, id: call?.connection?.id ?? NO_CONNECTION.id },
      context,
      entities,
    },
    hidden,
  };
}

function contextOf(
  demand: Demand,
  action: GuardedAction,
  call: GuardedCall | undefined,
  shape: RecordShape | undefined,
): { context: Context; hidden: Question["hidden"] } {
  const context: Context = {};
  let hidden: Question["hidden"] = NOTHING;
  const needs = (key: string) => demand.context === "everything" || demand.context.has(key);
  if (needs("tool")) context.tool = action.name;
  if (needs("connector")) context.connector = action.connector;
  if (needs("effect")) context.effect = action.effect;
  if (needs("toolset") && action.toolset !== undefined) context.toolset = action.toolset;
  if (call === undefined) return { context, hidden };
  const at = new Date(call.now);
  if (needs("now")) context.now = { __extn: { fn: "datetime", arg: at.toISOString() } };
  if (needs("hour")) context.hour = at.getUTCHours();
  if (needs("weekday")) context.weekday = at.getUTCDay() === 0 ? 7 : at.getUTCDay();
  if (needs("input")) {
    if (isRecord(call.input)) {
      const seen = inputOf(demand, call.input, shape);
      context.input = seen.input;
      hidden = seen.hidden;
    } else hidden = "everything";
  }
  return { context, hidden };
}

function inputOf(
  { input: names }: Demand,
  given: Record<string, unknown>,
  shape: RecordShape | undefined,
): { input: Record<string, CedarValueJson>; hidden: ReadonlySet<string> } {
  const input: Record<string, CedarValueJson> = {};
  let hidden: Set<string> | undefined;
  for (const name of names === "everything" ? Object.keys(given) : names) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined || value === null) continue;
    try {
      const seen = toCedarAttribute(shape?.attributes.get(name), name, value);
      if (seen !== undefined) input[name] = seen;
    } catch (thrown) {
      if (!(thrown instanceof Unrepresentable)) throw thrown;
      hidden ??= new Set();
      hidden.add(name);
    }
  }
  return { input, hidden: hidden ?? NOTHING };
}

/** Whether a rule looks at something it cannot be shown. Such a rule fails, whatever else it says. */
export function isBlind({ mentions }: Rule, hidden: Question["hidden"]): boolean {
  const { context, input } = mentions;
  if (context !== "everything" && !context.has("input")) return false;
  if (hidden === "everything") return true;
  return [...hidden].some((name) => input === "everything" || input.has(name));
}
