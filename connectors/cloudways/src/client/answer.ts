import { FairleadError } from "@fairlead/core/errors";
import { isRecord } from "@fairlead/core/is-record";
import type { z } from "zod";
import type { UpstreamAnswer, UpstreamRequest } from "./exchange.ts";
import { parseJson } from "./json.ts";
import { type HideSecrets, toRefusal } from "./refusal.ts";

/** The JSON of an answer that means success, or throws what the answer means. */
export function readAnswer(
  request: UpstreamRequest,
  answer: UpstreamAnswer,
  hideSecrets: HideSecrets,
): unknown {
  const refusal = () => toRefusal(request, answer, hideSecrets);
  if (answer.status < 200 || answer.status > 299) throw refusal();
  if (answer.body.trim() === "") {
    // Some writes say nothing when all is well; a read that says nothing has no answer in it.
    if (request.access === "write") return {};
    throw unusable(request, "nothing");
  }
  const payload = parseJson(answer.body);
  if (payload === undefined) throw unusable(request, "something that is not JSON");
  if (saysFailure(payload)) throw refusal();
  return payload;
}

/** Turns a payload into our own shape, or throws when Cloudways changed its own beyond recognition. */
export function parsePayload<T extends z.ZodType>(
  schema: T,
  payload: unknown,
  path: string,
): z.output<T> {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path, code }) => `${path.join(".")} ${code}`);
  throw new FairleadError(
    "upstream_unavailable",
    `Cloudways answered ${path} in a shape this Fairlead does not know. An update of Fairlead may help.`,
    {
      details: { reason: "unexpected_shape" },
      retryable: false,
      cause: new Error(where.slice(0, 5).join("; ")),
    },
  );
}

/** A 2xx may still be a failure: `status` false, or an `error` that says something. */
function saysFailure(payload: unknown): boolean {
  if (!isRecord(payload)) return false;
  const { status, error } = payload;
  if (status === false || status === "false") return true;
  return Boolean(error) && error !== "0" && error !== "false";
}

function unusable(request: UpstreamRequest, what: string): FairleadError {
  return new FairleadError(
    "upstream_unavailable",
    `Cloudways answered ${request.method} ${request.path} with ${what}. Try again in a moment.`,
    { details: { reason: "unusable_answer" } },
  );
}
