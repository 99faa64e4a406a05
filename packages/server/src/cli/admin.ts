import { readFileSync } from "node:fs";
import { text as readText } from "node:stream/consumers";
import { LOCAL_USER } from "@fairlead/core/identity/principal";
import { didYouMean } from "../config/names.ts";
import { showResult } from "./admin-result.ts";
import { type ActVerb, toWord, verbsOf } from "./admin-verbs.ts";
import { collectArguments, toToolArguments } from "./arguments.ts";
import type { Invocation } from "./command.ts";
import { CliError } from "./exit.ts";
import { withState } from "./state.ts";
import { requireTerminal } from "./terminal.ts";

/** Runs one act of an administrator as the local user, who is this installation's operator. */
export async function runAct(
  noun: string,
  given: Invocation,
  otherwise?: string | undefined,
): Promise<void> {
  const isUnsaid = given.words.length === 0 && otherwise !== undefined;
  const invocation = isUnsaid ? { ...given, words: [otherwise] } : given;
  const verb = findVerb(noun, invocation.words[0]);
  const call = `fairlead ${noun} ${verb.name}`;
  if (verb.act.isPersons === true) requireTerminal(call);
  const input = await inputOf(call, verb, invocation);
  await withState(invocation, async ({ admin }) => {
    const { name } = verb.act;
    const result = await admin.run({ name, input, principal: LOCAL_USER, surface: "cli" });
    showResult(result, verb.act, invocation);
  });
}

function findVerb(noun: string, word: string | undefined): ActVerb {
  const verbs = verbsOf(noun);
  const verb = verbs.find(({ name }) => name === word);
  if (verb !== undefined) return verb;
  const names = verbs.map(({ name }) => name);
  const hint = word === undefined ? "" : didYouMean(word, names);
  const what = word === undefined ? "" : `"${word}" is none.`;
  throw new CliError(
    "usage",
    [
      `fairlead ${noun} takes one of: ${names.join(", ")}.`,
      `${what}${hint}`,
      `See: fairlead ${noun} --help`,
    ]
      .filter((part) => part !== "")
      .join(" "),
  );
}

/** All that was said, checked for what is the command line's own matter. The act checks the rest. */
async function inputOf(
  call: string,
  verb: ActVerb,
  invocation: Invocation,
): Promise<Record<string, unknown>> {
  const { tenant } = invocation.options;
  const input: Record<string, unknown> = {
    ...toToolArguments(namedOf(call, verb, invocation), verb.schema),
    ...(typeof tenant === "string" ? { tenant } : {}),
  };
  const add = (field: string, value: unknown, how: string) => {
    if (field in input) throw wrong(call, `has --${toWord(field)} twice: also as ${how}`);
    input[field] = value;
  };
  const words = invocation.words.slice(1);
  for (const [index, word] of words.entries()) {
    const field = verb.positional[index];
    if (field === undefined) throw wrong(call, `takes no "${word}"`);
    add(field, word, `"${word}"`);
  }
  for (const [field, value] of Object.entries(await filesOf(call, verb, invocation))) {
    add(field, value, `--${field}-file`);
  }
  requireAll(call, verb, input);
  return input;
}

function namedOf(call: string, { options, positional }: ActVerb, invocation: Invocation) {
  const texts = collectArguments(invocation);
  const names = [...options.map(({ name }) => name), ...positional.map(toWord)];
  const valid = names.map((name) => `--${name}`);
  for (const given of texts.keys()) {
    const option = `--${toWord(given)}`;
    if (valid.includes(option)) continue;
    if (option === "--credential") {
      throw wrong(
        call,
        "takes a credential from --credential-file only: here others could read it",
      );
    }
    throw wrong(call, `has no option ${option}`, didYouMean(option, valid));
  }
  return texts;
}

function requireAll(call: string, verb: ActVerb, input: Readonly<Record<string, unknown>>): void {
  const field = verb.positional.find((each) => !(each in input));
  // Reading is harmless; what changes the tenant itself must not fall on the local one by an omission.
  const isOptional = field === "tenant" && verb.act.effect === "read";
  if (field !== undefined && !isOptional) {
    throw wrong(call, `needs ${verb.positional.map((each) => `<${toWord(each)}>`).join(" ")}`);
  }
  const missing = verb.required.filter(({ name }) => !(name.replaceAll("-", "_") in input));
  if (missing.length === 0) return;
  const names = missing.map(({ name, value }) => `--${name} ${value}`);
  const file = missing.some(({ name }) => name === "text") ? " (or --text-file <path>)" : "";
  throw wrong(call, `needs ${names.join(" and ")}${file}`, optionsOf(verb));
}

function optionsOf({ options }: ActVerb): string {
  return ` It takes: ${options.map(({ name }) => `--${name}`).join(", ")}.`;
}

function wrong(call: string, what: string, more = ""): CliError {
  return new CliError("usage", `${call} ${what}.${more} See: ${call} --help`);
}

async function filesOf(
  call: string,
  { schema }: ActVerb,
  { options }: Invocation,
): Promise<Record<string, unknown>> {
  const read: Record<string, unknown> = {};
  for (const field of ["text", "credential"] as const) {
    const path = options[`${field}-file`];
    if (typeof path !== "string") continue;
    if (!(field in Object(schema.properties))) throw wrong(call, `has no option --${field}-file`);
    read[field] = field === "text" ? readFile(path, "text-file") : await readCredential(path);
  }
  return read;
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
