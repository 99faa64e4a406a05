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

/** Two tenants with a principal each: what other records belong to. */
export async function addOwners(store: Store): Promise<void> {
  await store.tenants.insert(tenant());
  await store.tenants.insert(tenant({ id: "ten_b" }));
  await store.principals.insert(principal());
  await store.principals.insert(principal({ id: "prn_b", tenant_id: "ten_b", email: null }));
}
