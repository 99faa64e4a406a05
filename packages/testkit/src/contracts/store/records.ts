import type {
  AgentKey,
  ApiKey,
  AuditCheckpoint,
  AuditRow,
  DataKey,
  Invitation,
  ProcessRow,
  SignIn,
  StoredConnection,
  StoredPolicy,
  StoredPrincipal,
  Tenant,
  UsageRow,
} from "@fairlead/core/storage/records";
import type { Store } from "@fairlead/core/storage/store";
import type {
  ApprovalRow,
  DelegationRow,
  EffectCountRow,
  JournalRow,
  OperationRow,
  PlanRow,
  UndoRow,
} from "@fairlead/core/storage/write-records";

/** Complete records, the same in every test; what matters to one is given. */

export function tenant(changes: Partial<Tenant> = {}): Tenant {
  const id = changes.id ?? "ten_a";
  return {
    id,
    name: `name of ${id}`,
    status: "active",
    tier: null,
    repository: null,
    created_at: 1_000,
    ...changes,
  };
}

export function principal(changes: Partial<StoredPrincipal> = {}): StoredPrincipal {
  return {
    id: "prn_a",
    tenant_id: "ten_a",
    kind: "person",
    label: "Ada",
    email: "ada@example.com",
    issuer: null,
    subject: null,
    roles: ["viewer", "admin"],
    owner_id: null,
    tier: null,
    repository: null,
    status: "active",
    created_at: 1_000,
    created_by: "prn_root",
    ...changes,
  };
}

export function apiKey(changes: Partial<ApiKey> = {}): ApiKey {
  const id = changes.id ?? "key_a";
  return {
    id,
    tenant_id: "ten_a",
    principal_id: "prn_a",
    label: "continuous integration",
    hash: `hash of ${id}`,
    scopes: ["harbour:read", "harbour:write"],
    addresses: ["192.0.2.0/24"],
    created_at: 1_000,
    created_by: "prn_root",
    expires_at: 9_000,
    revoked_at: null,
    last_used_at: null,
    replaced_by: null,
    ...changes,
  };
}

export function connection(changes: Partial<StoredConnection> = {}): StoredConnection {
  const id = changes.id ?? "con_a";
  return {
    id,
    tenant_id: "ten_a",
    connector: "harbour",
    label: `label of ${id}`,
    settings: { region: "north", piers: [1, 2], nested: { deep: true } },
    sealed_credential: "v1.dk_a.c2VhbGVk",
    version: 1,
    created_at: 1_000,
    updated_at: 1_000,
    ...changes,
  };
}

export function dataKey(changes: Partial<DataKey> = {}): DataKey {
  return {
    id: "dk_a",
    tenant_id: "ten_a",
    master_key_id: "mk_1",
    wrapped: "d3JhcHBlZA",
    created_at: 1_000,
    active: true,
    ...changes,
  };
}

export function policy(changes: Partial<StoredPolicy> = {}): StoredPolicy {
  const id = changes.id ?? "pol_a";
  return {
    id,
    tenant_id: "ten_a",
    name: `name of ${id}`,
    text: 'forbid (principal, action, resource) when { context.arguments.pier == "7" };',
    enabled: true,
    updated_at: 1_000,
    updated_by: "prn_root",
    ...changes,
  };
}

export function invitation(changes: Partial<Invitation> = {}): Invitation {
  const id = changes.id ?? "inv_a";
  return {
    id,
    tenant_id: "ten_a",
    label: "Ada",
    email: "ada@example.com",
    roles: ["operator"],
    hash: `hash of ${id}`,
    created_at: 1_000,
    created_by: "prn_root",
    expires_at: 9_000,
    accepted_at: null,
    accepted_by: null,
    ...changes,
  };
}

export function signIn(changes: Partial<SignIn> = {}): SignIn {
  return {
    id: "sign-in-a",
    tenant_id: "ten_a",
    principal_id: "prn_a",
    created_at: 1_000,
    expires_at: 9_000,
    ...changes,
  };
}

export function agentKey(changes: Partial<AgentKey> = {}): AgentKey {
  return {
    tenant_id: "ten_a",
    principal_id: "prn_a",
    address: `0x${"a".repeat(40)}`,
    public_key: "1".repeat(64),
    sealed_delegation: "v1.dk_a.c2VhbGVk",
    not_after: 9_000,
    created_at: 1_000,
    revoked_at: null,
    ...changes,
  };
}

export function usageRow(changes: Partial<UsageRow> = {}): UsageRow {
  return {
    tenant_id: "ten_a",
    principal_id: "prn_a",
    tool: "harbour_list_piers",
    connector: "harbour",
    effect: "read",
    hour: 3_600_000,
    calls: 3,
    errors: 1,
    upstream_calls: 2,
    bytes_out: 1_000,
    ...changes,
  };
}

