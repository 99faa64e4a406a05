import { createInterface } from "node:readline";
import { CliError } from "./exit.ts";

/** Whether somebody can be asked here. */
export function isAtTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}

/**
 * Throws unless a person can be asked here. A program that runs commands, such as a model's shell, has no terminal: what
 * is a person's to say is not said in passing. Whoever controls the terminal is the operator; nothing here proves more.
 */
export function requireTerminal(what: string): void {
  if (isAtTerminal()) return;
  throw new CliError(
    "failed",
    `${what} is a person's to do, at a terminal: standard input or output is none here, and no option stands in for it. ` +
      "Run it yourself on the server, or use the page of the plan.",
  );
}

/** What a person types; undefined when they leave instead. */
export function ask(question: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  return new Promise((resolve) => {
    lines.once("close", () => resolve(undefined));
    lines.question(question, (answer) => {
      resolve(answer.trim());
      lines.close();
    });
  });
}
