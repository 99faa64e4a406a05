import type { Effect } from "../effect.ts";
import type { ErrorCode } from "../errors.ts";

/** Who did what to which connection, and how it ended. Never contains a secret or an argument's value. */
export interface AuditEvent {
  at: number;
  request_id: string;
  trace_id: string;
  surface: Surface;
  tenant_id: string | undefined;
  principal_id: string | undefined;
  action:
    | "tool"
    | "resource"
    | "prompt"
    | "completion"
    | "subscription"
    | "admission"
    | "admin"
    /** How durable work ended, written by whoever looked after it. */
    | "operation";
  /** The tool's full name, the resource's template, the prompt's name, the administrator's act (`keys.create`). */
  name: string;
  connector: string | undefined;
  connection_id: string | undefined;
  effect: Effect | undefined;
  outcome: "ok" | "input_required" | ErrorCode;
  duration_ms: number;
  /** Written before something is changed; its outcome follows in an event of its own. */
  phase?: "intent" | undefined;
  /** The caller's network address; enters the log as a salted hash, so that it can be redacted. */
  address?: string | undefined;
  /** What an administrator's act was about (`key_…`), and facts of it that hold no secret. */
  target?: string | undefined;
  facts?: Readonly<Record<string, unknown>> | undefined;
  /** The answer held secrets that the caller asked for. */
  revealed_secret?: boolean | undefined;
  /** The policy that refused. */
  policy_id?: string | undefined;
  /** Requests that left for the upstream, and bytes of the answer; for usage. */
  upstream_calls?: number;
  bytes_out?: number;
}

export type Surface = "http" | "rest" | "stdio" | "cli" | "worker";

/** Hears of every event, as it ends. Must not throw and must not wait. */
export interface Recorder {
  record(event: AuditEvent): void;
}
