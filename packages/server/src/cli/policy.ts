import type { Invocation } from "./command.ts";
import { CliError } from "./exit.ts";
import { runPolicyCheck } from "./policy-check.ts";
import { runPolicyExplain } from "./policy-explain.ts";

export async function runPolicy(invocation: Invocation): Promise<number> {
  const [verb, ...words] = invocation.words;
  if (verb === "check") return runPolicyCheck({ ...invocation, words });
  if (verb === "explain" && words.length === 0) return runPolicyExplain(invocation);
  throw new CliError("usage", "fairlead policy takes check <file…>, or explain and options.");
}
