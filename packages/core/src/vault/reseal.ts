import type { Clock, Logger } from "../ports.ts";
import type { ChangeFeed } from "../storage/change-feed.ts";
import type { AgentKey, StoredConnection } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import { isConflict } from "./data-key.ts";
import { credentialPlace, delegationPlace } from "./places.ts";
import { keyIdOf } from "./sealed-value.ts";
import type { Vault } from "./vault.ts";

interface Parts {
  store: Store;
  vault: Vault;
  clock: Clock;
  logger: Logger;
  changes?: ChangeFeed | undefined;
}

interface Resealed {
  resealed: number;
  failed: number;
  /** Rows that still need the key. */
  left: number;
}

/**
 * Seals anew whatever rows a data key sealed. Each row goes by itself and gives way to whoever changes it at the same
 * time. Every table with sealed values has to be listed here, or its values die with their key.
 */
export async function resealRows(parts: Parts, key_id: string): Promise<Resealed> {
  const { store, changes } = parts;
  const isSealedWith = (sealed: string | null) => sealed !== null && keyIdOf(sealed) === key_id;
  const connections = async () =>
    (await store.connections.listSealedWith(key_id)).filter((row) =>
      isSealedWith(row.sealed_credential),
    );
  const agentKeys = async () =>
    (await store.agentKeys.listSealedWith(key_id)).filter((row) =>
      isSealedWith(row.sealed_delegation),
    );

  let resealed = 0;
  let failed = 0;
  const attempt = async (row: { tenant_id: string }, reseal: () => Promise<boolean>) => {
    try {
      if (await reseal()) resealed += 1;
    } catch (error) {
      failed += 1;
      parts.logger.error({ err: error, key_id, tenant_id: row.tenant_id }, "a row does not reseal");
    }
  };
  for (const row of await connections()) await attempt(row, () => resealConnection(parts, row));
  for (const row of await agentKeys()) await attempt(row, () => resealAgentKey(parts, row));
  if (resealed > 0) await changes?.nudge();
  return { resealed, failed, left: (await connections()).length + (await agentKeys()).length };
}

/** False when the row was changed meanwhile; what it holds now is looked at by whoever counts what is left. */
async function resealConnection({ store, vault }: Parts, row: StoredConnection): Promise<boolean> {
  const { tenant_id, id, sealed_credential, version } = row;
  if (sealed_credential === null) return false;
  const anew = await reseal(vault, tenant_id, credentialPlace(id), sealed_credential);
  const next = { ...row, sealed_credential: anew, version: version + 1 };
  return unlessChanged(() =>
    store.transaction(async (tx) => {
      await tx.connections.update(next);
      await tx.changes.append({ tenant_id, topic: "connection", ref: id });
    }),
  );
}

async function resealAgentKey({ store, vault }: Parts, row: AgentKey): Promise<boolean> {
  const { tenant_id, address, public_key, sealed_delegation } = row;
  if (sealed_delegation === null) return false;
  const place = delegationPlace(address, public_key);
  const anew = await reseal(vault, tenant_id, place, sealed_delegation);
  return store.agentKeys.reseal(row, anew);
}

async function reseal(
  vault: Vault,
  tenant_id: string,
  place: string,
  sealed: string,
): Promise<string> {
  const plaintext = await vault.open(tenant_id, place, sealed);
  try {
    return await vault.seal(tenant_id, place, plaintext);
  } finally {
    plaintext.fill(0);
  }
}

async function unlessChanged(write: () => Promise<void>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}
