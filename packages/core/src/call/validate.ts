import type { z } from "zod";
import { FairleadError } from "../errors.ts";
import { isRecord } from "../is-record.ts";
import type { Tool } from "../tool.ts";

/** Arguments that every tool accepts, though no schema repeats them. */
export interface Reserved {
  connection?: string;
  cursor?: string;
  /** Names the request: the same one under the same key changes the world once. */
  idempotency_key?: string;
  /** The plan that is agreed to. */
  confirm?: string;
}

const RESERVED = ["connection", "cursor", "idempotency_key", "confirm"] as const;
const LONGEST_RESERVED = 500;

export interface Validated {
  input: unknown;
  /** The tool's own arguments as they came: what is parsed may not parse again. */
  given: unknown;
  reserved: Reserved;
}

/** Parses the arguments once; after this everything trusts the type. */
export function validateTool(tool: Tool, given: unknown): Validated {
  const reserved: Reserved = {};
  let own: unknown = given ?? {};
  if (isRecord(own)) {
    for (const name of RESERVED) {
      if (!isRecord(own) || !(name in own) || declares(tool.input, name)) continue;
      const { [name]: value, ...rest }: Record<string, unknown> = own;
      if (typeof value !== "string" || value === "" || value.length > LONGEST_RESERVED) {
        throw new FairleadError(
          "invalid_input",
          `The argument "${name}" has to be a text of at most ${LONGEST_RESERVED} characters.`,
        );
      }
      reserved[name] = value;
      own = rest;
    }
  }
  const parsed = tool.input.safeParse(own);
  if (!parsed.success) {
    const more = tool.pages === undefined ? [] : ["cursor"];
    throw badArguments(tool.name, parsed.error, tool.input, more);
  }
  return { input: parsed.data, given: own, reserved };
}

export function badArguments(
  name: string,
  error: z.ZodError,
  schema: z.ZodType,
  more: readonly string[] = [],
): FairleadError {
  const all = error.issues.map((issue) => ({
    path: issue.path.map(String).join("."),
    problem: inWords(issue.message),
  }));
  // A value of the wrong kind fails further checks too; only the first of them says what is wrong.
  const issues = all
    .filter(({ path }, at) => path === "" || all.findIndex((each) => each.path === path) === at)
    .slice(0, 10);
  const listed = issues.map(({ path, problem }) => (path === "" ? problem : `${path}: ${problem}`));
  const unknown = error.issues.some(({ code }) => code === "unrecognized_keys");
  const names = [...Object.keys(shapeOf(schema)), ...more];
  const known = unknown ? ` Arguments: ${names.join(", ") || "none"}.` : "";
  return new FairleadError(
    "invalid_input",
    `Invalid arguments for ${name}: ${listed.join("; ")}.${known}`,
    { details: { issues } },
  );
}

/** Zod says what it received even where nothing came, or nothing that is a number. */
function inWords(problem: string): string {
  return problem
    .replace(/^Invalid input: expected (.+), received undefined$/, "missing, expected $1")
    .replace(/^Invalid input: (.+), received NaN$/, "$1");
}

function declares(schema: z.ZodType, name: string): boolean {
  return name in shapeOf(schema);
}

function shapeOf(schema: z.ZodType): Record<string, unknown> {
  return "shape" in schema && typeof schema.shape === "object" && schema.shape !== null
    ? (schema.shape as Record<string, unknown>)
    : {};
}
