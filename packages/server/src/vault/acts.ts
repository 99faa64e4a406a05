import { FairleadError } from "@fairlead/core/errors";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import type { AuditLog } from "@fairlead/core/observe/audit-log";
import type { Clock } from "@fairlead/core/ports";
import type { Store } from "@fairlead/core/storage/store";
import type { OpenVault } from "@fairlead/core/vault/open-vault";
import {
  type MasterRotation,
  SYSTEM_TENANT,
  type TenantRotation,
} from "@fairlead/core/vault/vault";
import { operatorEvent } from "../operator-event.ts";

/** What an operator's acts on the vault need of the installation's state. */
export interface VaultState {
  store: Store;
  vault: OpenVault;
  audit: AuditLog;
  clock: Clock;
}

export interface VaultStatus {
  master_key_id: string;
  other_master_key_ids: readonly string[];
  /** Data keys that are not under the current master key, up to 1,000. */
  keys_under_others: number;
  /** Of the tenant that was asked for. */
  keys?: readonly { id: string; master_key_id: string; created_at: number; active: boolean }[];
}

const MOST = 1_000;

/** Rotates a tenant's data key; the audit event is written with the new key, or neither is. */
export async function rotateTenant(state: VaultState, named: string): Promise<TenantRotation> {
  const tenant_id = await requireTenant(state.store, named);
  const event = operatorEvent(state.clock, "vault.rotate_tenant", { tenant_id, target: tenant_id });
  return state.vault.rotateTenant(tenant_id, (work) =>
    state.audit.transaction(async (tx) => ({ result: await work(tx), event })),
  );
}

/** Wraps every data key with the current master key. The audit says that it began, and how it ended. */
export async function rotateMaster(state: VaultState): Promise<MasterRotation> {
  const target = state.vault.masterKeyIds.current;
  const note = (facts: AuditEvent["facts"]) =>
    state.audit.transaction(async () => ({
      result: undefined,
      event: { ...operatorEvent(state.clock, "vault.rotate_master", { target }), facts },
    }));
  await note({ stage: "begun" });
  const rotation = await state.vault.rotateMaster();
  const { rewrapped, failed } = rotation;
  await note({ stage: "ended", rewrapped, failed: failed.length });
  return rotation;
}

export async function statusOf({ store, vault }: VaultState, named?: string): Promise<VaultStatus> {
  const { current, others } = vault.masterKeyIds;
  const status = {
    master_key_id: current,
    other_master_key_ids: others,
    keys_under_others: (await store.dataKeys.listNotWrappedBy(current, MOST)).length,
  };
  if (named === undefined) return status;
  const keys = await store.dataKeys.list(await requireTenant(store, named));
  return {
    ...status,
    keys: keys.map(({ id, master_key_id, created_at, active }) => ({
      ...{ id, master_key_id, created_at, active },
    })),
  };
}

/** By id or name. A tenant that only header credentials make has keys and no row. */
export async function requireTenant(store: Store, named: string): Promise<string> {
  const tenant = named.startsWith("ten_")
    ? await store.tenants.find(named)
    : await store.tenants.findByName(named);
  if (tenant !== undefined) return tenant.id;
  const isOwn = named !== SYSTEM_TENANT && (await store.dataKeys.list(named)).length > 0;
  if (isOwn) return named;
  throw new FairleadError(
    "not_found",
    `There is no tenant "${named}". See which there are: fairlead tenants list`,
  );
}
