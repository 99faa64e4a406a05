import { hkdfSync } from "node:crypto";
import { FairleadError } from "../errors.ts";
import type { Clock, Logger, RandomBytes } from "../ports.ts";
import type { ChangeFeed } from "../storage/change-feed.ts";
import type { DataKey } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import {
  dataKeyId,
  findOrMakeRoot,
  generationOf,
  insertOnce,
  KEY_BYTES,
  makeDataKey,
  unwrapDataKey,
} from "./data-key.ts";
import { NONCE_BYTES } from "./gcm.ts";
import type { MasterKeys } from "./master-key.ts";
import { rewrapAll } from "./rotate-master.ts";
import { createTenantRotation } from "./rotate-tenant.ts";
import { openValue, parseSealed, sealValue } from "./sealed-value.ts";
import { createTenantKeysCache, type OpenKey } from "./tenant-keys.ts";
import { type Commit, SYSTEM_TENANT, type Vault, type VaultAdmin } from "./vault.ts";

export interface VaultParts {
  store: Store;
  masterKeys: MasterKeys;
  clock: Clock;
  random: RandomBytes;
  logger: Logger;
  /** Without it, what other processes rotate or shred is noticed only where a key is missing. */
  changes?: ChangeFeed | undefined;
  /** Tenants whose keys are kept open at a time; 10,000 by default. */
  maxTenants?: number;
}

export type OpenVault = Vault & VaultAdmin;

/** Keys can be wiped between being read and being used, when many tenants come at once; asking again helps. */
const ATTEMPTS = 16;

/**
 * Opens the vault of a store. Throws `internal`, reason `vault_master_key`, when the store's secrets are under a master
 * key that is not among the given ones.
 */
export async function openVault(parts: VaultParts): Promise<OpenVault> {
  const { store, masterKeys, clock, random, logger, changes } = parts;
  const root = await openRoot(parts);
  let isClosed = false;
  const keysOf = createTenantKeysCache({
    read: async (tenant_id) =>
      (await store.dataKeys.list(tenant_id)).filter(({ id }) => generationOf(id) !== undefined),
    unwrap: (key) => unwrapDataKey(masterKeys, key),
    onRead: (tenant_id, rows) => rotation.tidyLater(tenant_id, rows),
    maxTenants: parts.maxTenants ?? 10_000,
  });
  const commit: Commit = (work) => store.transaction(work);

  const vault: Vault = {
    async seal(tenant_id, associated, plaintext) {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const keys = keysOf.get(tenant_id) ?? (await keysOf.load(tenant_id));
        const { newest } = keys;
        if (newest?.bytes !== undefined) {
          const nonce = random(NONCE_BYTES);
          if (isLastSeal(nonce)) newest.isDue = true;
          if (newest.isDue) rotation.replaceSoon(tenant_id, newest.id);
          return sealValue(
            newest.bytes,
            nonce,
            { tenant_id, key_id: newest.id, associated },
            plaintext,
          );
        }
        if (keys.isWiped) continue;
        if (newest === undefined) await makeFirst(tenant_id);
        else if (attempt > 0) throw notUnwrapped(newest);
        await keysOf.reload(tenant_id);
      }
      throw tooBusy();
    },

    async open(tenant_id, associated, sealed) {
      const { key_id, bytes } = parseSealed(sealed);
      const place = { tenant_id, key_id, associated };
      let keys = keysOf.get(tenant_id) ?? (await keysOf.load(tenant_id));
      let isFresh = false;
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const key = keys.byId.get(key_id);
        if (key?.bytes !== undefined) return openValue(key.bytes, place, bytes);
        if (isFresh && !keys.isWiped) throw key === undefined ? gone() : notUnwrapped(key);
        // Another replica may have made the key, or wrapped it anew, a moment ago.
        keys = await keysOf.reload(tenant_id);
        isFresh = true;
      }
      throw tooBusy();
    },

    derive(purpose) {
      if (isClosed) throw new Error("The vault is closed.");
      return Buffer.from(hkdfSync("sha256", root, "", `fairlead derived v1 ${purpose}`, KEY_BYTES));
    },
  };

  const rotation = createTenantRotation({ ...parts, vault, keysOf });
  const stopListening = changes?.on(
    ({ topic, tenant_id }) => {
      if (topic === "vault" || topic === "tenant") keysOf.forget(tenant_id);
    },
    () => keysOf.forgetAll(),
  );

  async function makeFirst(tenant_id: string): Promise<void> {
    const id = dataKeyId(tenant_id, 1);
    const row = { id, tenant_id, created_at: clock.now(), active: true };
    await insertOnce(store, await makeDataKey(masterKeys.current, random, row));
  }

  return {
    ...vault,
    masterKeyIds: {
      current: masterKeys.current.id,
      others: masterKeys.others.map(({ id }) => id),
    },
    rotateTenant: (tenant_id, within = commit) => rotation.rotate(tenant_id, within),
    async rotateMaster(to = masterKeys.current) {
      if (![masterKeys.current, ...masterKeys.others].some(({ id }) => id === to.id)) {
        throw new FairleadError(
          "invalid_input",
          `Master key ${to.id} is not one of this process's own: it could not open what it wraps. Set it first.`,
        );
      }
      return rewrapAll({ store, masterKeys, to, logger });
    },
    async shred(tenant_id, within = commit) {
      if (tenant_id === SYSTEM_TENANT) {
        throw new FairleadError("invalid_input", "The system's own keys cannot be shredded.");
      }
      const count = await within(async (tx) => {
        await tx.changes.append({ tenant_id, topic: "vault", ref: "shredded" });
        const keys = await tx.dataKeys.list(tenant_id);
        for (const { id } of keys) await tx.dataKeys.delete(tenant_id, id);
        return keys.length;
      });
      keysOf.forget(tenant_id);
      await changes?.nudge();
      return count;
    },
    close() {
      isClosed = true;
      stopListening?.();
      rotation.close();
      keysOf.forgetAll();
      root.fill(0);
    },
  };
}

