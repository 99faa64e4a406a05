import type { Environment, Flags } from "../config/sources.ts";
import type { Command, Invocation, Option } from "./command.ts";
import { CliError } from "./exit.ts";

type Options = Record<string, string | boolean | string[]>;

/** Reads the command line of one command. Throws a `CliError` of usage. */
export async function parseInvocation(
  command: Command,
  argv: readonly string[],
  environment: Environment,
): Promise<Invocation> {
  const options: Options = {};
  const others: { name: string; value: string | undefined }[] = [];
  const words: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") {
      words.push(...rest.splice(0));
    } else if (!word.startsWith("-") || word === "-") {
      words.push(word);
    } else {
      const [raw, inline] = splitOnce(word, "=");
      const option = command.options.find(
        ({ name, short }) => raw === `--${name}` || raw === `-${short}`,
      );
      if (option !== undefined) take(options, option, raw, inline, rest);
      else if (command.takesAnyOption !== true || !raw.startsWith("--")) await refuse(command, raw);
      else others.push({ name: raw.slice(2), value: inline ?? nextValue(rest) });
    }
  }
  if (command.usage === undefined && words[0] !== undefined) {
    throw new CliError(
      "usage",
      `fairlead ${command.name} takes no "${words[0]}". See: fairlead ${command.name} --help`,
    );
  }
  return { environment, words, options, others, flags: flagsOf(command, options) };
}

function take(
  options: Options,
  { name, value, optional, repeatable, choices }: Option,
  raw: string,
  inline: string | undefined,
  rest: string[],
): void {
  if (value === undefined) {
    if (inline !== undefined) throw new CliError("usage", `${raw} is a switch and takes no value.`);
    options[name] = true;
    return;
  }
  const isNextOurs = optional === undefined || optional.test(rest[0] ?? "");
  const given = inline ?? (isNextOurs ? rest.shift() : undefined);
  if (given === undefined && optional === undefined) {
    throw new CliError("usage", `${raw} needs a value: ${raw} ${value}.`);
  }
  if (given !== undefined && choices?.includes(given) === false) {
    throw new CliError("usage", `${raw} can be: ${choices.join(", ")}.`);
  }
  const before = options[name];
  if (repeatable === true && given !== undefined) {
    options[name] = [...(Array.isArray(before) ? before : []), given];
  } else {
    options[name] = given ?? true;
  }
}

/** The value of an option that nobody declared: whatever follows, unless it is another option. */
function nextValue(rest: string[]): string | undefined {
  return rest[0] === undefined || rest[0].startsWith("--") ? undefined : rest.shift();
}

async function refuse(command: Command, raw: string): Promise<never> {
  const { didYouMean } = await import("../config/names.ts");
  const valid = command.options.flatMap(({ name, hidden }) => (hidden === true ? [] : `--${name}`));
  throw new CliError(
    "usage",
    `fairlead ${command.name} has no option ${raw}.${didYouMean(raw, valid)} See: fairlead ${command.name} --help`,
  );
}

function flagsOf(command: Command, options: Options): Flags {
  return Object.fromEntries(
    command.options.flatMap(({ name, setting }) => {
      const value = options[name];
      if (setting === undefined || value === undefined) return [];
      return [[setting, { text: String(value), flag: `--${name}` }] as const];
    }),
  );
}

/** The text before and after the first `mark`; nothing after where there is none. */
export function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}
