import canonicalize from "canonicalize";

/** Canonical JSON (RFC 8785). Throws on what JSON cannot say: NaN, cycles, half of a surrogate pair. */
export function toCanonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("Only JSON values have a canonical form.");
  return text;
}
