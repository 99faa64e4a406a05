import type { Act } from "@fairlead/core/admin/act";
import { ACTS } from "@fairlead/core/admin/acts";
import { isRecord } from "@fairlead/core/is-record";
import { z } from "zod";
import type { Option, Verb } from "./command.ts";

type Schema = Readonly<Record<string, unknown>>;

/** An act as a command: what it takes and how that is written. */
export interface ActVerb extends Verb {
  act: Act;
  /** The input of the act as JSON Schema. */
  schema: Schema;
  /** Fields that may stand without their names, in this order. */
  positional: readonly string[];
  /** Options without which there is nothing to do. */
  required: readonly Option[];
}

/** A credential on the command line would stand in the list of processes, and in the shell's history. */
const FROM_FILE_ONLY = "credential";

/** Acts that are commands of their own: `fairlead approve`, which asks at the terminal, and `fairlead deny`. */
export const OWN_COMMANDS: ReadonlyMap<string, string> = new Map([
  ["plans.approve", "approve"],
  ["plans.deny", "deny"],
]);

/** The verbs of a noun, made from what the acts themselves declare. */
export function verbsOf(noun: string): ActVerb[] {
  return ACTS.filter(({ name }) => name.startsWith(`${noun}.`) && !OWN_COMMANDS.has(name)).map(
    toVerb,
  );
}

function toVerb(act: Act): ActVerb {
  const schema = z.toJSONSchema(act.input, { io: "input", unrepresentable: "any" });
  const positional = positionalOf(act);
  const properties = Object.entries(schema.properties ?? {}).filter(
    ([field]) => field !== FROM_FILE_ONLY && !positional.includes(field),
  );
  const isNeeded = (field: string) => schema.required?.includes(field) === true;
  const options = properties.map(([field, property]) =>
    toOption(field, isRecord(property) ? property : {}, isNeeded(field)),
  );
  return {
    ...{ act, schema, positional, options },
    name: act.name.split(".")[1] ?? act.name,
    summary: act.summary,
    required: options.filter((_option, index) => isNeeded(properties[index]?.[0] ?? "")),
    ...(positional.length === 0
      ? {}
      : { usage: positional.map((field) => `<${toWord(field)}>`).join(" ") }),
  };
}

/** What the path of its route names; the tenant itself, where the act is about that. */
function positionalOf({ route }: Act): string[] {
  if (route.path === "/tenant") return ["tenant"];
  return [...route.path.matchAll(/\{(\w+)\}/g)].map(([, field]) => field ?? "");
}

function toOption(field: string, property: Schema, isNeeded: boolean): Option {
  const about = typeof property.description === "string" ? property.description : "";
  const choices = choicesOf(property);
  return {
    name: toWord(field),
    value: placeholderOf(property, choices),
    // A list may hold several of its choices, so nothing is refused here that the act would take.
    ...(choices === undefined || property.type === "array" ? {} : { choices }),
    description: isNeeded ? `Needed. ${about}` : about,
  };
}

export const toWord = (field: string) => field.replaceAll("_", "-");

function choicesOf(property: Schema): string[] | undefined {
  const { enum: own } =
    property.type === "array" && isRecord(property.items) ? property.items : property;
  if (Array.isArray(own)) return own.map(String);
  return property.type === "boolean" ? ["true", "false"] : undefined;
}

function placeholderOf({ type, format }: Schema, choices: readonly string[] | undefined): string {
  if (choices !== undefined) return `<${choices.join(type === "array" ? "," : "|")}>`;
  if (type === "array") return "<a,b>";
  if (type === "integer" || type === "number") return "<number>";
  if (type === "object") return "<json>";
  return format === "date-time" ? "<time>" : "<text>";
}
