/** Names under which secrets travel; what stands under one never reaches a log, at any level. */
const SECRET_NAME =
  /pass(word|wd)?$|secret|token$|api[_-]?key|^authorization$|cookie|credential|private[_-]?key|session[_-]?id$/i;
/** Shapes of secrets inside texts. */
const SECRET_TEXT =
  /\b(?:cw_|fl_)[A-Za-z0-9_-]{8,}|\bBearer\s+[A-Za-z0-9._~+/=-]{8,}|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_.-]*|\b(?:password|api_key|secret|token)=[^\s&"']+/gi;

const REDACTED = "[redacted]";
const MAX_DEPTH = 6;
const MAX_TEXT = 2_000;

/** A copy of a log line's fields that is safe to write: secrets masked, texts bounded, errors as plain objects. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value !== "object" || value === null) {
    return typeof value === "bigint" ? String(value) : value;
  }
  if (depth >= MAX_DEPTH) return "[deep]";
  if (value instanceof Error) return redactError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, 50).map((entry) => redact(entry, depth + 1));
  const safe: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(value)) {
    safe[name] =
      SECRET_NAME.test(name) && entry !== undefined ? REDACTED : redact(entry, depth + 1);
  }
  return safe;
}

export function redactText(text: string): string {
  const bounded = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return bounded.replaceAll(SECRET_TEXT, REDACTED);
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  return {
    name,
    message: redactText(message),
    ...("code" in error ? { code: error.code } : {}),
    ...(stack === undefined ? {} : { stack: redactText(stack) }),
    ...(cause === undefined ? {} : { cause: redact(cause, depth + 1) }),
  };
}
