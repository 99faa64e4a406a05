import { styleText } from "node:util";
import { VERSION } from "../version.ts";
import type { Command, Example, Option, Verb } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { EXIT } from "./exit.ts";

const WIDTH = 88;

const FIRST_STEPS: readonly Example[] = [
  { line: "fairlead demo", what: "try it without any account" },
  { line: "fairlead stdio", what: "what an MCP client on this machine starts" },
  { line: "fairlead serve --local", what: "over HTTP, for this machine" },
  { line: "fairlead doctor", what: "find out what is wrong" },
];

export function programHelp(): string {
  return page([
    [`fairlead ${VERSION}`, ["One MCP server for the systems a team runs."]],
    ["Usage", ["fairlead <command> [options]"]],
    ["Commands", columns(COMMANDS.map(({ name, summary }) => [name, summary]))],
    [
      "Options",
      columns([
        ["-h, --help", "Show this, or the help of a command"],
        ["-V, --version", "Show the version"],
      ]),
    ],
    ["Examples", examples(FIRST_STEPS)],
    ["Exit codes", columns(Object.values(EXIT).map(({ code, meaning }) => [`${code}`, meaning]))],
    [
      "Settings",
      ["Come from the environment: see fairlead config, or docs/reference/configuration.md."],
    ],
  ]);
}

/** The help of a command; of one of its verbs, when `words` name one. */
export async function commandHelp(
  command: Command,
  words: readonly string[] = [],
): Promise<string> {
  const { name, usage, summary, more = [], options } = command;
  const verbs = (await command.verbs?.()) ?? [];
  const verb = verbs.find((each) => words.includes(each.name));
  if (verb !== undefined) return verbHelp(command, verb);
  const shown = options.filter(({ hidden }) => hidden !== true);
  return page([
    [`fairlead ${name}`, [`${summary}.`, ...more.flatMap((text) => ["", ...wrap(text, WIDTH)])]],
    ["Usage", [["fairlead", name, usage, "[options]"].filter(Boolean).join(" ")]],
    ...(verbs.length === 0 ? [] : [["Verbs", columns(verbs.map(toVerbRow))] as const]),
    ["Options", columns([...shown.map(describe), ["-h, --help", "Show this"]])],
    ["Examples", examples(command.examples)],
  ]);
}

function toVerbRow({ name, usage, summary }: Verb): [string, string] {
  return [[name, usage].filter(Boolean).join(" "), summary];
}

function verbHelp({ name, options, examples: all }: Command, verb: Verb): string {
  const call = `fairlead ${name} ${verb.name}`;
  const shared = options.filter(({ hidden }) => hidden !== true);
  const own = all.filter(({ line }) => line.startsWith(call));
  return page([
    [call, wrap(verb.summary, WIDTH)],
    ["Usage", [[call, verb.usage, "[options]"].filter(Boolean).join(" ")]],
    ...(verb.options.length === 0
      ? []
      : [["Options", columns(verb.options.map(describe))] as const]),
    [
      `Options of fairlead ${name}`,
      columns([...shared.map(describe), ["-h, --help", "Show this"]]),
    ],
    ...(own.length === 0 ? [] : [["Examples", examples(own)] as const]),
  ]);
}

function describe({ name, short, value, description, setting }: Option): [string, string] {
  const flags = short === undefined ? `    --${name}` : `-${short}, --${name}`;
  const head = value === undefined ? flags : `${flags} ${value}`;
  return [head, setting === undefined ? description : `${description} (${setting})`];
}

function examples(all: readonly Example[]): string[] {
  return all.flatMap(({ line, what }) => [`${line}`, styleText("gray", `    ${what}`, STDOUT)]);
}

const STDOUT = { stream: process.stdout };

function page(sections: readonly (readonly [string, readonly string[]])[]): string {
  const parts = sections.map(([title, lines]) =>
    [
      styleText("bold", title, STDOUT),
      ...lines.map((line) => (line === "" ? "" : `  ${line}`)),
    ].join("\n"),
  );
  return `${parts.join("\n\n")}\n`;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([head]) => head.length)) + 2;
  return rows.flatMap(([head, text]) => {
    const [first = "", ...rest] = wrap(text, WIDTH - width);
    return [head.padEnd(width) + first, ...rest.map((line) => " ".repeat(width) + line)];
  });
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
