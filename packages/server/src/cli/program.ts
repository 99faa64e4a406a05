import type { Environment } from "../config/sources.ts";
import { VERSION } from "../version.ts";
import { COMMANDS } from "./commands.ts";
import { CliError, EXIT } from "./exit.ts";
import { parseInvocation } from "./parse.ts";

/** Runs the program and resolves with its exit code. Each command is loaded when it is called. */
export async function run(argv: readonly string[], environment: Environment): Promise<number> {
  try {
    return await dispatch(argv, environment);
  } catch (thrown) {
    return (await import("./failure.ts")).report(thrown);
  }
}

async function dispatch(argv: readonly string[], environment: Environment): Promise<number> {
  const [name, ...rest] = argv;
  if (name === "--version" || name === "-V" || name === "version") {
    process.stdout.write(`${VERSION}\n`);
    return EXIT.ok.code;
  }
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const { programHelp, commandHelp } = await import("./help.ts");
    const command = COMMANDS.find((each) => each.name === rest[0]);
    process.stdout.write(
      command === undefined ? programHelp() : await commandHelp(command, rest.slice(1)),
    );
    return EXIT.ok.code;
  }
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) return refuse(name);
  const isHelp = rest.includes("--help") || rest.includes("-h");
  if (isHelp) {
    const { commandHelp } = await import("./help.ts");
    process.stdout.write(await commandHelp(command, rest));
    return EXIT.ok.code;
  }
  const invocation = await parseInvocation(command, rest, environment);
  const runCommand = await command.load();
  return (await runCommand(invocation)) ?? EXIT.ok.code;
}

async function refuse(name: string): Promise<never> {
  const { didYouMean } = await import("../config/names.ts");
  const valid = COMMANDS.map((command) => command.name);
  const hint = didYouMean(name, valid);
  throw new CliError("usage", `There is no command "${name}".${hint} See: fairlead --help`);
}
