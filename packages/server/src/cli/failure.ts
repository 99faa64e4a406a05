import { styleText } from "node:util";
import { FairleadError } from "@fairlead/core/errors";
import { ConfigError, formatProblem } from "../config/problem.ts";
import { CliError, EXIT } from "./exit.ts";
import { plain } from "./output.ts";

/** Says on standard error what went wrong and what to do, and gives the exit code. */
export function report(thrown: unknown): number {
  const write = (text: string) => process.stderr.write(`${text}\n`);
  if (thrown instanceof CliError) {
    write(red(thrown.message));
    return EXIT[thrown.exit].code;
  }
  if (thrown instanceof ConfigError) {
    const count = thrown.problems.length;
    write(
      red(
        count === 1
          ? "The configuration is wrong:"
          : `The configuration is wrong in ${count} ways:`,
      ),
    );
    for (const problem of thrown.problems) write(`  ${formatProblem(problem)}`);
    write("Every setting, with what is in effect: fairlead config");
    return EXIT.config.code;
  }
  if (thrown instanceof FairleadError) {
    write(process.stderr.isTTY ? red(inWords(thrown)) : JSON.stringify(toEnvelope(thrown)));
    return EXIT.failed.code;
  }
  write(red("Fairlead failed unexpectedly:"));
  write(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  return EXIT.failed.code;
}

function inWords({ code, message }: FairleadError): string {
  return plain(`${code}: ${message}`);
}

function toEnvelope({ code, message, details }: FairleadError) {
  return { status: "error", code, message, ...(details === undefined ? {} : { details }) };
}

function red(text: string): string {
  return styleText("red", text, { stream: process.stderr });
}
