import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import type { DataKey } from "../storage/records.ts";
import { newestOf } from "./data-key.ts";

/** A data key in memory. */
export interface OpenKey {
  readonly id: string;
  readonly master_key_id: string;
  /** Undefined once it was overwritten, or when its master key is not here. */
  bytes: Buffer | undefined;
  /** Why it could not be unwrapped. */
  readonly failure?: unknown;
  /** It has sealed enough; another one has to take over. */
  isDue: boolean;
}

/** A tenant's data keys in memory. */
export interface TenantKeys {
  readonly byId: ReadonlyMap<string, OpenKey>;
  /** Seals. */
  readonly newest: OpenKey | undefined;
  /** They were overwritten; whoever still holds them has to ask again. */
  isWiped: boolean;
}

/** Data keys that are open, for the tenants that need them most. All of it is overwritten when it leaves. */
export interface TenantKeysCache {
  /** What is here; to be used before anything is awaited, since it can be overwritten any time after. */
  get(tenant_id: string): TenantKeys | undefined;
  /** Reads them from the Store, once for however many ask. */
  load(tenant_id: string): Promise<TenantKeys>;
  /** Reads them from the Store, and not before this call: another replica may have made a key just now. */
  reload(tenant_id: string): Promise<TenantKeys>;
  forget(tenant_id: string): void;
  forgetAll(): void;
}

interface Loading {
  number: number;
  /** What it reads may be out of date already. */
  isStale: boolean;
  keys: Promise<TenantKeys>;
}

export function createTenantKeysCache(options: {
  read: (tenant_id: string) => Promise<readonly DataKey[]>;
  unwrap: (key: DataKey) => Promise<Buffer | undefined>;
  /** Hears of what was read. */
  onRead?: (tenant_id: string, rows: readonly DataKey[]) => void;
  maxTenants: number;
}): TenantKeysCache {
  const loading = new Map<string, Loading>();
  const kept = new LRUCache<string, TenantKeys>({ ...atMost(options.maxTenants), dispose: wipe });
  let count = 0;

  async function read(tenant_id: string, self: () => Loading): Promise<TenantKeys> {
    const rows = await options.read(tenant_id);
    const open = await Promise.all(rows.map((row) => openKey(row, options.unwrap)));
    const newest = newestOf(open);
    const keys = { byId: new Map(open.map((key) => [key.id, key])), newest, isWiped: false };
    if (self().isStale) wipe(keys);
    else if (newest !== undefined) kept.set(tenant_id, keys);
    if (!keys.isWiped) options.onRead?.(tenant_id, rows);
    return keys;
  }

  function start(tenant_id: string): Loading {
    count += 1;
    const own: Loading = {
      number: count,
      isStale: false,
      keys: Promise.resolve()
        .then(() => read(tenant_id, () => own))
        .finally(() => {
          if (loading.get(tenant_id) === own) loading.delete(tenant_id);
        }),
    };
    loading.set(tenant_id, own);
    return own;
  }

  return {
    get: (tenant_id) => kept.get(tenant_id),
    load: (tenant_id) => (loading.get(tenant_id) ?? start(tenant_id)).keys,
    async reload(tenant_id) {
      const before = count;
      for (;;) {
        const running = loading.get(tenant_id);
        if (running === undefined) return start(tenant_id).keys;
        if (running.number > before) return running.keys;
        await running.keys.catch(() => {});
      }
    },
    forget(tenant_id) {
      const running = loading.get(tenant_id);
      if (running !== undefined) running.isStale = true;
      loading.delete(tenant_id);
      kept.delete(tenant_id);
    },
    forgetAll() {
      for (const running of loading.values()) running.isStale = true;
      loading.clear();
      kept.clear();
    },
  };
}

async function openKey(
  row: DataKey,
  unwrap: (key: DataKey) => Promise<Buffer | undefined>,
): Promise<OpenKey> {
  const { id, master_key_id } = row;
  const own = { id, master_key_id, isDue: false };
  try {
    return { ...own, bytes: await unwrap(row) };
  } catch (failure) {
    // The tenant's other keys still open what they sealed.
    return { ...own, bytes: undefined, failure };
  }
}

function wipe(keys: TenantKeys): void {
  keys.isWiped = true;
  for (const key of keys.byId.values()) {
    key.bytes?.fill(0);
    key.bytes = undefined;
  }
}
