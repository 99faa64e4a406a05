import { FairleadError } from "../errors.ts";
import { toAssociatedData } from "./associated-data.ts";
import { openGcm, sealGcm } from "./gcm.ts";

/** Where a sealed value belongs; all of it is bound to the value. */
export interface Place {
  tenant_id: string;
  key_id: string;
  /** Such as `connection con_…`. */
  associated: string;
}

const VERSION = "flv1";
const HEAD = /^flv1\.([a-z0-9_]{1,64})\./;

/** `flv1.<key id>.<base64url of nonce, ciphertext and tag>` */
export function sealValue(
  key: Uint8Array,
  nonce: Uint8Array,
  place: Place,
  plaintext: Uint8Array,
): string {
  const bytes = sealGcm(key, nonce, bind(place), plaintext);
  return `${VERSION}.${place.key_id}.${bytes.toString("base64url")}`;
}

/** Throws `internal`, reason `vault_tampered`, when the value was changed or moved. */
export function openValue(key: Uint8Array, place: Place, bytes: Buffer): Buffer {
  const plaintext = openGcm(key, bind(place), bytes);
  if (plaintext !== undefined) return plaintext;
  throw new FairleadError(
    "internal",
    "A sealed value was changed, or moved to another row or tenant, and does not open. Enter its secret again.",
    { details: { reason: "vault_tampered" } },
  );
}

/** Key id and bytes. Throws `internal`, reason `vault_format`, for what is no sealed value. */
export function parseSealed(sealed: string): { key_id: string; bytes: Buffer } {
  const [head = "", key_id] = HEAD.exec(sealed) ?? [];
  const text = sealed.slice(head.length);
  const bytes = Buffer.from(text, "base64url");
  // Decoding skips what is no base64url and drops the last bits: only one spelling of a value counts.
  const isExact = bytes.length > 0 && bytes.toString("base64url") === text;
  if (key_id !== undefined && isExact) return { key_id, bytes };
  throw new FairleadError(
    "internal",
    "A sealed value is damaged: it is not of the form that the vault writes. Enter its secret again.",
    { details: { reason: "vault_format" } },
  );
}

/** The key a value names; undefined for what is no sealed value. */
export function keyIdOf(sealed: string): string | undefined {
  return HEAD.exec(sealed)?.[1];
}

function bind({ tenant_id, key_id, associated }: Place): Buffer {
  return toAssociatedData("fairlead vault v1", tenant_id, key_id, associated);
}
