import type {
  Activity,
  AgentKey,
  ApiKey,
  AuditCheckpoint,
  AuditRow,
  Change,
  DataKey,
  Invitation,
  Page,
  PageRequest,
  ProcessRow,
  Revocation,
  SignIn,
  StoredConnection,
  StoredPolicy,
  StoredPrincipal,
  Tenant,
  UsageRow,
  UsageTotal,
} from "./records.ts";

/**
 * Durable records. Every method names the tenant whose rows it may touch, but for the lookups that find the tenant and
 * for what belongs to the whole installation. `insert` throws `conflict` where the id or a unique name is taken, and
 * `not_found` where its tenant or principal does not exist. `update` throws `not_found` where there is no such record.
 * Every method throws `upstream_unavailable`, reason `store`, within seconds while the records cannot be reached.
 */
export interface Store {
  readonly tenants: {
    insert(tenant: Tenant): Promise<void>;
    update(tenant: Tenant): Promise<void>;
    find(id: string): Promise<Tenant | undefined>;
    findByName(name: string): Promise<Tenant | undefined>;
    list(page: PageRequest): Promise<Page<Tenant>>;
    /** Inside a transaction: whoever locks the same tenant waits until it ends. Throws `not_found` without one. */
    lock(id: string): Promise<void>;
    /** Deletes the tenant and every row it owns, its data keys first; its audit chains stay until they lapse. */
    delete(id: string): Promise<void>;
  };
  readonly principals: {
    insert(principal: StoredPrincipal): Promise<void>;
    update(principal: StoredPrincipal): Promise<void>;
    find(tenant_id: string, id: string): Promise<StoredPrincipal | undefined>;
    /** The one an issuer vouches for, whatever its tenant. */
    findBySubject(issuer: string, subject: string): Promise<StoredPrincipal | undefined>;
    list(tenant_id: string, page: PageRequest): Promise<Page<StoredPrincipal>>;
    /** Deletes it with its keys, sign-ins and activity. */
    delete(tenant_id: string, id: string): Promise<void>;
  };
  readonly keys: {
    insert(key: ApiKey): Promise<void>;
    update(key: ApiKey): Promise<void>;
    /** Finds the key's tenant as well, so it takes no tenant. */
    find(id: string): Promise<ApiKey | undefined>;
    list(tenant_id: string, page: PageRequest): Promise<Page<ApiKey>>;
    listOf(tenant_id: string, principal_id: string): Promise<ApiKey[]>;
    /** Notes when keys were last used; never moves a time back. */
    touch(uses: readonly { id: string; at: number }[]): Promise<void>;
  };
  readonly connections: {
    insert(connection: StoredConnection): Promise<void>;
    /** Writes it if the stored version is one less than the given one; throws `conflict` otherwise. */
    update(connection: StoredConnection): Promise<void>;
    find(tenant_id: string, id: string): Promise<StoredConnection | undefined>;
    list(tenant_id: string, connector?: string): Promise<StoredConnection[]>;
    /** Every tenant's, for the rotation of keys. */
    listSealedWith(data_key_id: string): Promise<StoredConnection[]>;
    delete(tenant_id: string, id: string): Promise<void>;
  };
  readonly dataKeys: {
    insert(key: DataKey): Promise<void>;
    update(key: DataKey): Promise<void>;
    list(tenant_id: string): Promise<DataKey[]>;
    /** All keys not wrapped by this master key, a page at a time. */
    listNotWrappedBy(master_key_id: string, limit: number): Promise<DataKey[]>;
    delete(tenant_id: string, id: string): Promise<void>;
  };
  readonly policies: {
    insert(policy: StoredPolicy): Promise<void>;
    update(policy: StoredPolicy): Promise<void>;
    list(tenant_id: string): Promise<StoredPolicy[]>;
    delete(tenant_id: string, id: string): Promise<void>;
  };
  readonly invitations: {
    insert(invitation: Invitation): Promise<void>;
    findByHash(hash: string): Promise<Invitation | undefined>;
    list(tenant_id: string): Promise<Invitation[]>;
    /** True for exactly one of many who accept it at once. */
    accept(id: string, by: string, at: number): Promise<boolean>;
    delete(tenant_id: string, id: string): Promise<void>;
  };
  readonly signIns: {
    insert(signIn: SignIn): Promise<void>;
    find(id: string): Promise<SignIn | undefined>;
    delete(id: string): Promise<void>;
    deleteOf(tenant_id: string, principal_id: string): Promise<void>;
  };
  readonly agentKeys: {
    insert(key: AgentKey): Promise<void>;
    update(key: AgentKey): Promise<void>;
    find(address: string, public_key: string): Promise<AgentKey | undefined>;
    list(tenant_id: string, principal_id: string): Promise<AgentKey[]>;
    /** Every tenant's, for the rotation of keys. */
    listSealedWith(data_key_id: string): Promise<AgentKey[]>;
    /** Puts `sealed` in the place of the delegation, if it still is the given one; whether it was. */
    reseal(key: AgentKey, sealed: string): Promise<boolean>;
  };
  readonly revocations: {
    add(revocation: Revocation): Promise<void>;
    has(id: string): Promise<boolean>;
  };
  readonly activity: {
    find(tenant_id: string, principal_id: string): Promise<Activity | undefined>;
    /** Keeps the earliest time as first seen, the latest as last active. */
    touch(rows: readonly { tenant_id: string; principal_id: string; at: number }[]): Promise<void>;
  };
  readonly usage: {
    /** Adds to what is there. */
    add(rows: readonly UsageRow[]): Promise<void>;
    /** Hours that begin at `from` or later, and before `to`. */
    list(
      tenant_id: string,
      query: { from: number; to: number; principal_id?: string | undefined },
    ): Promise<UsageRow[]>;
    /** The sum of a tenant's, over hours that begin at `from` or later and before `to`. */
    total(tenant_id: string, query: { from: number; to: number }): Promise<UsageTotal>;
    /** The same of each tenant that has any. Reads all of the installation's usage: for what happens seldom. */
    totals(query: { from: number; to: number }): Promise<UsageTotal[]>;
    /** Bytes that a tenant's rows take, roughly. */
    storedBytes(tenant_id: string): Promise<number>;
  };
  readonly audit: {
    /** Takes links again that are there already; throws `conflict`, reason `fork`, for another one in their place. */
    append(rows: readonly AuditRow[]): Promise<void>;
    /** One chain in order, for checking. */
    readChain(chain: string, fromSeq: number, limit: number): Promise<AuditRow[]>;
    /** A tenant's events, newest first; of a time from `from` on, before `to`. */
    list(
      tenant_id: string,
      query: PageRequest & { from?: number | undefined; to?: number | undefined },
    ): Promise<Page<AuditRow>>;
    /** Chains and how far each has come: all, one tenant's, or those that got a row at `moved_since` or later. */
    heads(query?: {
      tenant_id?: string | undefined;
      moved_since?: number | undefined;
    }): Promise<{ chain: string; tenant_id: string; seq: number; hash: string }[]>;
    /** Replaces bodies (a redaction keeps every hash as it was). */
    redact(rows: readonly Pick<AuditRow, "chain" | "seq" | "body">[]): Promise<void>;
    /** Drops whole prefixes of chains older than `at`; resolves with how many rows went. */
    deleteBefore(at: number): Promise<number>;
    putCheckpoint(checkpoint: AuditCheckpoint): Promise<void>;
    listCheckpoints(page: PageRequest): Promise<Page<AuditCheckpoint>>;
    lastCheckpoint(): Promise<AuditCheckpoint | undefined>;
    /** In order, from a number on. */
    readCheckpoints(fromSeq: number, limit: number): Promise<AuditCheckpoint[]>;
    /** Drops those below a number. */
    deleteCheckpointsBefore(seq: number): Promise<void>;
  };
  readonly processes: {
    beat(row: ProcessRow): Promise<void>;
    list(seenSince: number): Promise<ProcessRow[]>;
    remove(id: string): Promise<void>;
  };
  readonly changes: {
    /** Numbers it in the order of commits; call it inside the transaction that makes the change. */
    append(change: Omit<Change, "seq">): Promise<number>;
    since(seq: number, limit: number): Promise<Change[]>;
    last(): Promise<number>;
  };

  /**
   * All of it or nothing. Not nested, and over when a statement of it failed, whatever `work` does about that. `work`
   * uses the store it is handed and no other: the outer one would wait for this transaction to end, and gives up then.
   */
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Throws `upstream_unavailable`, reason `store`, while the records cannot be reached. */
  check(): Promise<void>;
  /** Bytes that the database takes, other tenants of it included. */
  bytes(): Promise<number>;
  /**
   * Drops what has lapsed: sign-ins, invitations, revocations, changes older than an hour, dead processes; usage and
   * activity of more than 800 days ago, or 90 where their tenant is no record.
   */
  sweep(now: number): Promise<void>;
  close(): Promise<void>;
}