export function auditRow(changes: Partial<AuditRow> = {}): AuditRow {
  const { chain = "ten_a/p1", seq = 1 } = changes;
  return {
    chain,
    seq,
    tenant_id: "ten_a",
    at: 1_000 + seq,
    body: `{"seq":${seq}}`,
    prev_hash: `hash ${seq - 1}`,
    hash: `hash ${seq}`,
    ...changes,
  };
}

export function checkpoint(changes: Partial<AuditCheckpoint> = {}): AuditCheckpoint {
  return { seq: 1, at: 1_000, body: "{}", signature: "c2ln", key_id: "k1", ...changes };
}

export function processRow(changes: Partial<ProcessRow> = {}): ProcessRow {
  return {
    id: "p1",
    host: "quay",
    pid: 7,
    shared: "memory",
    started_at: 1_000,
    seen_at: 1_000,
    ...changes,
  };
}

export function plan(changes: Partial<PlanRow> = {}): PlanRow {
  const id = changes.id ?? "pln_a";
  return {
    id,
    tenant_id: "ten_a",
    principal_id: "prn_a",
    connector: "harbour",
    connection_id: "con_a",
    tool: "harbour_close_pier",
    effect: "destroy",
    consent: "approver",
    approvals_needed: 2,
    hash: `hash of ${id}`,
    sealed_arguments: "v1.dk_a.YXJndW1lbnRz",
    shown: '{"summary":"Pier 7 is closed."}',
    sealed_state: "v1.dk_a.c3RhdGU",
    created_at: 1_000,
    expires_at: 9_000,
    denied_at: null,
    ...changes,
  };
}

export function approval(changes: Partial<ApprovalRow> = {}): ApprovalRow {
  return {
    plan_id: "pln_a",
    tenant_id: "ten_a",
    principal_id: "prn_a",
    on_behalf_of: null,
    decision: "approve",
    way: "page",
    reason: "It is low tide.",
    at: 2_000,
    ...changes,
  };
}

export function delegation(changes: Partial<DelegationRow> = {}): DelegationRow {
  return {
    id: "dlg_a",
    tenant_id: "ten_a",
    from_principal_id: "prn_a",
    to_principal_id: "prn_a2",
    created_at: 1_000,
    expires_at: 9_000,
    ...changes,
  };
}

export function journalRow(changes: Partial<JournalRow> = {}): JournalRow {
  const id = changes.id ?? "jrn_a";
  return {
    id,
    tenant_id: "ten_a",
    principal_id: "prn_a",
    key: `key of ${id}`,
    plan_id: null,
    operation_id: null,
    connector: "harbour",
    connection_id: "con_a",
    tool: "harbour_close_pier",
    request_hash: `request of ${id}`,
    open_hash: null,
    lane: null,
    state: "intended",
    sealed_arguments: "v1.dk_a.YXJndW1lbnRz",
    sealed_state: "v1.dk_a.c3RhdGU",
    sealed_outcome: null,
    owner: "p1",
    created_at: 1_000,
    sent_at: null,
    ended_at: null,
    check_at: null,
    settled_by: null,
    ...changes,
  };
}

export function operation(changes: Partial<OperationRow> = {}): OperationRow {
  return {
    id: "opn_a",
    tenant_id: "ten_a",
    principal_id: "prn_a",
    connector: "harbour",
    connection_id: "con_a",
    tool: "harbour_close_pier",
    plan_id: "pln_a",
    journal_id: "jrn_a",
    state: "running",
    progress: 0.25,
    message: "The gate moves.",
    steps: '[{"at":1000,"message":"The gate moves."}]',
    pointer: '{"job":7}',
    error: null,
    sealed_result: null,
    sealed_call: "v1.dk_a.Y2FsbA",
    created_at: 1_000,
    updated_at: 1_000,
    ended_at: null,
    expires_at: null,
    version: 1,
    due_at: 5_000,
    worker: null,
    claimed_until: null,
    ...changes,
  };
}

export function undo(changes: Partial<UndoRow> = {}): UndoRow {
  const id = changes.id ?? "und_a";
  return {
    id,
    tenant_id: "ten_a",
    principal_id: "prn_a",
    journal_id: `journal row of ${id}`,
    connector: "harbour",
    connection_id: "con_a",
    tool: "harbour_open_pier",
    sealed_arguments: "v1.dk_a.YXJndW1lbnRz",
    summary: "Pier 7 is opened again.",
    created_at: 1_000,
    expires_at: 9_000,
    ...changes,
  };
}

/** A budget to spend of. */
export function effectCount(
  changes: Partial<Omit<EffectCountRow, "used">> = {},
): Omit<EffectCountRow, "used"> {
  return {
    tenant_id: "ten_a",
    principal_id: "prn_a",
    budget: "deletes",
    period: "2026-11-30",
    expires_at: 9_000,
    ...changes,
  };
}

/** Two tenants with a principal each: what other records belong to. */
export async function addOwners(store: Store): Promise<void> {
  await store.tenants.insert(tenant());
  await store.tenants.insert(tenant({ id: "ten_b" }));
  await store.principals.insert(principal());
  await store.principals.insert(principal({ id: "prn_b", tenant_id: "ten_b", email: null }));
}
