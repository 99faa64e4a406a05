import type { ConsentLevel } from "../consent/level.ts";
import type { Effect } from "../effect.ts";
import type { OperationState } from "../operations/operation-of.ts";
import type { EffectBudget } from "../safe-write.ts";

/** Records of what changes the world. Sealed fields are the vault's, under `<kind> <id>`; the rest holds no secret. */

/** What a call would change, kept until it is consented to or lapses. Never changed but for its decision. */
export interface PlanRow {
  /** `pln_…` */
  id: string;
  tenant_id: string;
  /** Who asked for it; nobody else's call can use it. */
  principal_id: string;
  connector: string;
  connection_id: string | null;
  /** Full name of the tool. */
  tool: string;
  effect: Effect;
  consent: ConsentLevel;
  /** People who have to agree. */
  approvals_needed: number;
  /** SHA-256 (hex) over tenant, principal, connection, tool and version, arguments and state. */
  hash: string;
  sealed_arguments: string;
  /** The plan as people see it, JSON: `PlannedChange` without its state, secret arguments hidden. */
  shown: string;
  /** The state it rests on, sealed JSON; null where nothing could be read. */
  sealed_state: string | null;
  created_at: number;
  expires_at: number;
  /** When somebody said no; then it is never applied. */
  denied_at: number | null;
}

/** One person's word on a plan. One row for each person and plan. */
export interface ApprovalRow {
  plan_id: string;
  tenant_id: string;
  /** The person who spoke. */
  principal_id: string;
  /** The approver who lent the right, where it was delegated. */
  on_behalf_of: string | null;
  decision: "approve" | "deny";
  /** How the word came: the client's question, the page, REST, the operator's terminal. */
  way: "elicitation" | "page" | "rest" | "cli";
  reason: string | null;
  at: number;
}

/** An approver's right to approve, lent to another person for a while. */
export interface DelegationRow {
  /** `dlg_…` */
  id: string;
  tenant_id: string;
  from_principal_id: string;
  to_principal_id: string;
  created_at: number;
  expires_at: number;
}

export type JournalState = "intended" | "sent" | "done" | "failed" | "unknown";

/** One effect on an upstream, at most once. Outlives plan and operation. */
export interface JournalRow {
  /** `jrn_…` */
  id: string;
  tenant_id: string;
  principal_id: string;
  /** Unique with the principal: the same key is the same request. */
  key: string;
  /** Unique: a plan is used once. */
  plan_id: string | null;
  operation_id: string | null;
  connector: string;
  connection_id: string | null;
  tool: string;
  /** HMAC of connection, tool and arguments: tells another request under the same key, and an identical one. */
  request_hash: string;
  /** The same while a request without a key of its own is open or unknown, else null. Unique in the tenant. */
  open_hash: string | null;
  /** What it keeps others from working on while it is open (`con_… server 50482`), else null. Unique in the tenant. */
  lane: string | null;
  state: JournalState;
  sealed_arguments: string;
  sealed_state: string | null;
  /** What the caller was answered (tool answer or error), sealed JSON, for a retry with the same key. */
  sealed_outcome: string | null;
  /** Process that is to finish it. */
  owner: string;
  created_at: number;
  sent_at: number | null;
  ended_at: number | null;
  /** When the next attempt to find out is due, while it is unknown or its owner may be gone. */
  check_at: number | null;
  /** Who settled it, or `evidence`. */
  settled_by: string | null;
}

/** Durable work, as its owner sees it. */
export interface OperationRow {
  /** `opn_…` */
  id: string;
  tenant_id: string;
  principal_id: string;
  connector: string;
  connection_id: string | null;
  tool: string;
  plan_id: string | null;
  journal_id: string | null;
  state: OperationState;
  /** 0 to 1. */
  progress: number;
  message: string | null;
  /** JSON list of `{ at, message }`, the newest last, bounded. */
  steps: string;
  /** Where the upstream keeps track of it, JSON. */
  pointer: string | null;
  /** JSON of `code`, `message`, `details`, once failed. */
  error: string | null;
  sealed_result: string | null;
  /** What the work needs besides the journal to go on in another process (call, principal), sealed JSON. */
  sealed_call: string | null;
  created_at: number;
  updated_at: number;
  ended_at: number | null;
  /** When it is swept; null as long as it has not ended. */
  expires_at: number | null;
  /** Grows with every change: whoever changes it names the one it read. */
  version: number;
  /** When somebody should look after it again; null when nobody has to. */
  due_at: number | null;
  /** Process that looks after it now, and until when nobody else does. */
  worker: string | null;
  claimed_until: number | null;
}

/** A way back, until it is used or lapses. */
export interface UndoRow {
  /** `und_…` */
  id: string;
  tenant_id: string;
  principal_id: string;
  journal_id: string;
  connector: string;
  connection_id: string | null;
  /** The tool that takes it back. */
  tool: string;
  sealed_arguments: string;
  summary: string;
  created_at: number;
  expires_at: number;
}

/** What was spent of a budget of effects in one period, by a principal or (`*`) the whole tenant. */
export interface EffectCountRow {
  tenant_id: string;
  principal_id: string;
  budget: EffectBudget;
  /** `2026-11-30` for a day, `2026-11` for a month; UTC. */
  period: string;
  used: number;
  /** When the period is over and the row may go. */
  expires_at: number;
}
