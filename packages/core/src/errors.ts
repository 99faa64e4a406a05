/**
 * Every way an action can fail, with how each surface says it. `docs/reference/errors.md` is generated from this.
 * The JSON-RPC codes of our own lie outside -32768…-32000, which JSON-RPC and MCP keep for themselves
 * (MCP 2026-07-28, basic, "Error Codes").
 */
export const ERROR_CODES = {
  invalid_input: {
    http: 400,
    rpc: -32602,
    retryable: false,
    meaning: "An argument is missing, unknown or of the wrong kind; the message names it.",
  },
  unauthenticated: {
    http: 401,
    rpc: -31401,
    retryable: false,
    meaning: "No credential came with the request, or it is not known here.",
  },
  forbidden: {
    http: 403,
    rpc: -31403,
    retryable: false,
    meaning: "The caller is known, but may not do this.",
  },
  not_found: {
    http: 404,
    rpc: -32602,
    retryable: false,
    meaning:
      "There is no such tool, resource, prompt, connection or upstream object for this caller.",
  },
  conflict: {
    http: 409,
    rpc: -31409,
    retryable: false,
    meaning: "Something else is under way, or already there, that this call would contradict.",
  },
  rate_limited: {
    http: 429,
    rpc: -31429,
    retryable: true,
    meaning: "A limit is used up; `details.retry_after_s` says when to come back.",
  },
  consent_required: {
    http: 409,
    rpc: -31410,
    retryable: false,
    meaning: "A person has to agree first; the details carry the plan.",
  },
  plan_changed: {
    http: 409,
    rpc: -31411,
    retryable: false,
    meaning: "The world moved between plan and apply; the details carry the difference.",
  },
  outcome_unknown: {
    http: 502,
    rpc: -31512,
    retryable: false,
    meaning: "The request left, but no answer proves what came of it. It is not repeated blindly.",
  },
  upstream_rejected: {
    http: 502,
    rpc: -31502,
    retryable: false,
    meaning: "The upstream understood the request and refused it.",
  },
  upstream_unavailable: {
    http: 503,
    rpc: -31503,
    retryable: true,
    meaning: "The upstream could not be reached or failed on its own side.",
  },
  timeout: {
    http: 504,
    rpc: -31504,
    retryable: true,
    meaning: "The deadline of the call passed before there was an answer.",
  },
  cancelled: {
    http: 499,
    rpc: -31499,
    retryable: true,
    meaning: "The caller went away or cancelled the call.",
  },
  internal: {
    http: 500,
    rpc: -32603,
    retryable: false,
    meaning: "Fairlead itself failed; the log has the cause under the request id.",
  },
} as const satisfies Record<
  string,
  { http: number; rpc: number; retryable: boolean; meaning: string }
>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface FairleadErrorOptions {
  /** Facts a program can act on; never a secret, never a raw upstream body. */
  details?: Record<string, unknown>;
  /** What really happened; for the log only. */
  cause?: unknown;
  retryable?: boolean;
}

/** The one error type. Its message is safe to show and says what to do next. */
export class FairleadError extends Error {
  override readonly name = "FairleadError";
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: FairleadErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? ERROR_CODES[code].retryable;
    this.details = options.details;
  }
}

/** Turns whatever was thrown into a `FairleadError`; what nobody foresaw becomes `internal`, its cause kept for the log. */
export function toFairleadError(thrown: unknown): FairleadError {
  if (thrown instanceof FairleadError) return thrown;
  return new FairleadError(
    "internal",
    "Fairlead failed to handle this call. Its log has the cause.",
    {
      cause: thrown,
    },
  );
}
