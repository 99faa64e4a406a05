import type { Secret } from "../secret.ts";

/** A tenant's configured use of a connector. */
export interface Connection {
  /** `con_…` */
  id: string;
  tenant_id: string;
  connector: string;
  label: string;
  settings: Readonly<Record<string, unknown>>;
  credential: Readonly<Record<string, Secret>>;
  /** Grows with every change, so that pooled clients of an older one are dropped. */
  version: number;
}

export interface ApiKey {
  /** `key_…` */
  id: string;
  tenant_id: string;
  principal_id: string;
  label: string;
  scopes: readonly string[];
  /** SHA-256 of the key, hex. */
  hash: string;
}

export interface Activity {
  first_seen_at: number;
  last_active_at: number;
}

/** Durable records. Every method names the tenant whose rows it may touch, but for the lookup that finds the tenant. */
export interface Store {
  findApiKey(hash: string): Promise<ApiKey | undefined>;
  putApiKey(key: ApiKey): Promise<void>;
  listConnections(tenant_id: string, connector: string): Promise<readonly Connection[]>;
  putConnection(connection: Connection): Promise<void>;
  findActivity(tenant_id: string, principal_id: string): Promise<Activity | undefined>;
  /** Remembers that the principal was active; keeps the earliest time as first seen. */
  touchActivity(tenant_id: string, principal_id: string, at: number): Promise<void>;
  close(): Promise<void>;
}
