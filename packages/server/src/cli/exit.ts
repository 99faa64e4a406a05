/** How the program ends; scripts may rely on it. */
export const EXIT = {
  ok: { code: 0, meaning: "It worked." },
  failed: { code: 1, meaning: "The action failed, or `doctor` found something that is broken." },
  usage: { code: 2, meaning: "The command line is wrong: an unknown command, option or argument." },
  config: { code: 3, meaning: "The configuration is wrong; standard error names every problem." },
  cannot_listen: {
    code: 4,
    meaning: "The server cannot listen, mostly because the port is taken.",
  },
  interrupted: { code: 130, meaning: "A second interrupt ended it at once." },
} as const satisfies Record<string, { code: number; meaning: string }>;

export type ExitName = keyof typeof EXIT;

/** Ends a command with words for a person on standard error. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exit: ExitName;

  constructor(exit: ExitName, message: string) {
    super(message);
    this.exit = exit;
  }
}
