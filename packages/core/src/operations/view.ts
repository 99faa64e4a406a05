import type { InputRequests } from "../interaction.ts";
import type { OperationState } from "./operation-of.ts";

/** An operation as whoever may see it sees it. Times are milliseconds since the epoch. */
export interface OperationView {
  operation_id: string;
  /** Whose it is. */
  principal_id: string;
  /** Full name of the tool. */
  tool: string;
  connector: string;
  connection_id: string | null;
  status: OperationState;
  /** 0 to 1. */
  progress: number;
  message: string | null;
  steps: readonly { at: number; message: string }[];
  /** Where the upstream keeps track of it. */
  upstream: Readonly<Record<string, string | number>> | null;
  plan_id: string | null;
  error: { code: string; message: string; details?: Readonly<Record<string, unknown>> } | null;
  created_at: number;
  updated_at: number;
  ended_at: number | null;
  /** When it is forgotten; null as long as it has not ended. */
  expires_at: number | null;
  /** Questions it waits for, while it is `input_required`. */
  asks?: InputRequests;
  /** What the tool gave, once it completed. */
  result?: unknown;
}

/** What is told to whoever watches: enough to ask for the rest. */
export interface OperationEvent {
  operation_id: string;
  principal_id: string;
  status: OperationState;
}
