import type { Kysely } from "kysely";
import type {
  Activity,
  AgentKey,
  ApiKey,
  AuditCheckpoint,
  AuditRow,
  Change,
  DataKey,
  Invitation,
  ProcessRow,
  Revocation,
  SignIn,
  StoredConnection,
  StoredPolicy,
  StoredPrincipal,
  Tenant,
  UsageRow,
} from "../records.ts";
import type {
  ApprovalRow,
  DelegationRow,
  EffectCountRow,
  JournalRow,
  OperationRow,
  PlanRow,
  UndoRow,
} from "../write-records.ts";

/** Both databases hold the same columns: lists and objects as JSON text, truth as 1 and 0, times as whole numbers. */
export interface Tables {
  tenants: Tenant;
  principals: PrincipalRow;
  api_keys: ApiKeyRow;
  connections: ConnectionRow;
  data_keys: DataKeyRow;
  policies: PolicyRow;
  invitations: InvitationRow;
  sign_ins: SignIn;
  agent_keys: AgentKey;
  revocations: Revocation;
  activity: Activity & { tenant_id: string; principal_id: string };
  usage_hours: UsageRow;
  audit: AuditRow;
  audit_checkpoints: AuditCheckpoint;
  plans: KeptPlan;
  approvals: ApprovalRow;
  delegations: DelegationRow;
  journal: JournalRow;
  operations: OperationRow;
  undos: UndoRow;
  effect_counts: EffectCountRow;
  processes: ProcessRow;
  changes: Change & { at: number };
  counters: { name: string; value: number };
  migrations: { name: string; applied_at: number };
}

export type PrincipalRow = As<StoredPrincipal, "roles", string>;
export type ApiKeyRow = As<ApiKey, "scopes" | "addresses", string | null>;
export type ConnectionRow = As<StoredConnection, "settings", string>;
export type DataKeyRow = As<DataKey, "active", number>;
export type PolicyRow = As<StoredPolicy, "enabled", number>;
export type InvitationRow = As<Invitation, "roles", string>;
/** `look_at`: when the sweep looks at it. */
export type KeptPlan = PlanRow & { look_at: number };

type As<T, K extends keyof T, V> = Omit<T, K> & Record<K, V>;

/** A connection to either database, or a transaction on it. */
export type Db = Kysely<Tables>;
