import { setImmediate as letOthersRun } from "node:timers/promises";
import type { Clock, Logger } from "../ports.ts";
import type { ChangeFeed } from "../storage/change-feed.ts";
import type { AgentKey, Page, PageRequest, StoredConnection } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import type { JournalRow, OperationRow, PlanRow, UndoRow } from "../storage/write-records.ts";
import { isConflict } from "./data-key.ts";
import {
  credentialPlace,
  delegationPlace,
  journalPlace,
  operationPlace,
  planPlace,
  undoPlace,
} from "./places.ts";
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
}

/** Rows looked at by one query. */
const PAGE = 200;

/**
 * Seals anew whatever rows a data key sealed. Each row goes by itself and gives way to whoever changes it at the same
 * time.
 */
export async function resealRows(parts: Parts, key_id: string): Promise<Resealed> {
  let resealed = 0;
  let failed = 0;
  for await (const { tenant_id, reseal } of rowsOf(parts, key_id)) {
    try {
      if (await reseal()) resealed += 1;
    } catch (error) {
      failed += 1;
      parts.logger.error({ err: error, key_id, tenant_id }, "a row does not reseal");
    }
    // There may be a hundred thousand, and an embedded store never waits.
    await letOthersRun();
  }
  if (resealed > 0) await parts.changes?.nudge();
  return { resealed, failed };
}

/** Whether rows still need the key. */
export async function hasRowsOf(parts: Parts, key_id: string): Promise<boolean> {
  for await (const _ of rowsOf(parts, key_id)) return true;
  return false;
}

interface SealedRow {
  tenant_id: string;
  /** False when the row was changed meanwhile; what it holds now is found when it is looked again. */
  reseal(): Promise<boolean>;
}

/** Every table with sealed values has to be listed here, or its values die with their key. */
async function* rowsOf(parts: Parts, key_id: string): AsyncGenerator<SealedRow> {
  const { store } = parts;
  const isSealedWith = (sealed: string | null) => sealed !== null && keyIdOf(sealed) === key_id;
  for (const row of await store.connections.listSealedWith(key_id)) {
    if (isSealedWith(row.sealed_credential))
      yield { tenant_id: row.tenant_id, reseal: () => resealConnection(parts, row) };
  }
  for (const row of await store.agentKeys.listSealedWith(key_id)) {
    if (isSealedWith(row.sealed_delegation))
      yield { tenant_id: row.tenant_id, reseal: () => resealAgentKey(parts, row) };
  }
  const { plans, journal, operations, undos } = store;
  const before = ["sealed_arguments", "sealed_state"] as const;
  yield* inTable<PlanRow>(parts, key_id, plans, planPlace, before);
  yield* inTable<JournalRow>(parts, key_id, journal, journalPlace, [...before, "sealed_outcome"]);
  const work = ["sealed_result", "sealed_call"] as const;
  yield* inTable<OperationRow>(parts, key_id, operations, operationPlace, work);
  yield* inTable<UndoRow>(parts, key_id, undos, undoPlace, ["sealed_arguments"]);
}

interface SealingTable<Row> {
  listSealedWith(data_key_id: string, page: PageRequest): Promise<Page<Row>>;
  reseal(row: Row, sealed: Row): Promise<boolean>;
}

async function* inTable<Row extends { tenant_id: string; id: string }>(
  { vault }: Parts,
  key_id: string,
  table: SealingTable<Row>,
  placeOf: (id: string) => string,
  fields: readonly (keyof Row)[],
): AsyncGenerator<SealedRow> {
  let cursor: string | null | undefined;
  do {
    const page = await table.listSealedWith(key_id, { limit: PAGE, cursor: cursor ?? undefined });
    for (const row of page.items) {
      const { tenant_id, id } = row;
      const old = fields.filter((field) => keyIdOf(String(row[field])) === key_id);
      if (old.length === 0) continue;
      const resealRow = async () => {
        let next = row;
        for (const field of old) {
          const anew = await reseal(vault, tenant_id, placeOf(id), String(row[field]));
          next = { ...next, [field]: anew };
        }
        return table.reseal(row, next);
      };
      yield { tenant_id, reseal: resealRow };
    }
    cursor = page.next_cursor;
    await letOthersRun();
  } while (cursor !== null);
}

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
