import type { AllowanceState } from "@fairlead/core/call/request";
import { ERROR_CODES, type FairleadError } from "@fairlead/core/errors";
import type { Context, Env } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** The envelope of REST answers: `status`, `data`, `message`, on errors `code` and `details`. */
export function answer<E extends Env>(
  c: Context<E>,
  data: unknown,
  status: ContentfulStatusCode = 200,
): Response {
  return c.json({ status: "success", data, message: null }, status);
}

/** Reasons for which HTTP has a status of its own. */
const STATUS_OF_REASON: Readonly<Record<string, ContentfulStatusCode>> = {
  method: 405,
  too_large: 413,
  content_type: 415,
};

function statusOf({ code, details }: FairleadError): ContentfulStatusCode {
  const own = code === "invalid_input" ? STATUS_OF_REASON[String(details?.reason)] : undefined;
  return own ?? (ERROR_CODES[code].http as ContentfulStatusCode);
}

/** A failure, as the envelope or, where Accept asks for it, as `application/problem+json` (RFC 9457). */
export function fail<E extends Env>(
  c: Context<E>,
  error: FairleadError,
  challenge?: string,
): Response {
  const { code, message, details } = error;
  const status = statusOf(error);
  if (challenge !== undefined) c.header("WWW-Authenticate", challenge);
  if (details?.retry_after_s !== undefined) c.header("Retry-After", String(details.retry_after_s));
  if (code === "rate_limited") tellAllowance(c, details);
  if (c.req.header("accept")?.includes("application/problem+json") === true) {
    const problem = { type: "about:blank", title: code, status, detail: message };
    const body = JSON.stringify({ ...problem, ...(details === undefined ? {} : { details }) });
    return c.body(body, status, { "Content-Type": "application/problem+json" });
  }
  const more = details === undefined ? {} : { details };
  return c.json({ status: "error", data: null, message, code, ...more }, status);
}

/** How the caller's allowance stands (draft-ietf-httpapi-ratelimit-headers, up to 07). */
export function tellAllowance<E extends Env>(
  c: Context<E>,
  state: Partial<Pick<AllowanceState, "limit" | "remaining" | "reset_s">> = {},
): void {
  if (state.limit !== undefined) c.header("RateLimit-Limit", String(state.limit));
  if (state.remaining !== undefined) c.header("RateLimit-Remaining", String(state.remaining));
  if (state.reset_s !== undefined) c.header("RateLimit-Reset", String(state.reset_s));
}
