import type { Command, Invocation, Option, Verb } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { CliError } from "./exit.ts";

export async function runCompletion({ words }: Invocation): Promise<void> {
  process.stdout.write(await renderCompletion(words.join(" ")));
}

/** A command with its verbs, where these have options of their own. */
type Full = Command & { own: readonly Verb[] };

/** The completion script of a shell, made from the commands there are. */
export async function renderCompletion(shell: string): Promise<string> {
  const render = SHELLS[shell];
  if (render === undefined) {
    throw new CliError("usage", "Which shell? fairlead completion bash, zsh or fish");
  }
  const load = async (each: Command) => ({ ...each, own: (await each.verbs?.()) ?? [] });
  return render(await Promise.all(COMMANDS.map(load)));
}

const SHELLS: Readonly<Record<string, (commands: readonly Full[]) => string>> = { bash, zsh, fish };

/** Tools differ with connectors and settings, so the program itself is asked for their names. */
const TOOL_NAMES = "fairlead tools --names 2>/dev/null";

function bash(commands: readonly Full[]): string {
  const cases = commands.flatMap((command) => [
    `    ${command.name}) words="${[...wordsOf(command), ...flagsOf(command)].join(" ")}" ;;`,
  ]);
  const verbCases = commands.flatMap(({ name, own }) =>
    own
      .filter(({ options }) => options.length > 0)
      .map(
        (verb) =>
          `    "${name} ${verb.name}") words="$words ${verb.options.map(toFlag).join(" ")}" ;;`,
      ),
  );
  return `# Completions of fairlead for bash. Load them with: source <(fairlead completion bash)
_fairlead() {
  local current=\${COMP_WORDS[COMP_CWORD]} words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${namesOf()} --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac
  case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${verbCases.join("\n")}
  esac
  if [ "\${COMP_WORDS[1]}" = call ] && [ "$COMP_CWORD" -eq 2 ]; then
    words="$words $(${TOOL_NAMES})"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _fairlead fairlead
`;
}

function zsh(commands: readonly Full[]): string {
  const described = commands.map(({ name, summary }) => `    '${name}:${zshQuoted(summary)}'`);
  const cases = commands.map((command) => {
    const first = command.words?.length ? `'1:what:(${command.words.join(" ")})' ` : "";
    const tool = command.name === "call" ? `"1:tool:($(${TOOL_NAMES}))" ` : "";
    const line = (options: readonly Option[]) =>
      `_arguments ${tool}${first}${options.map(zshOption).join(" ")}`;
    const verbs = command.own.map(
      (verb) => `${verb.name}) ${line([...shownOf(command), ...verb.options])} ;; `,
    );
    if (verbs.length === 0) return `    ${command.name}) ${line(shownOf(command))} ;;`;
    return `    ${command.name}) case "$words[2]" in ${verbs.join("")}*) ${line(shownOf(command))} ;; esac ;;`;
  });
  return `#compdef fairlead
# Completions of fairlead for zsh. Load them with: source <(fairlead completion zsh)
_fairlead() {
  local -a commands
  commands=(
${described.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join("\n")}
  esac
}
compdef _fairlead fairlead
`;
}

function zshOption({ name, value, description, choices }: Option): string {
  const words = choices ? `(${choices.join(" ")})` : "_files";
  return `'--${name}[${zshQuoted(description)}]${value === undefined ? "" : `:value:${words}`}'`;
}

function fish(commands: readonly Full[]): string {
  const lines = commands.flatMap((command) => {
    const seen = `__fish_seen_subcommand_from ${command.name}`;
    const within = `-n "${seen}"`;
    return [
      `complete -c fairlead -f -n __fish_use_subcommand -a ${command.name} -d '${fishQuoted(command.summary)}'`,
      ...wordsOf(command).map((word) => `complete -c fairlead -f ${within} -a ${word}`),
      ...(command.name === "call"
        ? [`complete -c fairlead -f ${within} -a "(${TOOL_NAMES})"`]
        : []),
      ...shownOf(command).map((option) => `complete -c fairlead ${within} ${fishOption(option)}`),
      ...command.own.flatMap((verb) =>
        verb.options.map(
          (option) =>
            `complete -c fairlead -n "${seen}; and __fish_seen_subcommand_from ${verb.name}" ${fishOption(option)}`,
        ),
      ),
    ];
  });
  return `# Completions of fairlead for fish. Keep them with: fairlead completion fish > ~/.config/fish/completions/fairlead.fish\n${lines.join("\n")}\n`;
}

function fishOption({ name, short, value, choices, description }: Option): string {
  const letter = short === undefined ? "" : `-s ${short} `;
  const takes = value === undefined ? "" : " -r";
  const words = choices === undefined ? "" : ` -a "${choices.join(" ")}"`;
  return `${letter}-l ${name}${takes}${words} -d '${fishQuoted(description)}'`;
}

const namesOf = () => COMMANDS.map(({ name }) => name).join(" ");
const shownOf = ({ options }: Command) => options.filter(({ hidden }) => hidden !== true);
const wordsOf = ({ words = [] }: Command) => words;
const toFlag = ({ name }: Option) => `--${name}`;
const flagsOf = (command: Command) => shownOf(command).map(toFlag);
const fishQuoted = (text: string) => text.replaceAll(/[\\']/g, "\\$&");
const zshQuoted = (text: string) => text.replaceAll(/[[\]:\\]/g, "\\$&").replaceAll("'", "'\\''");
