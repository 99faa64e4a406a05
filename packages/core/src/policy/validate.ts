import type { DetailedError } from "@cedar-policy/cedar-wasm/nodejs";
import type { Connector } from "../connector.ts";
import { type Cedar, createCedar } from "./cedar.ts";
import type { Mark } from "./mark.ts";
import { requireModest } from "./policy-text.ts";
import { readRules } from "./rule.ts";
import { toCedarSchema } from "./schema.ts";

/** A policy as somebody wrote it; `name` is a file's, or what an administrator called it. */
export interface PolicyText {
  name: string;
  text: string;
}

export interface Finding {
  /** Name of the policy it is about. */
  policy: string;
  message: string;
  /** What to do about it, where Cedar knows. */
  help: string | null;
  /** From 1, in characters; null where it is about the whole. */
  line: number | null;
  column: number | null;
}

/** A rule that asks for consent. */
export interface FoundMark extends Mark {
  /** Name of the policy it stands in. */
  policy: string;
}

export interface Findings {
  /** A policy with one of these must not be saved. */
  errors: Finding[];
  /** Legal, but hardly what was meant. */
  warnings: Finding[];
  /** What rules ask for instead of deciding, of policies without errors. */
  marks: FoundMark[];
}

/** Checks policies against what these connectors offer, in a Cedar of its own: what is tried here harms nothing else. */
export function createPolicyCheck(
  connectors: readonly Connector[],
): (policies: readonly PolicyText[]) => Findings {
  const cedar = createCedar(1);
  const schema = toCedarSchema(connectors);
  return (policies) => {
    const findings: Findings = { errors: [], warnings: [], marks: [] };
    for (const policy of policies) {
      const found = checkOne(cedar, schema, policy);
      findings.errors.push(...found.errors);
      findings.warnings.push(...found.warnings);
      findings.marks.push(...(found.marks ?? []));
    }
    return findings;
  };
}

/** Checks one text as it is about to be saved. Each finding is a sentence with its place in the text. */
export function validatePolicies(
  text: string,
  connectors: readonly Connector[],
): { errors: string[]; warnings: string[] } {
  const { errors, warnings } = createPolicyCheck(connectors)([{ name: "policy", text }]);
  return { errors: errors.map(inWords), warnings: warnings.map(inWords) };
}

/** `night.cedar:3:14: attribute … not found (try …).` */
export function inWords({ policy, line, column, message, help }: Finding): string {
  const where = line === null ? policy : `${policy}:${line}:${column}`;
  return `${where}: ${message}${help === null ? "" : ` (${help})`}.`;
}

function checkOne(
  cedar: Cedar,
  schema: ReturnType<typeof toCedarSchema>,
  { name, text }: PolicyText,
): Omit<Findings, "marks"> & { marks?: FoundMark[] } {
  const finding = (
    error: Pick<DetailedError, "message" | "help" | "sourceLocations">,
  ): Finding => ({
    policy: name,
    message: error.message.replaceAll(/\bfor policy `[^`]*`[,:]\s*/g, "").replace(/\.$/, ""),
    help: error.help?.replaceAll(/\bfor policy `[^`]*`[,:]\s*/g, "").replace(/\.$/, "") ?? null,
    ...placeOf(text, error.sourceLocations?.[0]?.start),
  });
  const whole = (message: string): Finding => finding({ message, help: null });
  try {
    requireModest(text);
    const answer = cedar.run(({ validate }) =>
      validate({ schema, policies: { staticPolicies: text } }),
    );
    if (answer.type === "failure") return { errors: answer.errors.map(finding), warnings: [] };
    const errors = gathered(answer.validationErrors.map(({ error }) => finding(error)));
    const warnings = gathered([
      ...answer.validationWarnings.map(({ error }) => finding(error)),
      ...answer.otherWarnings.map(finding),
    ]);
    if (errors.length > 0) return { errors, warnings };
    const rules = readRules(cedar, { id: "pol_checked", text });
    if (rules.length === 0) return { errors: [whole("there is no rule in it")], warnings };
    if (rules.some(({ effect }) => effect === "permit")) warnings.push(whole(PERMIT_NARROWS));
    const marks = rules
      .flatMap(({ mark }) => mark ?? [])
      .map((mark) => ({ policy: name, ...mark }));
    return { errors, warnings, marks };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { errors: [whole(message)], warnings: [] };
  }
}

/** A rule is wrong once for each action it might be about. One finding for each place, and how many more. */
function gathered(findings: readonly Finding[]): Finding[] {
  const places = Map.groupBy(findings, ({ line, column }) => `${line}:${column}`);
  return [...places.values()].flatMap((here) => {
    const [first, ...more] = here.sort((a, b) => (a.message < b.message ? -1 : 1));
    if (first === undefined) return [];
    const others = more.length === 0 ? "" : `, and ${more.length} more like it`;
    return [{ ...first, message: `${first.message}${others}` }];
  });
}

const PERMIT_NARROWS =
  "with a permit among its rules, a tenant allows only what some permit allows, on top of roles; " +
  "to keep everything else as it is, write it as a forbid";

/** Cedar counts bytes of UTF-8. */
function placeOf(text: string, start: number | undefined): Pick<Finding, "line" | "column"> {
  if (start === undefined) return { line: null, column: null };
  const before = Buffer.from(text).subarray(0, start).toString().split("\n");
  return { line: before.length, column: [...(before.at(-1) ?? "")].length + 1 };
}
