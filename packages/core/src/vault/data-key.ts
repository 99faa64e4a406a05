import { createHash } from "node:crypto";
import type { RandomBytes } from "../ports.ts";
import type { DataKey } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import type { MasterKey, MasterKeys } from "./master-key.ts";
import { SYSTEM_TENANT } from "./vault.ts";

export const KEY_BYTES = 32;
const ROOT_ID = "dek_root";
const ID = /^dek_(\d+)_[0-9a-f]{16}$/;

/**
 * Tenant and generation make the id, so that of two replicas that make the same generation at once one gets `conflict`.
 * The key of the highest generation seals. No id is part of another.
 */
export function dataKeyId(tenant_id: string, generation: number): string {
  const tenant = createHash("sha256").update(tenant_id).digest("hex").slice(0, 16);
  return `dek_${generation}_${tenant}`;
}

/** Undefined for the root secret, which seals nothing. */
export function generationOf(id: string): number | undefined {
  const digits = ID.exec(id)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function newestOf<K extends Pick<DataKey, "id">>(keys: readonly K[]): K | undefined {
  const generation = (key: K) => generationOf(key.id) ?? 0;
  return keys
    .filter(({ id }) => generationOf(id) !== undefined)
    .reduce<K | undefined>(
      (newest, key) => (newest && generation(newest) > generation(key) ? newest : key),
      undefined,
    );
}

/** A fresh key, wrapped; nobody sees it open before it is read back. */
export function makeDataKey(
  master: MasterKey,
  random: RandomBytes,
  row: Pick<DataKey, "id" | "tenant_id" | "created_at" | "active">,
): Promise<DataKey> {
  return wrapDataKey(master, random(KEY_BYTES), row);
}

/** Overwrites `key`. */
export async function wrapDataKey(
  master: MasterKey,
  key: Buffer,
  row: Pick<DataKey, "id" | "tenant_id" | "created_at" | "active">,
): Promise<DataKey> {
  const { id, tenant_id, created_at, active } = row;
  const wrapped = await master.wrap(key, { tenant_id, key_id: id });
  key.fill(0);
  return {
    id,
    tenant_id,
    master_key_id: master.id,
    wrapped: wrapped.toString("base64url"),
    created_at,
    active,
  };
}

/** Undefined when this process does not have the master key it is wrapped with. */
export async function unwrapDataKey(
  { current, others }: MasterKeys,
  { id, tenant_id, master_key_id, wrapped }: DataKey,
): Promise<Buffer | undefined> {
  const master = [current, ...others].find((each) => each.id === master_key_id);
  return master?.unwrap(Buffer.from(wrapped, "base64url"), { tenant_id, key_id: id });
}

/**
 * The row of the root secret, which everything derived comes from: kept as a data key of the system's own, so that it
 * is wrapped and rotated like one. Made once, whoever comes first.
 */
export async function findOrMakeRoot(
  store: Store,
  master: MasterKey,
  { random, now }: { random: RandomBytes; now: number },
): Promise<DataKey> {
  const find = async () =>
    (await store.dataKeys.list(SYSTEM_TENANT)).find(({ id }) => id === ROOT_ID);
  const known = await find();
  if (known !== undefined) return known;
  const row = { id: ROOT_ID, tenant_id: SYSTEM_TENANT, created_at: now, active: false };
  const inserted = await insertOnce(store, await makeDataKey(master, random, row));
  const root = inserted ?? (await find());
  if (root === undefined) throw new Error("The root secret is gone right after it was made.");
  return root;
}

/** Undefined when somebody else was first. */
export async function insertOnce(store: Store, key: DataKey): Promise<DataKey | undefined> {
  try {
    await store.dataKeys.insert(key);
    return key;
  } catch (error) {
    if (isConflict(error)) return undefined;
    throw error;
  }
}

export function isConflict(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "conflict";
}
