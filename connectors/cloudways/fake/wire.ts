import { resolveSchema, type Schema } from "./contract.ts";

export type Version = "v1" | "v2";

/**
 * Writes a value the way one API version does. The contract lists v1's form first: under
 * `["string", "integer"]` v1 sends "50482" and v2 sends 50482; a flag is "0" in v1 and false in v2.
 */
export function toWire(value: unknown, schema: Schema, version: Version): unknown {
  const resolved = resolveSchema(schema);
  if (resolved.anyOf) return toWire(value, pickBranch(value, resolved.anyOf), version);

  if (Array.isArray(value)) return value.map((item) => toWire(item, resolved.items ?? {}, version));
  if (isRecord(value)) return toWireRecord(value, resolved, version);

  const types = [resolved.type ?? []].flat();
  if (types.length < 2 || !types.includes("string") || !types.includes("integer")) return value;
  return version === "v1" ? toText(value, types) : toNative(value, types);
}

function toWireRecord(value: Record<string, unknown>, schema: Schema, version: Version) {
  const others = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      toWire(item, schema.properties?.[name] ?? others, version),
    ]),
  );
}

function toText(value: unknown, types: string[]): unknown {
  if (typeof value === "boolean" && types.includes("boolean")) return value ? "1" : "0";
  return typeof value === "number" && types[0] === "string" ? String(value) : value;
}

function toNative(value: unknown, types: string[]): unknown {
  if (typeof value !== "string" || !/^-?\d+$/.test(value)) return value;
  if (types.includes("boolean") && (value === "0" || value === "1")) return value === "1";
  return Number(value);
}

function pickBranch(value: unknown, branches: Schema[]): Schema {
  const fits = (branch: Schema) => {
    const { type, required = [] } = resolveSchema(branch);
    if (type === "array" || Array.isArray(value)) return type === "array" && Array.isArray(value);
    return isRecord(value) && required.every((name) => name in value);
  };
  return branches.find(fits) ?? {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
