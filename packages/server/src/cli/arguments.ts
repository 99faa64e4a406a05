import type { Invocation } from "./command.ts";
import { CliError } from "./exit.ts";
import { splitOnce } from "./parse.ts";

type Schema = Readonly<Record<string, unknown>>;

/** Arguments as the command line gives them: `--name value`, `--arg name=value`, each any number of times. */
export function collectArguments({ others, options }: Pick<Invocation, "others" | "options">) {
  const texts = new Map<string, string[]>();
  const add = (name: string, value: string) => texts.set(name, [...(texts.get(name) ?? []), value]);
  for (const { name, value } of others) add(name, value ?? "true");
  for (const each of Array.isArray(options.arg) ? options.arg : []) {
    const [name, value] = splitOnce(each, "=");
    if (value === undefined) {
      throw new CliError("usage", `--arg takes name=value, and "${each}" has no equals sign.`);
    }
    add(name, value);
  }
  return texts;
}

/** Turns texts into what the tool's schema asks for; what does not fit stays text, and the tool says so. */
export function toToolArguments(
  texts: ReadonlyMap<string, readonly string[]>,
  inputSchema: Schema,
): Record<string, unknown> {
  const properties = recordOf(inputSchema.properties);
  return Object.fromEntries(
    [...texts].map(([given, values]) => {
      const name = given in properties ? given : given.replaceAll("-", "_");
      return [name in properties ? name : given, toValue(values, recordOf(properties[name]))];
    }),
  );
}

function toValue(values: readonly string[], schema: Schema): unknown {
  const [value = ""] = values;
  if (schema.type !== "array") {
    if (values.length > 1) return values;
    return toScalar(value, typesOf(schema));
  }
  const items = recordOf(schema.items);
  if (values.length === 1 && value.startsWith("[")) return parseOr(value, value);
  return values.flatMap((text) => text.split(",")).map((text) => toValue([text.trim()], items));
}

/** A text stays one, also when it looks like a number. */
function toScalar(value: string, types: readonly unknown[]): unknown {
  const isText =
    types.includes("string") && types.every((type) => type === "string" || type === "null");
  if (!isText) return parseOr(value, value);
  return value === "null" && types.includes("null") ? null : value;
}

function typesOf(schema: Schema): unknown[] {
  const { type, anyOf } = schema;
  if (Array.isArray(anyOf)) return anyOf.flatMap((each) => typesOf(recordOf(each)));
  return Array.isArray(type) ? type : [type];
}

function parseOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
