import type { OperationState } from "../operations/operation-of.ts";
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
import type {
  ApprovalRow,
  DelegationRow,
  EffectCountRow,
  JournalRow,
  JournalState,
  OperationRow,
  PlanRow,
  UndoRow,
} from "./write-records.ts";

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
  readonly plans: {
    insert(plan: PlanRow): Promise<void>;
    find(tenant_id: string, id: string): Promise<PlanRow | undefined>;
    /** Newest first; those that are open (not denied, not lapsed at `open_at`, in no journal row) when asked for. */
    list(
      tenant_id: string,
      query: PageRequest & { principal_id?: string | undefined; open_at?: number | undefined },
    ): Promise<Page<PlanRow>>;
    /** True for the first who denies it. */
    deny(tenant_id: string, id: string, at: number): Promise<boolean>;
    /** Of the tenant whose key it is, for its rotation: `limit` rows are looked at, those it sealed are handed out. */
    listSealedWith(data_key_id: string, page: PageRequest): Promise<Page<PlanRow>>;
    /** Puts these in the place of what is sealed, if that still is as given; whether it was. */
    reseal(
      plan: PlanRow,
      sealed: Pick<PlanRow, "sealed_arguments" | "sealed_state">,
    ): Promise<boolean>;
  };
  readonly approvals: {
    /** False where this person has spoken on this plan already. Throws `not_found` where there is no such plan. */
    add(approval: ApprovalRow): Promise<boolean>;
    listOf(tenant_id: string, plan_id: string): Promise<ApprovalRow[]>;
  };
  readonly delegations: {
    insert(delegation: DelegationRow): Promise<void>;
    /** Those that hold at a time, of the tenant or to one person. */
    list(
      tenant_id: string,
      query: { at: number; to_principal_id?: string | undefined },
    ): Promise<DelegationRow[]>;
    delete(tenant_id: string, id: string): Promise<void>;
  };
  readonly journal: {
    /** Writes it, unless key, plan, open request or lane is taken: false then, and the transaction goes on. */
    add(row: JournalRow): Promise<boolean>;
    find(tenant_id: string, id: string): Promise<JournalRow | undefined>;
    findByKey(
      tenant_id: string,
      principal_id: string,
      key: string,
    ): Promise<JournalRow | undefined>;
    findByPlan(tenant_id: string, plan_id: string): Promise<JournalRow | undefined>;
    /** An identical request that is open or unknown (`intended`, `sent`, `unknown`), whatever its key. */
    findOpen(tenant_id: string, request_hash: string): Promise<JournalRow | undefined>;
    findByLane(tenant_id: string, lane: string): Promise<JournalRow | undefined>;
    /**
     * Compare-and-set: writes the given fields where the row still is in state `from`. False where it is not, or where
     * another row has the open request or the lane by now; the transaction goes on. Key, plan, tenant and request never
     * change.
     */
    move(
      tenant_id: string,
      id: string,
      from: JournalState,
      to: Partial<
        Pick<
          JournalRow,
          | "state"
          | "operation_id"
          | "open_hash"
          | "lane"
          | "sealed_outcome"
          | "owner"
          | "sent_at"
          | "ended_at"
          | "check_at"
          | "settled_by"
        >
      >,
    ): Promise<boolean>;
    /** Of every tenant: those whose `check_at` has come, the longest due first. */
    due(now: number, limit: number): Promise<JournalRow[]>;
    /** As plans have it. */
    listSealedWith(data_key_id: string, page: PageRequest): Promise<Page<JournalRow>>;
    /** As plans have it. */
    reseal(
      row: JournalRow,
      sealed: Pick<JournalRow, "sealed_arguments" | "sealed_state" | "sealed_outcome">,
    ): Promise<boolean>;
  };
  readonly operations: {
    insert(operation: OperationRow): Promise<void>;
    find(tenant_id: string, id: string): Promise<OperationRow | undefined>;
    /** Newest first. */
    list(
      tenant_id: string,
      query: PageRequest & {
        principal_id?: string | undefined;
        states?: readonly OperationState[] | undefined;
        tool?: string | undefined;
        from?: number | undefined;
        to?: number | undefined;
      },
    ): Promise<Page<OperationRow>>;
    /**
     * Writes it if the stored version is one less than the given one; false otherwise. Whose it is, its tool and
     * connection, and when it was made never change.
     */
    update(operation: OperationRow): Promise<boolean>;
    /** Of every tenant: due, and claimed by nobody at `now`; the longest due first. */
    due(now: number, limit: number): Promise<OperationRow[]>;
    /** All that `due` would hand out. */
    backlog(now: number): Promise<{ waiting: number; oldest_due_at: number | null }>;
    /** The one that waits for a plan, or waited for it; the newest, if several do. */
    findByPlan(tenant_id: string, plan_id: string): Promise<OperationRow | undefined>;
    /** As plans have it. */
    listSealedWith(data_key_id: string, page: PageRequest): Promise<Page<OperationRow>>;
    /** Puts these in the place of what is sealed, as the next version; false where the given one is not the stored one. */
    reseal(
      operation: OperationRow,
      sealed: Pick<OperationRow, "sealed_result" | "sealed_call">,
    ): Promise<boolean>;
  };
  readonly undos: {
    insert(undo: UndoRow): Promise<void>;
    find(tenant_id: string, id: string): Promise<UndoRow | undefined>;
    findByJournal(tenant_id: string, journal_id: string): Promise<UndoRow | undefined>;
    /** As plans have it. */
    listSealedWith(data_key_id: string, page: PageRequest): Promise<Page<UndoRow>>;
    /** As plans have it. */
    reseal(undo: UndoRow, sealed: Pick<UndoRow, "sealed_arguments">): Promise<boolean>;
  };
  readonly effectCounts: {
    /**
     * Adds, unless that would exceed `limit`: false then, and nothing is added. A negative amount gives back, whatever
     * the limit, and never leaves less than nothing.
     */
    spend(row: Omit<EffectCountRow, "used">, amount: number, limit: number): Promise<boolean>;
    list(tenant_id: string, periods: readonly string[]): Promise<EffectCountRow[]>;
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
  /**
   * Inside a transaction: runs a part of it that can be taken back alone. When `work` throws, or a statement of it
   * failed, what it wrote is gone, the error is thrown on, and the transaction can go on. One at a time; one may be
   * inside another.
   */
  attempt<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Throws `upstream_unavailable`, reason `store`, while the records cannot be reached. */
  check(): Promise<void>;
  /** Bytes that the database takes, other tenants of it included. */
  bytes(): Promise<number>;
  /**
   * Drops what has lapsed: plans a day after they did unless the journal names them, operations and undo handles,
   * delegations, counts of past periods, journal rows that ended more than 400 days ago; sign-ins, invitations,
   * revocations, changes older than an hour, dead processes; usage and activity of more than 800 days ago, or 90 where
   * their tenant is no record.
   */
  sweep(now: number): Promise<void>;
  close(): Promise<void>;
}
