import type { Store } from "../storage/store.ts";
import type { MasterKey } from "./master-key.ts";

/** The tenant that what belongs to the whole installation is sealed under. */
export const SYSTEM_TENANT = "ten_system";

/**
 * Seals and opens secrets at rest: AES-256-GCM under a data key per tenant, which a master key wraps. The key's id is
 * in every sealed value. `associated` (such as `connection con_…`) is bound to it together with the tenant, so that a
 * value moved to another row or tenant does not open. Both may read and write the Store: never call them inside one of
 * its transactions.
 */
export interface Vault {
  seal(tenant_id: string, associated: string, plaintext: Uint8Array): Promise<string>;
  /** Throws `internal` when the value was changed, moved, or its key is gone. The caller overwrites the buffer. */
  open(tenant_id: string, associated: string, sealed: string): Promise<Buffer>;
  /** 32 bytes for one purpose of this installation: the same on every replica, and after a rotation of the master key. */
  derive(purpose: string): Buffer;
}

/** Runs the write that makes an act happen; `auditLog.transaction` is put in here, so that act and event are one. */
export type Commit = <T>(work: (store: Store) => Promise<T>) => Promise<T>;

export interface TenantRotation {
  /** The key that seals from now on. */
  key_id: string;
  /** Rows that were sealed anew. */
  resealed: number;
  /** Rows that would not open; they keep their key, and the log names them. */
  failed: number;
  /** Older keys that were deleted. */
  deleted: readonly string[];
  /** Older keys that stay for now: something may still arrive that was sealed with them. */
  kept: readonly string[];
}

export interface MasterRotation {
  master_key_id: string;
  rewrapped: number;
  /** Data keys under a master key that this process does not have. */
  failed: readonly { id: string; tenant_id: string; master_key_id: string }[];
}

/** Keys and their lives. All of it works while other replicas serve. */
export interface VaultAdmin {
  readonly masterKeyIds: { readonly current: string; readonly others: readonly string[] };
  /**
   * Makes a new data key and seals anew what the tenant has sealed. An older key is deleted once nothing is sealed with
   * it any more, an hour after it was replaced at the earliest: by then no other replica is still about to write a row it
   * sealed before it heard.
   */
  rotateTenant(tenant_id: string, commit?: Commit): Promise<TenantRotation>;
  /**
   * Wraps every data key with this master key of ours, else the current one. The others are needed until it has ended
   * without a failure on the last replica that wraps with them.
   */
  rotateMaster(to?: MasterKey): Promise<MasterRotation>;
  /**
   * Deletes the tenant's data keys: what they sealed opens nowhere any more, in other replicas and in copies of the
   * database alike. Resolves with how many keys went.
   */
  shred(tenant_id: string, commit?: Commit): Promise<number>;
  /** Overwrites every key in memory. */
  close(): void;
}
