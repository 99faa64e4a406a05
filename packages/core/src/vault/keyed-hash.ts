import { createHmac, hkdfSync } from "node:crypto";
import type { RandomBytes } from "../ports.ts";

/** A name for a secret or an address that cannot be guessed back: HMAC-SHA-256, hex. */
export type KeyedHash = (purpose: string, value: string) => string;

/** Without a master key the names hold only while the process lives. */
export function createKeyedHash(masterKey: string | undefined, random: RandomBytes): KeyedHash {
  const material = masterKey ?? random(32);
  const key = new Uint8Array(hkdfSync("sha256", material, "", "fairlead keyed hash v1", 32));
  return (purpose, value) => createHmac("sha256", key).update(`${purpose}\0${value}`).digest("hex");
}
