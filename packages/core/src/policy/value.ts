import type { CedarValueJson } from "@cedar-policy/cedar-wasm/nodejs";
import { isRecord } from "../is-record.ts";
import type { Attribute, RecordShape, Shape } from "./shape.ts";

/** A value that a rule cannot be shown as it is. A rule that looks at it fails, and what fails refuses. */
export class Unrepresentable extends Error {
  override readonly name = "Unrepresentable";
}

/** What a rule sees of a value of this shape; undefined where it sees none. Throws `Unrepresentable`. */
export function toCedarValue(shape: Shape, value: unknown): CedarValueJson | undefined {
  if (value === undefined || value === null) return undefined;
  switch (shape.kind) {
    case "string":
      return typeof value === "string" ? wellFormed(value) : no(`${typeof value} is no text`);
    case "boolean":
      return typeof value === "boolean" ? value : no(`${typeof value} is no truth value`);
    case "long":
      return Number.isSafeInteger(value) ? Number(value) : no("a number is no safe integer");
    case "decimal":
      return { __extn: { fn: "decimal", arg: decimal(value) } };
    case "text":
      return wellFormed(textOf(value));
    case "absent":
      return no("a value where there should be none");
    case "set":
      return (Array.isArray(value) ? value : [value]).map(
        (element) => toCedarValue(shape.element, element) ?? no("a list with an empty place"),
      );
    case "record":
      return toCedarRecord(shape, value);
  }
}

function toCedarRecord(shape: RecordShape, value: unknown): CedarValueJson {
  if (!isRecord(value)) return no(`${typeof value} is no object`);
  const seen: Record<string, CedarValueJson> = {};
  for (const [name, part] of Object.entries(value)) {
    if (part === undefined || part === null) continue;
    const converted = toCedarAttribute(shape.attributes.get(name), name, part);
    if (converted !== undefined) seen[name] = converted;
  }
  return seen;
}

/** One argument. A name that the shape does not know cannot be told from an evasion. */
export function toCedarAttribute(
  attribute: Attribute | undefined,
  name: string,
  value: unknown,
): CedarValueJson | undefined {
  if (attribute === undefined) return no(`"${name}" is not among the arguments`);
  return toCedarValue(attribute.shape, value);
}

/** Four digits after the point is all that Cedar keeps; a number is never rounded to fit a rule. */
function decimal(value: unknown): string {
  if (typeof value !== "number" || !(Math.abs(value) < 922_337_203_685_477)) {
    return no("a number is out of range");
  }
  const text = value.toFixed(4);
  return Number(text) === value ? text : no("a number has more than four digits after the point");
}

/** Canonical text: a text as it is, anything else as JSON with its keys in order. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "bigint") return String(value);
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : no("no finite number");
  if (Array.isArray(value)) return value.map((part) => (part === undefined ? null : sorted(part)));
  if (!isRecord(value) || !isPlain(value)) return no("something that is no JSON");
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .filter((name) => value[name] !== undefined)
      .map((name) => [name, sorted(value[name])]),
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function wellFormed(text: string): string {
  return text.isWellFormed() ? text : no("a text with half a character");
}

function no(why: string): never {
  throw new Unrepresentable(why);
}
