import type { Command, Example, Option } from "../../../packages/server/src/cli/command.ts";
import { COMMANDS } from "../../../packages/server/src/cli/commands.ts";
import { EXIT } from "../../../packages/server/src/cli/exit.ts";
import { GENERATED, page, table } from "./markdown.ts";

export function renderCli(): string {
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
    ...COMMANDS.map(renderCommand),
  );
}

function renderCommand({ name, usage, summary, more = [], options, examples }: Command): string {
  const shown = options.filter(({ hidden }) => hidden !== true);
  return page(
    `## ${name}`,
    `${summary}.`,
    `\`${["fairlead", name, usage, "[options]"].filter(Boolean).join(" ")}\``,
    ...more,
    ...(shown.length === 0 ? [] : [table(["Option", "What it does", "Setting"], shown.map(toRow))]),
    `\`\`\`sh\n${examples.map(toLines).join("\n")}\n\`\`\``,
  ).trim();
}

function toRow({ name, short, value, description, setting }: Option): string[] {
  const flags = short === undefined ? `--${name}` : `-${short}, --${name}`;
  const head = value === undefined ? flags : `${flags} ${value}`;
  return [`\`${head}\``, description, setting === undefined ? "" : `\`${setting}\``];
}

function toLines({ line, what }: Example): string {
  return `# ${what}\n${line}`;
}
