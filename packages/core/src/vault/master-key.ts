import { hkdfSync } from "node:crypto";
import { FairleadError } from "../errors.ts";
import type { RandomBytes } from "../ports.ts";
import { toAssociatedData } from "./associated-data.ts";
import { NONCE_BYTES, openGcm, sealGcm } from "./gcm.ts";

/** Which data key is wrapped: bound to it, so that a wrapped key moved to another row does not unwrap. */
export interface WrappedFor {
  tenant_id: string;
  key_id: string;
}

/** Wraps data keys. A key management service can stand behind it. */
export interface MasterKey {
  /** 16 hex digits that tell nothing about the key. */
  readonly id: string;
  wrap(dataKey: Uint8Array, of: WrappedFor): Promise<Buffer>;
  /** Throws `internal`, reason `vault_master_key`, when it was changed, moved, or wrapped by another key. */
  unwrap(wrapped: Uint8Array, of: WrappedFor): Promise<Buffer>;
}

export interface MasterKeys {
  /** Wraps new data keys. */
  readonly current: MasterKey;
  /** Only unwrap, while a rotation is under way. */
  readonly others: readonly MasterKey[];
}

export const SHORTEST_MATERIAL = 32;

/**
 * A master key from at least 32 bytes of random material, such as the output of `openssl rand -hex 32`. HKDF (RFC 5869)
 * makes key and id of it, so material of any form will do; it does not make a guessable passphrase safe.
 */
export function createMasterKey(material: Uint8Array, random: RandomBytes): MasterKey {
  if (material.length < SHORTEST_MATERIAL) {
    throw new RangeError(`A master key is made from at least ${SHORTEST_MATERIAL} bytes.`);
  }
  const key = expand(material, "fairlead master key v1", 32);
  const id = expand(material, "fairlead master key id v1", 8).toString("hex");
  const bind = ({ tenant_id, key_id }: WrappedFor) =>
    toAssociatedData("fairlead wrapped key v1", id, tenant_id, key_id);

  return {
    id,
    async wrap(dataKey, of) {
      return sealGcm(key, random(NONCE_BYTES), bind(of), dataKey);
    },
    async unwrap(wrapped, of) {
      const dataKey = openGcm(key, bind(of), wrapped);
      if (dataKey !== undefined) return dataKey;
      throw new FairleadError(
        "internal",
        `Data key ${of.key_id} was changed or moved: master key ${id} does not unwrap it. Restore it from a backup.`,
        { details: { reason: "vault_master_key", key_id: of.key_id } },
      );
    },
  };
}

function expand(material: Uint8Array, info: string, length: number): Buffer {
  return Buffer.from(hkdfSync("sha256", material, "", info, length));
}
