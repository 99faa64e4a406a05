import type { Secret } from "@fairlead/core/secret";

/** Names under which secrets travel; what stands under one never reaches a log, at any level. */
const SECRET_NAME =
  /pass(word|wd|phrase)|pass$|pwd|secret|token$|jwt|authorization$|cookie|credential|(api|private|encryption|signing|master|access|ssh)[_-]?key|session[_-]?id$/i;

/** Shapes of secrets inside texts. */
const SECRET_TEXT = new RegExp(
  [
    // What begins with a mark of its maker.
    /\b(?:cw_|fl_|gh[pousr]_|github_pat_|glpat-|npm_|pypi-|sk-|xox[a-z]-)[\w-]{8,}/,
    // How credentials come in a header.
    /\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}/,
    // A JSON Web Token, and its encrypted kin.
    /\beyJ[\w-]{8,}(?:\.[\w-]*){2,4}/,
    // The user part of a URL.
    /(?<=\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+(?=@)/,
    // Named values in queries, forms and JSON.
    /(?<=\b(?:\w*password|passwd|pwd|\w*api_?key|\w*secret|\w*token|credential)\\?["']?\s*[=:]\s*\\?["']?)[^\s&"',;}\\]+/,
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gi",
);

const REDACTED = "[redacted]";
const MAX_DEPTH = 6;
const MAX_TEXT = 2_000;
const MAX_ITEMS = 50;
/** Shorter ones would mask words that mean something else. */
const SHORTEST_KNOWN = 6;

/** Makes a copy of a log line's fields that is safe to write: secrets masked, texts bounded, errors as plain objects. */
export type Redact = (value: unknown) => unknown;

/** `known` are secrets of this process: they are masked wherever they turn up, whatever they look like. */
export function createRedact(known: readonly Secret[] = []): Redact {
  const values = known
    .map((secret) => secret.reveal())
    .filter(({ length }) => length >= SHORTEST_KNOWN)
    .sort((a, b) => b.length - a.length);

  function text(value: string): string {
    let safe = value.slice(0, 2 * MAX_TEXT);
    for (const secret of values) safe = safe.replaceAll(secret, REDACTED);
    safe = safe.replaceAll(SECRET_TEXT, REDACTED);
    return safe.length > MAX_TEXT ? `${safe.slice(0, MAX_TEXT)}…` : safe;
  }

  function any(value: unknown, depth: number): unknown {
    if (typeof value === "string") return text(value);
    if (typeof value === "bigint") return String(value);
    if (typeof value !== "object" || value === null) return value;
    if (depth >= MAX_DEPTH) return "[deep]";
    if (value instanceof Error) return error(value, depth);
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((each) => any(each, depth + 1));
    if ("toJSON" in value && typeof value.toJSON === "function") {
      return any(value.toJSON(), depth + 1);
    }
    const entries = Symbol.iterator in value ? pairsOf(value) : Object.entries(value);
    return Object.fromEntries(
      entries.map(([name, each]) => [
        text(name),
        SECRET_NAME.test(name) && each !== undefined ? REDACTED : any(each, depth + 1),
      ]),
    );
  }

  function error(thrown: Error, depth: number): Record<string, unknown> {
    const { name, message, stack, cause } = thrown;
    return {
      name,
      message: text(message),
      ...("code" in thrown ? { code: any(thrown.code, depth + 1) } : {}),
      ...(stack === undefined ? {} : { stack: text(stack) }),
      ...(cause === undefined ? {} : { cause: any(cause, depth + 1) }),
    };
  }

  return (value) => any(value, 0);
}

/** Maps, headers and form fields keep what they hold out of sight of `Object.entries`. */
function pairsOf(value: object): [string, unknown][] {
  const all: unknown[] = Array.from(value as Iterable<unknown>);
  return all.slice(0, MAX_ITEMS).map((each, index) => {
    const isPair = Array.isArray(each) && each.length === 2;
    return isPair ? [String(each[0]), each[1]] : [String(index), each];
  });
}
