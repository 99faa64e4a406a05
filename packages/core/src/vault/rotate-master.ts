import type { Logger } from "../ports.ts";
import type { DataKey } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import { isConflict, unwrapDataKey, wrapDataKey } from "./data-key.ts";
import type { MasterKey, MasterKeys } from "./master-key.ts";
import type { MasterRotation } from "./vault.ts";

const BATCH = 100;
const MOST = 1_000;
const ATTEMPTS = 5;

interface Parts {
  store: Store;
  masterKeys: MasterKeys;
  to: MasterKey;
  logger: Logger;
}

/** Wraps data keys anew until none is left that another master key wraps; new ones may be made meanwhile. */
export async function rewrapAll(parts: Parts): Promise<MasterRotation> {
  const { store, to, logger } = parts;
  const failed = new Map<string, MasterRotation["failed"][number]>();
  let rewrapped = 0;
  for (;;) {
    const limit = Math.min(MOST, BATCH + failed.size);
    const all = await store.dataKeys.listNotWrappedBy(to.id, limit);
    const batch = all.filter(({ id }) => !failed.has(id));
    if (batch.length === 0) break;
    for (const { id, tenant_id, master_key_id } of batch) {
      try {
        if (await insisting(() => rewrap(parts, tenant_id, id))) rewrapped += 1;
      } catch (error) {
        failed.set(id, { id, tenant_id, master_key_id });
        logger.error({ err: error, key_id: id, tenant_id }, "a data key could not be wrapped anew");
      }
    }
  }
  return { master_key_id: to.id, rewrapped, failed: [...failed.values()] };
}

/** False when it went, or was wrapped anew by somebody else, meanwhile. */
async function rewrap(parts: Parts, tenant_id: string, id: string): Promise<boolean> {
  const { store, masterKeys, to } = parts;
  const masters = { current: to, others: [masterKeys.current, ...masterKeys.others] };
  return store.transaction(async (tx) => {
    // Appending a change queues for its number, so whoever else changes keys comes wholly before or after.
    await tx.changes.append({ tenant_id, topic: "vault", ref: id });
    const row = (await tx.dataKeys.list(tenant_id)).find((key) => key.id === id);
    if (row === undefined || row.master_key_id === to.id) return false;
    const key = await unwrapDataKey(masters, row);
    if (key === undefined) throw new Error(`Master key ${row.master_key_id} is not here.`);
    await tx.dataKeys.update(await wrapDataKey(to, key, row satisfies DataKey));
    return true;
  });
}

/** A tenant that is deleted at the same time can stand in the way of the transaction. */
async function insisting<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isConflict(error) || attempt === ATTEMPTS) throw error;
    }
  }
}
