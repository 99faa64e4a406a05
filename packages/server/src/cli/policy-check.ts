import { readFileSync } from "node:fs";
import { text as readText } from "node:stream/consumers";
import {
  createPolicyCheck,
  type Finding,
  inWords,
  type PolicyText,
} from "@fairlead/core/policy/validate";
import type { Invocation } from "./command.ts";
import { consentInWords } from "./consent-words.ts";
import { CliError, EXIT } from "./exit.ts";
import { loadFor } from "./loading.ts";
import { plain, print, printJson, wantsJson } from "./output.ts";

/** Checks files against the tools there are, without opening any state. */
export async function runPolicyCheck(invocation: Invocation): Promise<number> {
  const { words } = invocation;
  if (words.length === 0) throw new CliError("usage", "Which file? fairlead policy check <file…>");
  const { connectors } = await loadFor(invocation, "once");
  const texts = await Promise.all(words.map(readPolicy));
  const { errors, warnings, marks } = createPolicyCheck(connectors)(texts);
  const isFine = errors.length === 0;
  if (wantsJson(invocation)) printJson({ ok: isFine, errors, warnings, marks });
  else {
    for (const error of errors) show("error", error);
    for (const warning of warnings) show("warning", warning);
    for (const mark of marks) {
      print(plain(`consent: ${mark.policy}: a rule asks for ${consentInWords(mark)}.`));
    }
    if (isFine) print(texts.length === 1 ? "The policy is valid." : "The policies are valid.");
  }
  return isFine ? EXIT.ok.code : EXIT.failed.code;
}

async function readPolicy(path: string): Promise<PolicyText> {
  if (path === "-") return { name: "standard input", text: await readText(process.stdin) };
  try {
    return { name: path, text: readFileSync(path, "utf8") };
  } catch {
    throw new CliError("usage", `${path} cannot be read. Check the path.`);
  }
}

function show(kind: "error" | "warning", finding: Finding): void {
  print(plain(`${kind}: ${inWords(finding)}`));
}
