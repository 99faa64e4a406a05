import { z } from "zod";
import { isRecord } from "../is-record.ts";

/**
 * What a rule sees of a value. `text` stands for all that Cedar has no type for: unions of unlike things, free-form
 * objects, `unknown`. It is compared as text, so that 7 and "7" are the same to a rule.
 */
export type Shape =
  | { kind: "string" | "long" | "boolean" | "decimal" | "text" }
  /** Never there for a rule: `null` and nothing else. */
  | { kind: "absent" }
  | { kind: "set"; element: Shape }
  | { kind: "record"; attributes: ReadonlyMap<string, Attribute> };

export type RecordShape = Extract<Shape, { kind: "record" }>;

export interface Attribute {
  shape: Shape;
  required: boolean;
}

const TEXT: Shape = { kind: "text" };
const ABSENT: Shape = { kind: "absent" };
const NO_ATTRIBUTES: RecordShape = { kind: "record", attributes: new Map() };

/** The shape of a tool's arguments as its handler gets them: parsed and defaulted. */
export function shapeOfInput(input: z.ZodType): RecordShape {
  const schema: unknown = z.toJSONSchema(input, { io: "output", unrepresentable: "any" });
  const shape = shapeOf(schema, schema, 0);
  // What is no object has no names that a rule could look at.
  return shape.kind === "record" ? shape : NO_ATTRIBUTES;
}

const MAX_DEPTH = 8;

function shapeOf(schema: unknown, root: unknown, depth: number): Shape {
  if (!isRecord(schema) || depth > MAX_DEPTH) return TEXT;
  if (typeof schema.$ref === "string") return shapeOf(resolve(schema.$ref, root), root, depth + 1);
  const branches = branchesOf(schema);
  if (branches !== undefined) {
    return branches.map((branch) => shapeOf(branch, root, depth + 1)).reduce(union, ABSENT);
  }
  if ("allOf" in schema) return TEXT;
  if ("const" in schema || "enum" in schema) return literalsOf(schema);
  switch (schema.type) {
    case "string":
      return { kind: "string" };
    case "integer":
      return { kind: "long" };
    case "number":
      return { kind: "decimal" };
    case "boolean":
      return { kind: "boolean" };
    case "null":
      return ABSENT;
    case "array":
      return { kind: "set", element: elementOf(schema, root, depth) };
    case "object":
      return recordOf(schema, root, depth);
    default:
      return "not" in schema ? ABSENT : TEXT;
  }
}

function resolve($ref: string, root: unknown): unknown {
  return $ref
    .split("/")
    .slice(1)
    .reduce<unknown>((at, name) => (isRecord(at) ? at[name] : undefined), root);
}

function branchesOf(schema: Record<string, unknown>): unknown[] | undefined {
  if (Array.isArray(schema.anyOf)) return schema.anyOf;
  if (Array.isArray(schema.oneOf)) return schema.oneOf;
  return Array.isArray(schema.type)
    ? schema.type.map((type: unknown) => ({ ...schema, type }))
    : undefined;
}

function elementOf(schema: Record<string, unknown>, root: unknown, depth: number): Shape {
  const { prefixItems, items } = schema;
  const all = [
    ...(Array.isArray(prefixItems) ? prefixItems : []),
    ...(isRecord(items) ? [items] : []),
  ];
  const element = all.map((each) => shapeOf(each, root, depth + 1)).reduce(union, ABSENT);
  return element.kind === "absent" ? TEXT : element;
}

/** Cedar has no maps. And its JSON keeps names that begin with two underscores for itself. */
function recordOf(schema: Record<string, unknown>, root: unknown, depth: number): Shape {
  const properties = isRecord(schema.properties) ? Object.entries(schema.properties) : [];
  const isOpen = schema.additionalProperties !== undefined && schema.additionalProperties !== false;
  if ((properties.length === 0 && isOpen) || "patternProperties" in schema) return TEXT;
  if (properties.some(([name]) => name.startsWith("__"))) return TEXT;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const attributes = new Map<string, Attribute>();
  for (const [name, property] of properties) {
    const shape = shapeOf(property, root, depth + 1);
    if (shape.kind === "absent") continue;
    const isRequired = required.includes(name) && !allowsNull(property, root);
    attributes.set(name, { shape, required: isRequired });
  }
  return { kind: "record", attributes };
}

function allowsNull(schema: unknown, root: unknown): boolean {
  if (!isRecord(schema)) return true;
  if (typeof schema.$ref === "string") return allowsNull(resolve(schema.$ref, root), root);
  const branches = branchesOf(schema);
  if (branches !== undefined) return branches.some((branch) => allowsNull(branch, root));
  if (Array.isArray(schema.enum)) return schema.enum.includes(null);
  return "const" in schema ? schema.const === null : schema.type === "null" || !("type" in schema);
}

function literalsOf(schema: Record<string, unknown>): Shape {
  const literals = "const" in schema ? [schema.const] : schema.enum;
  if (!Array.isArray(literals)) return TEXT;
  return literals.map(literalOf).reduce(union, ABSENT);
}

function literalOf(value: unknown): Shape {
  if (value === null) return ABSENT;
  if (typeof value === "string") return { kind: "string" };
  if (typeof value === "boolean") return { kind: "boolean" };
  if (typeof value === "number") return { kind: Number.isInteger(value) ? "long" : "decimal" };
  return TEXT;
}

/** What holds values of both shapes. */
export function union(one: Shape, other: Shape): Shape {
  if (one.kind === "absent") return other;
  if (other.kind === "absent") return one;
  if (one.kind === "record" && other.kind === "record") return mergeRecords(one, other);
  if (one.kind === "set" || other.kind === "set") {
    // One value and a list of one value say the same.
    return { kind: "set", element: union(elementsOf(one), elementsOf(other)) };
  }
  if (one.kind === other.kind) return one;
  const kinds = [one.kind, other.kind];
  return kinds.includes("long") && kinds.includes("decimal") ? { kind: "decimal" } : TEXT;
}

function elementsOf(shape: Shape): Shape {
  return shape.kind === "set" ? shape.element : shape;
}

/** Shape of an input that two actions of one name take, or two branches of a union. */
export function mergeRecords(one: RecordShape, other: RecordShape): RecordShape {
  const attributes = new Map<string, Attribute>();
  for (const name of new Set([...one.attributes.keys(), ...other.attributes.keys()])) {
    const here = one.attributes.get(name);
    const there = other.attributes.get(name);
    attributes.set(name, {
      shape: union(here?.shape ?? ABSENT, there?.shape ?? ABSENT),
      required: here?.required === true && there?.required === true,
    });
  }
  return { kind: "record", attributes };
}
