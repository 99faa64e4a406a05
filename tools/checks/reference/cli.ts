import type { Command, Example, Option, Verb } from "../../../packages/server/src/cli/command.ts";
import { COMMANDS } from "../../../packages/server/src/cli/commands.ts";
import { EXIT } from "../../../packages/server/src/cli/exit.ts";
import { GENERATED, page, table } from "./markdown.ts";

export async function renderCli(): Promise<string> {
  return page(
    "# Command line",
    GENERATED,
    "`fairlead <command> [options]`. `fairlead --help` and `fairlead <command> --help` show the same; `--version` the version.",
    table(
      ["Command", "What it does"],
      COMMANDS.map(({ name, summary }) => [`[\`${name}\`](#${name})`, summary]),
    ),
    `On a terminal, answers are tables and text with colours (unless \`NO_COLOR\` is set). When standard output goes
elsewhere, or with \`--json\`, they are JSON. The log, and what went wrong, go to standard error.`,
    "## Exit codes",
    table(
      ["Code", "Meaning"],
      Object.values(EXIT).map(({ code, meaning }) => [`\`${code}\``, meaning]),
    ),
    ...(await Promise.all(COMMANDS.map(renderCommand))),
  );
}

async function renderCommand(command: Command): Promise<string> {
  const { name, usage, summary, more = [], options, examples, verbs } = command;
  const shown = options.filter(({ hidden }) => hidden !== true);
  const own = (await verbs?.()) ?? [];
  return page(
    `## ${name}`,
    `${summary}.`,
    `\`${["fairlead", name, usage, "[options]"].filter(Boolean).join(" ")}\``,
    ...more,
    ...(shown.length === 0 ? [] : [table(["Option", "What it does", "Setting"], shown.map(toRow))]),
    ...own.flatMap((verb) => renderVerb(name, verb)),
    `\`\`\`sh\n${examples.map(toLines).join("\n")}\n\`\`\``,
  ).trim();
}

function renderVerb(command: string, { name, usage, summary, options }: Verb): string[] {
  const call = ["fairlead", command, name, usage, "[options]"].filter(Boolean).join(" ");
  return [
    `### ${command} ${name}`,
    summary,
    `\`${call}\``,
    ...(options.length === 0
      ? []
      : [
          table(
            ["Option", "What it does"],
            options.map((option) => toRow(option).slice(0, 2)),
          ),
        ]),
  ];
}

function toRow({ name, short, value, description, setting }: Option): string[] {
  const flags = short === undefined ? `--${name}` : `-${short}, --${name}`;
  const head = value === undefined ? flags : `${flags} ${value}`;
  return [`\`${head}\``, description, setting === undefined ? "" : `\`${setting}\``];
}

function toLines({ line, what }: Example): string {
  return `# ${what}\n${line}`;
}
