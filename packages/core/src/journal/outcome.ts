import type { ToolAnswer } from "../call/shape.ts";
import { ERROR_CODES, type ErrorCode, FairleadError } from "../errors.ts";
import { isRecord } from "../is-record.ts";

/** How a call ended, as it is kept for a retry under the same key. */
export type Outcome = { answer: ToolAnswer } | { error: KeptError };

export interface KeptError {
  code: ErrorCode;
  message: string;
  details?: Readonly<Record<string, unknown>>;
}

/**
 * Failures after which nobody knows whether the upstream did it: the request had left, and what came back, if anything,
 * was no answer to it.
 */
const AMBIGUOUS: ReadonlySet<ErrorCode> = new Set([
  "timeout",
  "cancelled",
  "upstream_unavailable",
  "outcome_unknown",
  "internal",
]);

/** What a failure says of the effect: it never left, it was refused for certain, or nobody knows. */
export function verdictOf(
  error: FairleadError,
  effectMayHaveLeft: boolean,
): "not_sent" | "refused" | "unknown" {
  if (!effectMayHaveLeft) return "not_sent";
  return AMBIGUOUS.has(error.code) ? "unknown" : "refused";
}

export function keptError({ code, message, details }: FairleadError): KeptError {
  return { code, message, ...(details === undefined ? {} : { details }) };
}

export function toError({ code, message, details }: KeptError): FairleadError {
  return new FairleadError(code, message, details === undefined ? {} : { details });
}

/** Reads what was kept; undefined for what is no outcome. */
export function parseOutcome(value: unknown): Outcome | undefined {
  if (!isRecord(value)) return undefined;
  const { answer, error } = value;
  if (isRecord(answer) && Array.isArray(answer.content)) return { answer: answer as never };
  if (isRecord(error) && typeof error.code === "string" && error.code in ERROR_CODES)
    return { error: error as never };
  return undefined;
}

/** What a retry is told of an effect that is known to have happened, and whose answer nobody can give any more. */
export function answerLost(operation_id: string | null, message: string): KeptError {
  return {
    code: "conflict",
    message: `This was done before, and what it answered is lost. ${message} It is not repeated; look with a reading tool.`,
    details: { reason: "settled", ...(operation_id === null ? {} : { operation_id }) },
  };
}

/** Told plainly: the effect may have happened, it is not repeated, and this is where it is followed. */
export function outcomeUnknown(
  tool: string,
  operation_id: string | undefined,
  cause?: unknown,
): FairleadError {
  const next =
    operation_id === undefined
      ? "Look with a reading tool before you try it again; repeating it under the same idempotency_key is safe."
      : `Follow it with fairlead_get_operation ("${operation_id}"); it is settled by evidence, or by a person.`;
  return new FairleadError(
    "outcome_unknown",
    `The request of ${tool} left, and no answer proves what came of it. It is not repeated by itself. ${next}`,
    { details: operation_id === undefined ? {} : { operation_id }, cause },
  );
}
