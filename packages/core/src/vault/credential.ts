import type { OpenCredential } from "../connections/connection.ts";
import { FairleadError } from "../errors.ts";
import { Secret } from "../secret.ts";
import type { StoredConnection } from "../storage/records.ts";
import { credentialPlace } from "./places.ts";
import type { Vault } from "./vault.ts";

const VERSION = 1;
/** Version, number of fields; then per field the lengths of name and value. */
const HEAD_BYTES = 3;
const FIELD_HEAD_BYTES = 6;

/**
 * Seals a credential's fields for its connection. No string is made of a value: JSON would leave one behind that
 * nothing can overwrite. The caller keeps the secrets, and wipes them.
 */
export async function sealCredential(
  vault: Vault,
  { tenant_id, id }: Pick<StoredConnection, "tenant_id" | "id">,
  fields: Readonly<Record<string, Secret>>,
): Promise<string> {
  const plaintext = encodeFields(fields);
  try {
    return await vault.seal(tenant_id, credentialPlace(id), plaintext);
  } finally {
    plaintext.fill(0);
  }
}

/** The fields of a stored connection, none where it needs no credential. Throws what `vault.open` throws. */
export async function openCredential(
  vault: Vault,
  {
    tenant_id,
    id,
    sealed_credential,
  }: Pick<StoredConnection, "tenant_id" | "id" | "sealed_credential">,
): Promise<OpenCredential> {
  if (sealed_credential === null) return { fields: {}, wipe() {} };
  const plaintext = await vault.open(tenant_id, credentialPlace(id), sealed_credential);
  try {
    const fields = decodeFields(plaintext);
    return {
      fields,
      wipe() {
        for (const secret of Object.values(fields)) secret.wipe();
      },
    };
  } finally {
    plaintext.fill(0);
  }
}

/** Version (1 byte), number of fields (2), then per field: length of its name (2), of its value (4), both in UTF-8. */
export function encodeFields(fields: Readonly<Record<string, Secret>>): Buffer {
  const entries = Object.entries(fields).map(([name, secret]) => ({
    name: Buffer.from(name, "utf8"),
    secret,
  }));
  const size = entries.reduce(
    (sum, { name, secret }) => sum + FIELD_HEAD_BYTES + name.length + secret.byteLength,
    HEAD_BYTES,
  );
  const bytes = Buffer.alloc(size);
  let offset = bytes.writeUInt8(VERSION, 0);
  offset = bytes.writeUInt16BE(entries.length, offset);
  for (const { name, secret } of entries) {
    offset = bytes.writeUInt16BE(name.length, offset);
    offset = bytes.writeUInt32BE(secret.byteLength, offset);
    offset += name.copy(bytes, offset);
    offset += secret.copyTo(bytes, offset);
  }
  return bytes;
}

/** Each value in a buffer of its own. Throws `internal`, reason `vault_format`, when a single byte is over or missing. */
export function decodeFields(bytes: Buffer): Record<string, Secret> {
  const fields: [string, Secret][] = [];
  let offset = 0;
  const take = (length: number): Buffer => {
    if (offset + length > bytes.length) throw damaged();
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  if (take(1).readUInt8() !== VERSION) throw damaged();
  const count = take(2).readUInt16BE();
  while (fields.length < count) {
    const nameLength = take(2).readUInt16BE();
    const valueLength = take(4).readUInt32BE();
    const name = take(nameLength).toString("utf8");
    fields.push([name, new Secret(Buffer.from(take(valueLength)))]);
  }
  const record = Object.fromEntries(fields);
  if (offset !== bytes.length || Object.keys(record).length !== count) throw damaged();
  return record;
}

function damaged(): FairleadError {
  return new FairleadError(
    "internal",
    "A sealed credential opens, but is not of the form that this version writes. Set the connection up again.",
    { details: { reason: "vault_format" } },
  );
}
