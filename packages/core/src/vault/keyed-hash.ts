import { createHmac } from "node:crypto";

/** A name for a secret or an address that cannot be guessed back: HMAC-SHA-256, hex. */
export type KeyedHash = (purpose: string, value: string) => string;

/** `key` are 32 bytes, such as `vault.derive("keyed hash")`; every replica with the same names things the same. */
export function createKeyedHash(key: Buffer): KeyedHash {
  return (purpose, value) => createHmac("sha256", key).update(`${purpose}\0${value}`).digest("hex");
}
