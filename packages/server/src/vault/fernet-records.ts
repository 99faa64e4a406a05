import { isRecord } from "@fairlead/core/is-record";
import { openFernet } from "@fairlead/core/vault/fernet";

/** A customer of the original Cloudways server, opened. Whoever reads it overwrites the key. */
export interface FernetRecord {
  email: string;
  api_key: Buffer;
  /** Milliseconds; the newest of several records of one account counts. */
  sealed_at: number;
}

export type ReadRecord =
  | { ok: true; line: number; record: FernetRecord }
  | { ok: false; line: number; why: string };

const MAX_LINE = 64 * 1024;
/** How the original calls them, and what exports make of it. */
const EMAIL_FIELDS = ["cloudways_email", "email", "encrypted_cloudways_email", "encrypted_email"];
const KEY_FIELDS = [
  "encrypted_api_key",
  "encrypted_cloudways_api_key",
  "cloudways_api_key",
  "api_key",
];

/**
 * Records of an export, one JSON value a line: the value of a Redis key `customer:…`, or an object that holds it under
 * `value`, as text or as JSON; a leading key and tab, as redis-cli writes them, is skipped. Lines of other keys are no
 * records. Never repeats what stands in a line.
 */
export function readFernetRecords(text: string, keys: readonly Buffer[]): readonly ReadRecord[] {
  return text.split(/\r?\n/).flatMap((content, index) => {
    const line = index + 1;
    if (content.trim() === "") return [];
    if (content.length > MAX_LINE) return [{ ok: false, line, why: "the line is too long" }];
    const found = findRecord(content);
    if (found === "other key") return [];
    return [found === undefined ? noRecord(line) : open(found, line, keys)];
  });
}

function noRecord(line: number): ReadRecord {
  return { ok: false, line, why: "the line is no JSON object with an e-mail and a sealed API key" };
}

function findRecord(content: string): Record<string, unknown> | "other key" | undefined {
  const [, key, json = content] = /^"?([\w:.-]+)"?[\t ]+([{"].*)$/.exec(content) ?? [];
  if (isOtherKey(key)) return "other key";
  const value = parse(json);
  // Text in text: a value as redis-cli quotes it.
  const outer = typeof value === "string" ? parse(value) : value;
  if (!isRecord(outer)) return undefined;
  if (isOtherKey(outer.key)) return "other key";
  if (outer.value === undefined) return outer;
  const inner = typeof outer.value === "string" ? parse(outer.value) : outer.value;
  return isRecord(inner) ? inner : undefined;
}

/** `token:…`, `token_meta:…` and others lie beside the customers. */
function isOtherKey(key: unknown): boolean {
  return typeof key === "string" && key.includes(":") && !key.startsWith("customer:");
}

function open(fields: Record<string, unknown>, line: number, keys: readonly Buffer[]): ReadRecord {
  const email = firstText(fields, EMAIL_FIELDS);
  const sealed = firstText(fields, KEY_FIELDS);
  if (email === undefined || sealed === undefined) return noRecord(line);
  const api_key = openWithAny(sealed, keys);
  if (typeof api_key === "string") return { ok: false, line, why: `its API key is ${api_key}` };
  const plain = isFernet(email) ? openWithAny(email, keys) : undefined;
  if (typeof plain === "string") return { ok: false, line, why: `its e-mail is ${plain}` };
  const record = {
    email: (plain?.plaintext.toString("utf8") ?? email).trim().toLowerCase(),
    api_key: api_key.plaintext,
    sealed_at: api_key.sealed_at,
  };
  return { ok: true, line, record };
}

function openWithAny(
  token: string,
  keys: readonly Buffer[],
): { plaintext: Buffer; sealed_at: number } | string {
  let why = "not sealed with this key";
  for (const key of keys) {
    const opened = openFernet(key, token);
    if (opened.ok) return opened;
    why = opened.why;
  }
  return why === "format" ? "not sealed by Fernet" : why;
}

function isFernet(text: string): boolean {
  return text.startsWith("gAAAA");
}

function firstText(fields: Record<string, unknown>, names: readonly string[]): string | undefined {
  return names
    .map((name) => fields[name])
    .find((value): value is string => typeof value === "string" && value.trim() !== "")
    ?.trim();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
