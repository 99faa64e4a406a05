import { readFileSync } from "node:fs";
import { text as readText } from "node:stream/consumers";
import { LOCAL_USER } from "@fairlead/core/identity/principal";
import { isRecord } from "@fairlead/core/is-record";
import { z } from "zod";
import { collectArguments, toToolArguments } from "./arguments.ts";
import type { Invocation } from "./command.ts";
import { CliError } from "./exit.ts";
import { plain, print, printJson, printTable, wantsJson } from "./output.ts";
import { withState } from "./state.ts";

/** Runs one act of an administrator as the local user, who is this installation's operator. */
export async function runAct(
  noun: string,
  verbs: readonly string[],
  invocation: Invocation,
): Promise<void> {
  const [verb, another] = invocation.words;
  if (verb === undefined || !verbs.includes(verb) || another !== undefined) {
    throw new CliError("usage", `fairlead ${noun} takes one of: ${verbs.join(", ")}.`);
  }
  const files = await filesOf(invocation);
  await withState(invocation, async ({ admin }) => {
    const act = admin.acts.find(({ name }) => name === `${noun}.${verb}`);
    if (act === undefined) throw new Error(`There is no act ${noun}.${verb}.`);
    const schema = z.toJSONSchema(act.input, { io: "input", unrepresentable: "any" });
    const given = toToolArguments(collectArguments(invocation), schema);
    const { tenant } = invocation.options;
    const result = await admin.run({
      name: act.name,
      input: { ...given, ...files, ...(tenant === undefined ? {} : { tenant }) },
      principal: LOCAL_USER,
      surface: "cli",
    });
    show(result, invocation);
  });
}

async function filesOf({ options }: Invocation): Promise<Record<string, unknown>> {
  const text = options["text-file"];
  const credential = options["credential-file"];
  return {
    ...(typeof text === "string" ? { text: readFile(text, "text-file") } : {}),
    ...(typeof credential === "string" ? { credential: await readCredential(credential) } : {}),
  };
}

async function readCredential(path: string): Promise<unknown> {
  const text = path === "-" ? await readText(process.stdin) : readFile(path, "credential-file");
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says would repeat a part of the credential.
    throw new CliError(
      "usage",
      '--credential-file: that is no JSON object such as {"api_key":"…"}.',
    );
  }
}

function readFile(path: string, option: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new CliError("usage", `--${option}: ${path} cannot be read. Check the path.`);
  }
}

function show(result: unknown, invocation: Invocation): void {
  if (wantsJson(invocation)) return printJson(result);
  if (isRecord(result) && Array.isArray(result.items)) {
    showTable(result.items.filter(isRecord));
    if (typeof result.next_cursor === "string") print(`More: --cursor ${result.next_cursor}`);
    return;
  }
  if (!isRecord(result)) return printJson(result);
  for (const [name, value] of Object.entries(result)) print(`${name}: ${cell(value)}`);
}

/** Columns that say little to a person, or are the same in every row. */
const LEFT_OUT = new Set([
  "tenant_id",
  "created_by",
  "updated_by",
  "repository",
  "owner_id",
  "text",
]);

function showTable(items: readonly Record<string, unknown>[]): void {
  const [first] = items;
  if (first === undefined) return print("None.");
  const heads = Object.keys(first).filter((name) => !LEFT_OUT.has(name));
  printTable(
    heads,
    items.map((item) => heads.map((head) => cell(item[head], head))),
  );
}

function cell(value: unknown, name = ""): string {
  if (value === null || value === undefined) return "-";
  if (typeof value === "number" && name.endsWith("_at")) return new Date(value).toISOString();
  if (Array.isArray(value)) return plain(value.join(","));
  return plain(typeof value === "object" ? JSON.stringify(value) : String(value));
}
