import { isRecord } from "@fairlead/core/is-record";
import { BUILT_IN_TOOLS } from "@fairlead/testkit/built-in";
import type { Difference } from "./compare.ts";

/** A difference that is meant: in which cases, where in the answer, and what exactly. */
interface Deliberate {
  reason: string;
  /** Names of cases; a fuzzed request carries the name of the case it came from, after `fuzzed `. */
  cases: RegExp;
  /** Path in the comparable answer; `[*]` stands for any index. */
  paths: readonly string[];
  is(difference: Difference): boolean;
}

const LIST = "messages[*].result.tools[*]";
const TOOL = "messages[*].result";

export const DELIBERATE: readonly Deliberate[] = [
  {
    reason: "A list is read by models, so what every schema repeats is left out.",
    cases: /./,
    paths: [`${LIST}.inputSchema.$schema`, `${LIST}.outputSchema.$schema`],
    is: ({ ours }) => ours === undefined,
  },
  {
    reason:
      "Every tool takes the arguments `connection`, `cursor`, `idempotency_key` and `confirm`, so no schema closes its root.",
    cases: /./,
    paths: [`${LIST}.inputSchema.additionalProperties`],
    is: ({ ours }) => ours === undefined,
  },
  {
    reason: "An answer may grow a field without its readers breaking.",
    cases: /./,
    paths: [`${LIST}.outputSchema.additionalProperties`],
    is: ({ ours }) => ours === undefined,
  },
  {
    reason: "What plans, follows and takes back the calls of other tools is listed beside them.",
    cases: /./,
    paths: [LIST],
    is: ({ theirs, ours }) => theirs === undefined && isRecord(ours) && isBuiltIn(ours.name),
  },
  {
    reason: "What was too long for an answer can be read.",
    cases: /./,
    paths: ["messages[*].result.resourceTemplates[*]"],
    is: ({ theirs, ours }) =>
      theirs === undefined &&
      isRecord(ours) &&
      ours.uriTemplate === "fairlead://results/{result_id}",
  },
  {
    reason: "Arguments that every tool takes are no unknown ones.",
    cases: /^(modern|legacy) call with the argument (connection|cursor|idempotency_key|confirm)$/,
    paths: [`${TOOL}.isError`, `${TOOL}.content[*].text`, `${TOOL}.structuredContent`],
    is: () => true,
  },
  {
    reason: "An unknown argument is refused whatever its name; the SDK drops this one unseen.",
    cases: /^__proto__ in strict arguments$/,
    paths: [`${TOOL}.isError`, `${TOOL}.content[*].text`, `${TOOL}.structuredContent`],
    is: () => true,
  },
  {
    reason: "What is not there says so in a form that programs can read.",
    cases: /\bname\b|\bread\b|subscribe|completion|prompts\/get|tools\/call/,
    paths: ["messages[*].error.data", "messages[*].error.data.reason"],
    is: ({ theirs, ours }) =>
      (theirs === undefined || theirs === "invalid_uri") &&
      (ours === "unknown_target" || (isRecord(ours) && ours.reason === "unknown_target")),
  },
  {
    reason: "A prompt's bad arguments are named one by one.",
    cases: /prompt/,
    paths: ["messages[*].error.data"],
    is: ({ theirs, ours }) => theirs === undefined && isRecord(ours) && Array.isArray(ours.issues),
  },
  {
    reason: "Which header and argument disagree is said in the message alone.",
    cases: /^header: |header parameters/,
    paths: ["messages[*].error.data"],
    is: ({ theirs, ours }) => ours === undefined && isRecord(theirs) && "mismatch" in theirs,
  },
  {
    reason: "An empty elicitation capability means forms, so it is all that has to be declared.",
    cases: /^asking a client without capabilities$|^fuzzed .*that asks$/,
    paths: ["messages[*].error.data.requiredCapabilities.elicitation.form"],
    is: ({ ours }) => ours === undefined,
  },
  {
    reason: "Variables of a URI template are decoded (RFC 6570, 1.4).",
    cases: /^(modern|legacy) read of "twin:\/\/notes\/a%20b"$/,
    paths: ["messages[*].result.contents[*].text"],
    is: ({ theirs, ours }) => decodeURIComponent(String(theirs)) === ours,
  },
  {
    reason:
      "A variable of a URI template takes whatever is no slash; the SDK's also stops at a comma.",
    cases:
      /^(modern|legacy) read of "twin:\/\/notes\/a,b"$|^fuzzed .* resources\/read of a template$/,
    paths: ["messages[*].error", "messages[*].result"],
    is: ({ theirs, ours }) => uriOf(theirs).includes(",") || uriOf(ours).includes(","),
  },
  {
    reason: "A state that was never given out is refused wherever it is shown.",
    cases:
      /^(subscribe|completion) with a requestState$|^fuzzed .*(resources\/subscribe|completion of)/,
    paths: ["messages[*].error", "messages[*].result"],
    is: ({ ours }) => ours === undefined || isStateRefusal(ours),
  },
  {
    reason: "Nobody is told that it will hear of a resource which is not there, or not for it.",
    cases: /^listen to an unknown resource$|^fuzzed modern subscriptions\/listen$/,
    paths: [
      "messages[*].params.notifications.resourceSubscriptions",
      "messages[*].params.notifications.resourceSubscriptions[*]",
    ],
    is: ({ ours }) => ours === undefined || (Array.isArray(ours) && ours.length === 0),
  },
  {
    reason: "A completion always says how many values there are.",
    cases: /completion/,
    paths: ["messages[*].result.completion.total"],
    is: ({ theirs, ours }) => theirs === undefined && ours === 0,
  },
  {
    reason: "Calls may go on as tasks, which the official server does not know.",
    cases: /./,
    paths: ["messages[*].result.capabilities.extensions", "messages[*].result.capabilities.tasks"],
    is: ({ theirs, ours }) => theirs === undefined && isRecord(ours),
  },
  {
    reason: "A task that is asked for is looked for, and who did not declare tasks is told so.",
    cases: /tasks\/get/,
    paths: ["status", "messages[*].error.code", "messages[*].error.data"],
    is: ({ theirs, ours }) =>
      theirs === undefined ||
      (theirs === 404 && ours === 400) ||
      (theirs === -32601 && (ours === -32602 || ours === -32021)),
  },
  {
    reason: "A tool that is quick cannot be called as a task (2025-11-25, tasks, `taskSupport`).",
    cases: /^legacy call as a task$/,
    paths: ["messages[*].error", "messages[*].result"],
    is: ({ theirs, ours }) => ours === undefined || (theirs === undefined && isRecord(ours)),
  },
  {
    reason: "A legacy client that names the stream first gets its list as one.",
    cases: /^accept of a legacy list, stream first$/,
    paths: ["headers.content-type", "headers.x-accel-buffering"],
    is: ({ ours }) => ours === "text/event-stream" || ours === "no",
  },
];

/** The entry that a difference falls under, if it is meant. */
export function findDeliberate(name: string, difference: Difference): Deliberate | undefined {
  const path = difference.path.replaceAll(/\[\d+\]/g, "[*]");
  return DELIBERATE.find(
    ({ cases, paths, is }) => cases.test(name) && paths.includes(path) && is(difference),
  );
}

function isBuiltIn(name: unknown): boolean {
  return BUILT_IN_TOOLS.some((each) => each === name);
}

/** The URI that an error or the contents of a resource are about. */
function uriOf(answer: unknown): string {
  if (!isRecord(answer)) return "";
  const { data, contents } = answer;
  const holder: unknown = Array.isArray(contents) ? contents[0] : data;
  return isRecord(holder) ? String(holder.uri) : "";
}

function isStateRefusal(answer: unknown): boolean {
  const data = isRecord(answer) && isRecord(answer.data) ? answer.data : {};
  return data.reason === "invalid_request_state" || data.reason === "invalid_input_responses";
}