async function openRoot({ store, masterKeys, clock, random }: VaultParts): Promise<Buffer> {
  const row = await findOrMakeRoot(store, masterKeys.current, { random, now: clock.now() });
  const root = await unwrapDataKey(masterKeys, row);
  if (root === undefined) throw foreignState(row, masterKeys);
  return root;
}

/**
 * A data key is replaced after 2^24 seals on average, drawn anew with every seal (the first 24 bits of the nonce): no
 * counter to share or to lose in a restart. NIST SP 800-38D allows 2^32 with random nonces of 96 bits; the chance of
 * reaching them is e^-256.
 */
function isLastSeal(nonce: Buffer): boolean {
  return nonce.readUIntBE(0, 3) === 0;
}

function foreignState({ master_key_id }: DataKey, { current }: MasterKeys): FairleadError {
  return new FairleadError(
    "internal",
    `The records were sealed under master key ${master_key_id}, and the one given is ${current.id}. Set ENCRYPTION_KEY to the key they were sealed under, or add that key to ENCRYPTION_KEY_PREVIOUS.`,
    { details: { reason: "vault_master_key", master_key_id } },
  );
}

function notUnwrapped({ id, master_key_id, failure }: OpenKey): unknown {
  if (failure !== undefined) return failure;
  return new FairleadError(
    "internal",
    `Data key ${id} is wrapped by master key ${master_key_id}, which this process does not have. Add it to ENCRYPTION_KEY_PREVIOUS.`,
    { details: { reason: "vault_master_key", master_key_id } },
  );
}

function gone(): FairleadError {
  return new FairleadError(
    "internal",
    "The key of a sealed value was deleted, so the value opens no more. Enter its secret again.",
    { details: { reason: "vault_key_gone" } },
  );
}

function tooBusy(): FairleadError {
  return new FairleadError(
    "upstream_unavailable",
    "The vault has to serve more tenants at once than it keeps keys for. Retry.",
    { details: { reason: "vault_busy" } },
  );
}
