import { FairleadError } from "@fairlead/core/errors";
import { isRecord } from "@fairlead/core/is-record";
import type { UpstreamAnswer, UpstreamRequest } from "./exchange.ts";
import { parseJson } from "./json.ts";
import { cleanLine } from "./untrusted.ts";

const MAX_WORDS = 300;
const MAX_READ = 4_000;
const MAX_FIELDS = 10;
/** What Cloudways recommends is not always in its answer (`Retry-After` may be missing, or a word). */
const DEFAULT_RETRY_AFTER_S = 30;
const MAX_RETRY_AFTER_S = 3_600;

/** Takes out of a text what only we and the upstream may know. */
export type HideSecrets = (text: string) => string;

interface Words {
  /** What Cloudways says in its own words; empty when it says nothing readable. */
  said: string;
  /** Field → what is wrong with it. */
  fields: Record<string, string> | undefined;
}

/** What an answer that is no success means. */
export function toRefusal(
  request: UpstreamRequest,
  answer: UpstreamAnswer,
  hideSecrets: HideSecrets,
): FairleadError {
  const { status } = answer;
  const words = toWords(answer.body, hideSecrets);
  const says = words.said === "" ? "" : ` Cloudways says: "${words.said}"`;
  const cause = new Error(`${request.method} ${request.path} answered ${status}: ${words.said}`);
  const fields = words.fields === undefined ? {} : { fields: words.fields };

  switch (true) {
    case status === 401:
      return new FairleadError("unauthenticated", `Cloudways did not accept the token.${says}`, {
        details: { reason: "token_refused" },
        cause,
      });
    case status === 403:
      return forbidden(request, says, cause);
    case status === 404:
      return new FairleadError("not_found", `Cloudways does not know what was asked for.${says}`, {
        details: { reason: "upstream_not_found" },
        cause,
      });
    case status === 422 && words.fields !== undefined:
      return new FairleadError("invalid_input", `Cloudways refused the arguments.${says}`, {
        details: { reason: "upstream_validation", ...fields },
        cause,
      });
    case status === 429:
      return tooMany(answer.retryAfter, says, cause);
    case status >= 500 || (status >= 300 && status < 400):
      return new FairleadError(
        "upstream_unavailable",
        `Cloudways failed with status ${status}. Try again in a moment.${says}`,
        { details: { reason: "upstream_failure", status }, cause },
      );
    default:
      return new FairleadError("upstream_rejected", `Cloudways refused the request.${says}`, {
        details: { reason: "upstream_refusal", status, ...fields },
        cause,
      });
  }
}

function forbidden(request: UpstreamRequest, says: string, cause: Error): FairleadError {
  return request.access === "write"
    ? new FairleadError(
        "forbidden",
        `The credential of this connection may not change things at Cloudways. Use an access token with the role FULL or LIMITED.${says}`,
        { details: { reason: "token_scope" }, cause },
      )
    : new FairleadError(
        "forbidden",
        `The credential of this connection may not read this at Cloudways. Ask the account's owner for the right.${says}`,
        { details: { reason: "upstream_forbidden" }, cause },
      );
}

function tooMany(retryAfter: string | null, says: string, cause: Error): FairleadError {
  const retry_after_s = /^\d+$/.test(retryAfter?.trim() ?? "")
    ? Math.min(Number(retryAfter), MAX_RETRY_AFTER_S)
    : DEFAULT_RETRY_AFTER_S;
  return new FairleadError(
    "rate_limited",
    `Cloudways takes no more requests from this account for now. Try again in ${retry_after_s} s.${says}`,
    { details: { retry_after_s, reason: "upstream_limit" }, cause },
  );
}

/** Reads every form in which Cloudways words a failure: OAuth pairs, messages, maps of fields, plain text. */
function toWords(body: string, hideSecrets: HideSecrets): Words {
  // Hidden once nothing invisible can split a secret any more, and before a cut could leave half of one. A quotation
  // mark would let the rest of the text pass for ours.
  const quote = (text: string, maxLength: number) =>
    cleanLine(hideSecrets(cleanLine(text, MAX_READ)).replaceAll('"', "'"), maxLength);

  const payload = parseJson(body);
  const text = payload === undefined ? plainText(body) : payload;
  if (typeof text === "string") return { said: quote(text, MAX_WORDS), fields: undefined };
  if (!isRecord(text)) return { said: "", fields: undefined };
  const fields = toFields(text, quote);
  const candidates = [text.error_description, text.message, text.error, listFields(fields)];
  const said = candidates.filter((word) => typeof word === "string").find((word) => word.trim());
  return { said: quote(said ?? "", MAX_WORDS), fields };
}

/** An error page is no message: nothing in it is meant for us. */
function plainText(body: string): string {
  return body.trimStart().startsWith("<") ? "" : body;
}

function toFields(
  payload: Record<string, unknown>,
  quote: (text: string, maxLength: number) => string,
): Record<string, string> | undefined {
  const source = isRecord(payload.errors) ? payload.errors : payload;
  const fields: [string, string][] = [];
  for (const [name, problems] of Object.entries(source)) {
    if (fields.length === MAX_FIELDS) break;
    if (!Array.isArray(problems)) continue;
    const messages = problems.map(toMessage).filter((message) => message !== "");
    if (messages.length > 0) fields.push([quote(name, 60), quote(messages.join(" "), 200)]);
  }
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

function toMessage(problem: unknown): string {
  if (typeof problem === "string") return problem;
  return isRecord(problem) && typeof problem.message === "string" ? problem.message : "";
}

function listFields(fields: Record<string, string> | undefined): string {
  return Object.entries(fields ?? {})
    .map(([name, message]) => `${name}: ${message}`)
    .join("; ");
}
