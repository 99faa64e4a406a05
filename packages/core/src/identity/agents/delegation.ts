import { FairleadError } from "../../errors.ts";
import { Secret } from "../../secret.ts";
import type { AgentKey } from "../../storage/records.ts";
import { delegationPlace } from "../../vault/places.ts";
import type { Vault } from "../../vault/vault.ts";
import { recoverAccount } from "./signatures.ts";
import { delegationText, parseDelegation } from "./texts.ts";

/** An account's word that a key pair may sign in for it. Whoever has it can use it at the network's nodes as well. */
export interface Delegation {
  message: string;
  /** 128 hex digits. */
  signature: string;
  recovery_id: number;
}

const SIGNATURE_BYTES = 64;

/** Until when it holds, milliseconds; undefined unless this account signed it for this key pair and it still holds. */
export async function verifyDelegation(
  { message, signature, recovery_id }: Delegation,
  { address, public_key, now }: { address: string; public_key: string; now: number },
): Promise<number | undefined> {
  const fields = parseDelegation(message);
  if (fields?.address !== address || fields.public_key !== public_key) return undefined;
  const not_after = fields.not_after * 1000;
  if (not_after <= now) return undefined;
  const signer = await recoverAccount(message, signature, recovery_id);
  return signer === address ? not_after : undefined;
}

/** The text follows from the row it is kept in, so that only signature and recovery id are sealed. */
export async function sealDelegation(
  vault: Vault,
  { tenant_id, address, public_key }: Pick<AgentKey, "tenant_id" | "address" | "public_key">,
  { signature, recovery_id }: Pick<Delegation, "signature" | "recovery_id">,
): Promise<string> {
  const bytes = Buffer.concat([Buffer.from(signature, "hex"), Buffer.of(recovery_id)]);
  try {
    return await vault.seal(tenant_id, delegationPlace(address, public_key), bytes);
  } finally {
    bytes.fill(0);
  }
}

export interface OpenDelegation {
  message: string;
  /** 64 bytes. */
  signature: Secret;
  recovery_id: number;
}

/** For calls to a node on the account's behalf. The caller wipes the signature. Throws what `vault.open` throws. */
export async function openDelegation(vault: Vault, key: AgentKey): Promise<OpenDelegation> {
  const { tenant_id, address, public_key, sealed_delegation, not_after } = key;
  if (sealed_delegation === null) {
    throw new FairleadError(
      "forbidden",
      "No delegation is kept for this key pair. Sign in again and send one.",
      { details: { reason: "no_delegation" } },
    );
  }
  const place = delegationPlace(address, public_key);
  const bytes = await vault.open(tenant_id, place, sealed_delegation);
  return {
    message: delegationText({ address, public_key, not_after: not_after / 1000 }),
    signature: new Secret(bytes.subarray(0, SIGNATURE_BYTES)),
    recovery_id: bytes.readUInt8(SIGNATURE_BYTES),
  };
}
