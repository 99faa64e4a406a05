import { createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";

const VERSION = 0x80;
const TIME_BYTES = 8;
const IV_BYTES = 16;
const BLOCK_BYTES = 16;
const MAC_BYTES = 32;
const HEAD_BYTES = 1 + TIME_BYTES + IV_BYTES;
const MAX_SKEW_S = 60;

export type FernetFailure = "format" | "too old" | "too new" | "not sealed with this key";

export type OpenedFernet =
  | { ok: true; plaintext: Buffer; sealed_at: number }
  | { ok: false; why: FernetFailure };

/** Signing and encryption key, 16 bytes each, from base64url. Undefined for what is no Fernet key. */
export function parseFernetKey(text: string): Buffer | undefined {
  const bytes = decode(text.trim());
  return bytes?.length === 32 ? bytes : undefined;
}

/**
 * Opens a Fernet token (AES-128-CBC, HMAC-SHA-256; https://github.com/fernet/spec, version 0x80). Its age counts only
 * when `ttlSeconds` is given. The caller overwrites the plaintext; `sealed_at` is in milliseconds.
 */
export function openFernet(
  key: Buffer,
  token: string,
  age?: { now: number; ttlSeconds: number },
): OpenedFernet {
  const bytes = decode(token);
  if (bytes === undefined || !isShaped(bytes)) return { ok: false, why: "format" };
  const signed = bytes.subarray(0, -MAC_BYTES);
  const mac = createHmac("sha256", key.subarray(0, 16)).update(signed).digest();
  if (!timingSafeEqual(mac, bytes.subarray(-MAC_BYTES)))
    return { ok: false, why: "not sealed with this key" };
  const sealed_s = Number(bytes.readBigUInt64BE(1));
  if (age !== undefined) {
    const now_s = Math.floor(age.now / 1_000);
    if (sealed_s + age.ttlSeconds <= now_s) return { ok: false, why: "too old" };
    if (sealed_s > now_s + MAX_SKEW_S) return { ok: false, why: "too new" };
  }
  const plaintext = decrypt(key.subarray(16), signed);
  if (plaintext === undefined) return { ok: false, why: "format" };
  return { ok: true, plaintext, sealed_at: sealed_s * 1_000 };
}

function isShaped(bytes: Buffer): boolean {
  const length = bytes.length - HEAD_BYTES - MAC_BYTES;
  return bytes[0] === VERSION && length >= BLOCK_BYTES && length % BLOCK_BYTES === 0;
}

function decrypt(key: Buffer, signed: Buffer): Buffer | undefined {
  const iv = signed.subarray(1 + TIME_BYTES, HEAD_BYTES);
  const decipher = createDecipheriv("aes-128-cbc", key, iv);
  const begun = decipher.update(signed.subarray(HEAD_BYTES));
  try {
    const ended = decipher.final();
    const plaintext = Buffer.concat([begun, ended]);
    ended.fill(0);
    return plaintext;
  } catch {
    return undefined;
  } finally {
    begun.fill(0);
  }
}

/** Strictly: base64url with its padding, which Python writes and wants. */
function decode(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9_-]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return Buffer.from(text, "base64url");
}
