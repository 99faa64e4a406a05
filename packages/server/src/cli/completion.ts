import type { Command, Invocation, Option } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { CliError } from "./exit.ts";

export async function runCompletion({ words }: Invocation): Promise<void> {
  process.stdout.write(renderCompletion(words.join(" ")));
}

/** The completion script of a shell, made from the commands there are. */
export function renderCompletion(shell: string): string {
  const render = SHELLS[shell];
  if (render !== undefined) return render();
  throw new CliError("usage", "Which shell? fairlead completion bash, zsh or fish");
}

const SHELLS: Readonly<Record<string, () => string>> = { bash, zsh, fish };

/** Tools differ with connectors and settings, so the program itself is asked for their names. */
const TOOL_NAMES = "fairlead tools --names 2>/dev/null";

function bash(): string {
  const cases = COMMANDS.map(
    (command) =>
      `    ${command.name}) words="${[...wordsOf(command), ...flagsOf(command)].join(" ")}" ;;`,
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
  if [ "\${COMP_WORDS[1]}" = call ] && [ "$COMP_CWORD" -eq 2 ]; then
    words="$words $(${TOOL_NAMES})"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _fairlead fairlead
`;
}

function zsh(): string {
  const described = COMMANDS.map(({ name, summary }) => `    '${name}:${zshQuoted(summary)}'`);
  const cases = COMMANDS.map((command) => {
    const first = command.words?.length ? `'1:what:(${command.words.join(" ")})' ` : "";
    const options = shownOf(command).map(
      ({ name, value, description, choices }) =>
        `'--${name}[${zshQuoted(description)}]${value === undefined ? "" : `:value:${choices ? `(${choices.join(" ")})` : "_files"}`}'`,
    );
    const tool = command.name === "call" ? `"1:tool:($(${TOOL_NAMES}))" ` : "";
    return `    ${command.name}) _arguments ${tool}${first}${options.join(" ")} ;;`;
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

function fish(): string {
  const lines = COMMANDS.flatMap((command) => {
    const within = `-n "__fish_seen_subcommand_from ${command.name}"`;
    return [
      `complete -c fairlead -f -n __fish_use_subcommand -a ${command.name} -d '${fishQuoted(command.summary)}'`,
      ...wordsOf(command).map((word) => `complete -c fairlead -f ${within} -a ${word}`),
      ...(command.name === "call"
        ? [`complete -c fairlead -f ${within} -a "(${TOOL_NAMES})"`]
        : []),
      ...shownOf(command).map((option) => `complete -c fairlead ${within} ${fishOption(option)}`),
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
const flagsOf = (command: Command) => shownOf(command).map(({ name }) => `--${name}`);
const fishQuoted = (text: string) => text.replaceAll(/[\\']/g, "\\$&");
const zshQuoted = (text: string) => text.replaceAll(/[[\]:\\]/g, "\\$&").replaceAll("'", "'\\''");
