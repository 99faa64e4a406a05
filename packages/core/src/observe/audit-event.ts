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
  action: "tool" | "resource" | "prompt" | "completion" | "subscription" | "admission";
  /** The tool's full name, the resource's template, the prompt's name. */
  name: string;
  connector: string | undefined;
  connection_id: string | undefined;
  effect: Effect | undefined;
  outcome: "ok" | "input_required" | ErrorCode;
  duration_ms: number;
}

export type Surface = "http" | "stdio" | "cli";

export interface Recorder {
  record(event: AuditEvent): void;
}
