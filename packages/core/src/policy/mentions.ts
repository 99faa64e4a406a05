import type { Clause } from "@cedar-policy/cedar-wasm/nodejs";
import { isRecord } from "../is-record.ts";

/** What the conditions of a rule look at. Whatever is not recognised counts as everything. */
export interface Mentions {
  /** Roles alone (`principal in Fairlead::Role::"viewer"`), the kind besides, or more than that. */
  principal: "nothing" | "roles" | "kind" | "itself";
  /** The action's groups. */
  action: boolean;
  resource: boolean;
  /** Keys of the context; `everything` when it is taken as a whole. */
  context: ReadonlySet<string> | "everything";
  /** Arguments by their first name; `everything` when the input is taken as a whole. */
  input: ReadonlySet<string> | "everything";
}

/** Keys of the context that follow from the action alone. */
const OF_THE_ACTION: ReadonlySet<string> = new Set(["tool", "connector", "effect", "toolset"]);

/** Whether the rule looks at what differs from call to call: arguments, connection or time. */
export function looksAtCall({ resource, context }: Mentions): boolean {
  if (resource || context === "everything") return true;
  return [...context].some((key) => !OF_THE_ACTION.has(key));
}

interface Notes {
  principal: Mentions["principal"];
  action: boolean;
  resource: boolean;
  context: Set<string>;
  wholeContext: boolean;
  input: Set<string>;
  wholeInput: boolean;
}

/** Reads what Cedar made of the rule, in its JSON format (https://docs.cedarpolicy.com/policies/json-format.html). */
export function mentionsOf(conditions: readonly Clause[]): Mentions {
  const notes: Notes = {
    principal: "nothing",
    action: false,
    resource: false,
    context: new Set(),
    wholeContext: false,
    input: new Set(),
    wholeInput: false,
  };
  for (const { body } of conditions) visit(body, notes);
  return {
    principal: notes.principal,
    action: notes.action,
    resource: notes.resource,
    context: notes.wholeContext ? "everything" : notes.context,
    input: notes.wholeContext || notes.wholeInput ? "everything" : notes.input,
  };
}

/** An expression is an object with one key, its operator. Parts of it are visited whatever the operator. */
function visit(expr: unknown, notes: Notes): void {
  if (Array.isArray(expr)) {
    for (const part of expr) visit(part, notes);
    return;
  }
  if (!isRecord(expr)) return;
  const path = pathOf(expr);
  if (path !== undefined) {
    note(path, notes);
    return;
  }
  if ("Value" in expr && Object.keys(expr).length === 1) return;
  if (isRoleTest(expr)) {
    raise(notes, "roles");
    return;
  }
  for (const operands of Object.values(expr)) {
    visit(Array.isArray(operands) ? operands : operandsOf(operands), notes);
  }
}

function operandsOf(operands: unknown): unknown[] {
  return isRecord(operands) ? Object.values(operands) : [];
}

/** `context.input.a.b`, or a test for it with `has`, as names; undefined for any other expression. */
function pathOf(expr: Record<string, unknown>): string[] | undefined {
  if (typeof expr.Var === "string") return [expr.Var];
  const access = expr["."] ?? expr.has;
  if (!isRecord(access) || !isRecord(access.left)) return undefined;
  const before = pathOf(access.left);
  if (before === undefined) return undefined;
  const { attr } = access;
  if (typeof attr === "string") return [...before, attr];
  return Array.isArray(attr) ? [...before, ...attr.map(String)] : undefined;
}

function note([variable, first, second]: string[], notes: Notes): void {
  if (variable === "principal") raise(notes, first === "kind" ? "kind" : "itself");
  else if (variable === "action") notes.action = true;
  else if (variable === "resource") notes.resource = true;
  else if (variable !== "context" || first === undefined) notes.wholeContext = true;
  else {
    notes.context.add(first);
    if (first !== "input") return;
    if (second === undefined) notes.wholeInput = true;
    else notes.input.add(second);
  }
}

const RANK = ["nothing", "roles", "kind", "itself"] as const;

function raise(notes: Notes, to: Mentions["principal"]): void {
  if (RANK.indexOf(to) > RANK.indexOf(notes.principal)) notes.principal = to;
}

/** `principal in Role::"…"` or `principal in [Role::"…", …]`: all with the same roles answer alike. */
function isRoleTest(expr: Record<string, unknown>): boolean {
  const test = expr.in;
  if (!isRecord(test) || !isRecord(test.left) || test.left.Var !== "principal") return false;
  const { right } = test;
  if (!isRecord(right)) return false;
  return Array.isArray(right.Set) ? right.Set.every(isRole) : isRole(right);
}

function isRole(expr: unknown): boolean {
  if (!isRecord(expr) || !isRecord(expr.Value)) return false;
  const entity = expr.Value.__entity;
  return isRecord(entity) && entity.type === "Fairlead::Role";
}
