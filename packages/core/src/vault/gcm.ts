import { createCipheriv, createDecipheriv, createSecretKey } from "node:crypto";

/** NIST SP 800-38D: a random nonce of 96 bits, a tag of 128. */
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

const ALGORITHM = "aes-256-gcm";

/** Seals with AES-256-GCM: nonce, ciphertext, tag. `key` are 32 bytes, `nonce` 12 that were never used with this key. */
export function sealGcm(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  plaintext: Uint8Array,
): Buffer {
  const cipher = createCipheriv(ALGORITHM, toKeyObject(key), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associated);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]);
}

/** The plaintext, in a buffer of its own; undefined when key, associated data or a single bit differ. */
export function openGcm(
  key: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Buffer | undefined {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, toKeyObject(key), nonce, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plaintext = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    return undefined;
  }
}

/**
 * The same bytes handed over as a Buffer cost 13 µs more for each use (Node 24). Node overwrites the copy when it is
 * collected (OPENSSL_clear_free).
 */
function toKeyObject(key: Uint8Array) {
  return createSecretKey(key);
}
