import type { Clock, Logger, RandomBytes } from "../ports.ts";
import type { ChangeFeed } from "../storage/change-feed.ts";
import type { DataKey } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import { dataKeyId, generationOf, isConflict, makeDataKey, newestOf } from "./data-key.ts";
import type { MasterKeys } from "./master-key.ts";
import { hasRowsOf, resealRows } from "./reseal.ts";
import type { TenantKeysCache } from "./tenant-keys.ts";
import type { Commit, TenantRotation, Vault } from "./vault.ts";

/** So long an old key stays: a replica that has not heard of the new one may still be about to write a row. */
export const RETIRED_KEEP_MS = 60 * 60_000;
const ATTEMPTS = 5;

interface Parts {
  store: Store;
  masterKeys: MasterKeys;
  clock: Clock;
  random: RandomBytes;
  logger: Logger;
  changes?: ChangeFeed | undefined;
  vault: Vault;
  keysOf: TenantKeysCache;
}

export function createTenantRotation(parts: Parts) {
  const { store, clock, logger } = parts;
  const replacing = new Set<string>();
  const waiting = new Map<string, () => void>();
  const commit: Commit = (work) => store.transaction(work);

  async function tidy(tenant_id: string): Promise<Omit<TenantRotation, "key_id">> {
    const rows = await store.dataKeys.list(tenant_id);
    const deleted: string[] = [];
    const kept: string[] = [];
    let resealed = 0;
    let failed = 0;
    for (const { id } of retired(rows)) {
      const done = await resealRows(parts, id);
      resealed += done.resealed;
      failed += done.failed;
      const isOld = clock.now() >= replacedAt(rows, id) + RETIRED_KEEP_MS;
      if (isOld && !(await hasRowsOf(parts, id))) {
        await deleteKey(parts, tenant_id, id);
        deleted.push(id);
      } else kept.push(id);
    }
    return { resealed, failed, deleted, kept };
  }

  function tidyLater(tenant_id: string, rows: readonly DataKey[]): void {
    const [oldest] = retired(rows);
    if (oldest === undefined || waiting.has(tenant_id)) return;
    const at = replacedAt(rows, oldest.id) + RETIRED_KEEP_MS;
    // What would not go at its time is looked at again after as long.
    const inMs = at > clock.now() ? at - clock.now() : RETIRED_KEEP_MS;
    const stop = clock.after(inMs, () => {
      waiting.delete(tenant_id);
      tidy(tenant_id).catch((error: unknown) =>
        logger.warn({ err: error, tenant_id }, "old data keys could not be deleted yet"),
      );
    });
    waiting.set(tenant_id, stop);
  }

  return {
    async rotate(tenant_id: string, within: Commit): Promise<TenantRotation> {
      const key_id = await makeNext(parts, tenant_id, within);
      const done = await tidy(tenant_id);
      logger.info({ tenant_id, key_id, ...done }, "data key rotated");
      return { key_id, ...done };
    },
    /** Puts a new key in the place of one that sealed enough, once, without making anybody wait. */
    replaceSoon(tenant_id: string, key_id: string): void {
      if (replacing.has(key_id)) return;
      replacing.add(key_id);
      makeNext(parts, tenant_id, commit, key_id)
        .then(
          (next) => logger.info({ tenant_id, key_id: next }, "data key replaced after many seals"),
          (error: unknown) =>
            logger.warn({ err: error, tenant_id }, "data key could not be replaced yet"),
        )
        .finally(() => replacing.delete(key_id));
    },
    tidyLater,
    close(): void {
      for (const stop of waiting.values()) stop();
      waiting.clear();
    },
  };
}

/** Makes the key of the next generation, unless `instead` is not the newest any more. Resolves with the newest's id. */
async function makeNext(
  parts: Parts,
  tenant_id: string,
  within: Commit,
  instead?: string,
): Promise<string> {
  const { masterKeys, clock, random, keysOf, changes } = parts;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const id = await within(async (tx) => {
        // Appending a change queues for its number, so whoever else changes keys comes wholly before or after.
        await tx.changes.append({ tenant_id, topic: "vault", ref: "rotated" });
        const rows = await tx.dataKeys.list(tenant_id);
        const newest = newestOf(rows);
        if (newest !== undefined && instead !== undefined && newest.id !== instead)
          return newest.id;
        for (const row of rows.filter(({ active }) => active)) {
          await tx.dataKeys.update({ ...row, active: false });
        }
        const next = dataKeyId(tenant_id, (generationOf(newest?.id ?? "") ?? 0) + 1);
        const row = { id: next, tenant_id, created_at: clock.now(), active: true };
        await tx.dataKeys.insert(await makeDataKey(masterKeys.current, random, row));
        return next;
      });
      keysOf.forget(tenant_id);
      await changes?.nudge();
      return id;
    } catch (error) {
      // Somebody else's first key came between.
      if (!isConflict(error) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function deleteKey({ store, keysOf, changes }: Parts, tenant_id: string, id: string) {
  await store.transaction(async (tx) => {
    await tx.changes.append({ tenant_id, topic: "vault", ref: id });
    await tx.dataKeys.delete(tenant_id, id);
  });
  keysOf.forget(tenant_id);
  await changes?.nudge();
}

/** Oldest first. */
function retired(rows: readonly DataKey[]): DataKey[] {
  const newest = newestOf(rows);
  return rows
    .filter((row) => generationOf(row.id) !== undefined && row !== newest)
    .toSorted((one, other) => (generationOf(one.id) ?? 0) - (generationOf(other.id) ?? 0));
}

function replacedAt(rows: readonly DataKey[], id: string): number {
  const generation = generationOf(id) ?? 0;
  const next = rows.find((row) => generationOf(row.id) === generation + 1) ?? newestOf(rows);
  return next?.created_at ?? Number.POSITIVE_INFINITY;
}
