import type { Effect } from "../effect.ts";
import type { Role } from "../policy/roles.ts";

/** Times are milliseconds since the epoch everywhere; absent values are `null`, as the database has them. */

export interface Tenant {
  /** `ten_…` */
  id: string;
  /** Unique; what an operator types. */
  name: string;
  status: "active" | "disabled";
  /** Name of the tier its callers' allowance is of; null for the default. */
  tier: string | null;
  /** The open-source repository an `open_source` tier was granted for. */
  repository: string | null;
  created_at: number;
}

export type StoredPrincipalKind = "person" | "service" | "oauth_client" | "agent";

/** A caller that is known: a person, what an API key acts as, an OAuth client, an agent. */
export interface StoredPrincipal {
  /** `prn_…` */
  id: string;
  tenant_id: string;
  kind: StoredPrincipalKind;
  label: string;
  email: string | null;
  /** Who vouches for it and under which name (`iss` and `sub`, or `client_id`); an agent's address. */
  issuer: string | null;
  subject: string | null;
  roles: readonly Role[];
  /** The principal whose allowance its calls are taken from; null: its tenant's. New keys bring no fresh allowance. */
  owner_id: string | null;
  tier: string | null;
  repository: string | null;
  status: "active" | "disabled";
  created_at: number;
  created_by: string;
}

export interface ApiKey {
  /** The `<id>` of `fl_<id>_<secret>`, with `key_` in front. */
  id: string;
  tenant_id: string;
  principal_id: string;
  label: string;
  /** SHA-256 of the whole key, hex. */
  hash: string;
  /** Narrows what the principal's roles give; null: all they give. */
  scopes: readonly string[] | null;
  /** CIDR ranges it may come from; null: anywhere. */
  addresses: readonly string[] | null;
  created_at: number;
  created_by: string;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
  /** The key that a rotation put in its place. */
  replaced_by: string | null;
}

/** A tenant's configured use of a connector, as it is kept. */
export interface StoredConnection {
  /** `con_…` */
  id: string;
  tenant_id: string;
  connector: string;
  /** Unique within tenant and connector. */
  label: string;
  settings: Readonly<Record<string, unknown>>;
  /** The credential's fields as JSON, sealed by the vault under `connection <id>`; null where it needs none. */
  sealed_credential: string | null;
  /** Grows with every change, so that pooled clients of an older one are dropped. */
  version: number;
  created_at: number;
  updated_at: number;
}

/** A tenant's data key, wrapped by a master key. */
export interface DataKey {
  /** In every value sealed with it. */
  id: string;
  tenant_id: string;
  master_key_id: string;
  /** Base64url. */
  wrapped: string;
  created_at: number;
  /** Seals new values; the others only open old ones. */
  active: boolean;
}

/** A Cedar policy of one tenant. */
export interface StoredPolicy {
  /** `pol_…` */
  id: string;
  tenant_id: string;
  name: string;
  text: string;
  enabled: boolean;
  updated_at: number;
  updated_by: string;
}

export interface Invitation {
  /** `inv_…` */
  id: string;
  tenant_id: string;
  label: string;
  email: string | null;
  roles: readonly Role[];
  /** SHA-256 of its token, hex. */
  hash: string;
  created_at: number;
  created_by: string;
  expires_at: number;
  accepted_at: number | null;
  accepted_by: string | null;
}

/** A person's session in a browser. */
export interface SignIn {
  /** SHA-256 of the cookie's token, hex. */
  id: string;
  tenant_id: string;
  principal_id: string;
  created_at: number;
  expires_at: number;
}

/** A key pair an agent signs in with, delegated to by its account. */
export interface AgentKey {
  tenant_id: string;
  principal_id: string;
  /** `0x` and 40 lower-case hex digits. */
  address: string;
  /** 64 lower-case hex digits (Ed25519). */
  public_key: string;
  /** The delegation's signature, sealed: it is a credential for the node too. */
  sealed_delegation: string | null;
  not_after: number;
  created_at: number;
  revoked_at: number | null;
}

/** A token that must not be taken any more although it is well signed; swept once it would have expired anyway. */
export interface Revocation {
  /** SHA-256 of the token's `jti` or of its session's id, hex. */
  id: string;
  expires_at: number;
}

export interface Activity {
  first_seen_at: number;
  last_active_at: number;
}

/** What one principal did with one tool in one hour. */
export interface UsageRow {
  tenant_id: string;
  principal_id: string;
  /** Full name of the tool, or the action's kind and name. */
  tool: string;
  connector: string;
  effect: Effect;
  /** Start of the hour, UTC. */
  hour: number;
  calls: number;
  errors: number;
  upstream_calls: number;
  bytes_out: number;
}

/** What a tenant used over some time. */
export interface UsageTotal {
  tenant_id: string;
  calls: number;
  errors: number;
  upstream_calls: number;
  bytes_out: number;
}

/** One link of a chain. `body` is the event as canonical JSON (RFC 8785); the hash covers it and the one before. */
export interface AuditRow {
  /** One per tenant and writer process. */
  chain: string;
  seq: number;
  /** `ten_system` for what belongs to no tenant. */
  tenant_id: string;
  /** When it was recorded; never decreases along a chain. When it happened is in the body. */
  at: number;
  body: string;
  prev_hash: string;
  hash: string;
}

/** A signed statement of how far every chain had come that moved since the one before. */
export interface AuditCheckpoint {
  /** Without gaps; `putCheckpoint` throws `conflict` where it is taken. */
  seq: number;
  at: number;
  body: string;
  signature: string;
  key_id: string;
}

/** A running process on these records. */
export interface ProcessRow {
  id: string;
  host: string;
  pid: number;
  /** Which `Shared` it uses: `memory`, `file`, or a hash of the Redis URL. */
  shared: string;
  started_at: number;
  seen_at: number;
}

/** Something other replicas must not remember any longer. */
export interface Change {
  /** In the order of commits, without gaps. */
  seq: number;
  tenant_id: string;
  topic: "tenant" | "principal" | "key" | "connection" | "policy" | "vault" | "token" | "sign_in";
  /** The id of what changed. */
  ref: string;
}

export interface Page<T> {
  items: T[];
  /** Hand back to get the next page; null on the last. */
  next_cursor: string | null;
}

export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}
