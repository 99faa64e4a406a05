import type {
  ElicitationAnswer,
  InputRequest,
  InputRequests,
  InputResponses,
} from "@fairlead/core/interaction";
import { isRecord } from "@fairlead/core/is-record";
import { CliError } from "./exit.ts";
import { plain, print } from "./output.ts";
import { ask } from "./terminal.ts";

/** What a person at the terminal can be asked (MCP 2026-07-28, `ElicitRequestParams`). */
export const TERMINAL_CAPABILITIES = { elicitation: { form: {}, url: {} } } as const;

/** Puts questions to the person at the terminal. Who leaves, or says no, has agreed to nothing. */
export async function answerAtTerminal(requests: InputRequests): Promise<InputResponses> {
  const answers: InputResponses = {};
  for (const [key, request] of Object.entries(requests)) answers[key] = await answer(request);
  return answers;
}

async function answer({ method, params }: InputRequest): Promise<ElicitationAnswer> {
  if (method !== "elicitation/create") {
    throw new CliError("failed", `This asks for ${method}. Call it from an MCP client.`);
  }
  print(plain(params.message));
  if (params.mode === "url") {
    const done = await ask(`\nOpen ${plain(params.url)} in a browser, then press Enter: `);
    return done === undefined ? { action: "cancel" } : { action: "accept" };
  }
  const content: Record<string, unknown> = {};
  for (const [name, field] of fieldsOf(params.requestedSchema)) {
    const value = await askFor(field);
    if (value === LEFT) return { action: field.type === "boolean" ? "decline" : "cancel" };
    if (value !== undefined) content[name] = value;
  }
  return { action: "accept", content };
}

interface Field {
  label: string;
  type: unknown;
  choices: readonly string[] | undefined;
  isNeeded: boolean;
}

/** `properties` of a requested schema: primitives only (`PrimitiveSchemaDefinition`). */
function fieldsOf(schema: Record<string, unknown>): [string, Field][] {
  const needed = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(Object(schema.properties)).map(([name, value]) => {
    const { title, description, type, enum: choices } = isRecord(value) ? value : {};
    const label = [title ?? name, description].filter((part) => part !== undefined).join(": ");
    const isList = Array.isArray(choices);
    return [
      name,
      {
        label,
        type,
        choices: isList ? choices.map(String) : undefined,
        isNeeded: needed.includes(name),
      },
    ];
  });
}

/** The person left, or did not say what was needed. */
const LEFT = Symbol("left");

async function askFor({ label, type, choices, isNeeded }: Field): Promise<unknown> {
  const hint = type === "boolean" ? ' (type "yes", anything else is no)' : among(choices);
  for (;;) {
    const said = await ask(`\n${plain(label)}${hint}: `);
    if (said === undefined) return LEFT;
    if (type === "boolean") return said.toLowerCase() === "yes" ? true : LEFT;
    if (said === "") return isNeeded ? LEFT : undefined;
    const value = type === "number" || type === "integer" ? Number(said) : said;
    const isGood = choices === undefined ? !Number.isNaN(value) : choices.includes(said);
    if (isGood) return value;
    print("That is none of what can be said here.");
  }
}

function among(choices: readonly string[] | undefined): string {
  return choices === undefined ? "" : ` (${choices.map(plain).join(", ")})`;
}
