const MAX_TEXT = 300;
const MAX_FACT = 32_000;

/** Bounded, and free of half surrogate pairs, which no canonical form exists for. */
export function toText(value: string): string {
  const short = value.length > MAX_TEXT ? value.slice(0, MAX_TEXT) : value;
  return short.isWellFormed() ? short : short.toWellFormed();
}

/**
 * A fact as JSON says it. Secrets print as `[redacted]`; raw bytes are never a fact of an act, so they do the same. What
 * JSON cannot say must not cost the row it stands in.
 */
export function toFact(value: unknown): unknown {
  try {
    const text = JSON.stringify({ value }, readable);
    if (text.length > MAX_FACT) return "[too long]";
    const { value: fact = null }: { value?: unknown } = JSON.parse(text);
    return fact;
  } catch {
    return "[unreadable]";
  }
}

function readable(this: Record<string, unknown>, key: string, member: unknown): unknown {
  if (ArrayBuffer.isView(this[key])) return "[redacted]";
  return typeof member === "string" ? member.toWellFormed() : member;
}
