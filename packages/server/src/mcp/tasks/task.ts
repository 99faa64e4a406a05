import type { View } from "@fairlead/core/catalogue/view";
import type { InputRequests } from "@fairlead/core/interaction";
import type { OperationState } from "@fairlead/core/operations/operation-of";
import type { OperationView } from "@fairlead/core/operations/view";
import type { RpcError, ToolResult } from "../wire.ts";

export type TaskStatus = "working" | "input_required" | "completed" | "failed" | "cancelled";

/** Neither era has words for waiting, whether in a queue, for people or for evidence: the message says it. */
const STATUS: Record<OperationState, TaskStatus> = {
  awaiting_approval: "working",
  queued: "working",
  running: "working",
  unknown: "working",
  input_required: "input_required",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
};

const WORDS: Partial<Record<OperationState, string>> = {
  awaiting_approval: "Waits for somebody to approve it.",
  queued: "Waits for its turn.",
  running: "Is under way.",
  unknown: "The request left, and no answer proves what came of it. It waits for evidence.",
  input_required: "Waits for answers.",
  cancelled: "Was cancelled.",
};

/** How a task ended. */
export type TaskEnd =
  | { status: "completed"; result: ToolResult }
  | { status: "failed"; error: RpcError }
  | { status: "cancelled" };

/** A task of 2026-07-28 (SEP-2663, `Task`). */
export interface Task {
  taskId: string;
  status: TaskStatus;
  statusMessage?: string;
  createdAt: string;
  lastUpdatedAt: string;
  /** Milliseconds from its creation until it is forgotten; null as long as it has not ended. */
  ttlMs: number | null;
  pollIntervalMs?: number;
}

/** The same with what its status carries (`DetailedTask`). */
export interface DetailedTask extends Task {
  inputRequests?: InputRequests;
  result?: Record<string, unknown>;
  error?: RpcError;
}

/** A task of 2025-11-25. */
export interface LegacyTask {
  taskId: string;
  status: TaskStatus;
  statusMessage?: string;
  createdAt: string;
  lastUpdatedAt: string;
  ttl: number | null;
  pollInterval?: number;
}

/** An operation and what is needed to show it. */
export interface Shown {
  operation: OperationView;
  /** Of one that has ended. */
  end: TaskEnd | undefined;
  view: View;
  now: number;
}

export function toTask(shown: Shown): Task {
  const { operation, end } = shown;
  const { operation_id, created_at, updated_at, ended_at, expires_at } = operation;
  const status = end?.status ?? STATUS[operation.status];
  const words = wordsOf(shown, status);
  return {
    taskId: operation_id,
    status,
    ...(words === undefined ? {} : { statusMessage: words }),
    createdAt: iso(created_at),
    lastUpdatedAt: iso(updated_at),
    ttlMs: ended_at === null || expires_at === null ? null : Math.max(1, expires_at - created_at),
    ...(ended_at === null ? { pollIntervalMs: pollIntervalOf(shown) } : {}),
  };
}

export function toDetailedTask(shown: Shown): DetailedTask {
  const { operation, end } = shown;
  const task = toTask(shown);
  if (end?.status === "completed")
    return { ...task, result: { ...end.result, resultType: "complete" } };
  if (end?.status === "failed") return { ...task, error: end.error };
  return task.status === "input_required" ? { ...task, inputRequests: operation.asks ?? {} } : task;
}

/** Up to 2025-11-25 an answer that is an error is a task that failed. */
export function toLegacyTask(shown: Shown): LegacyTask {
  const { end } = shown;
  const { ttlMs, pollIntervalMs, status, ...task } = toTask(shown);
  const isError = end?.status === "completed" && end.result.isError === true;
  return {
    ...task,
    status: isError ? "failed" : status,
    ttl: ttlMs,
    ...(pollIntervalMs === undefined ? {} : { pollInterval: pollIntervalMs }),
  };
}

function wordsOf({ operation, end, view }: Shown, status: TaskStatus): string | undefined {
  const { status: state, message, progress, error } = operation;
  const { wording } = view;
  if (end?.status === "failed") return end.error.message;
  if (status === "completed" || status === "failed")
    return error === null ? undefined : wording(error.message);
  const words = wording(message ?? WORDS[state] ?? "");
  const percent = Math.round(progress * 100);
  return state === "running" && percent > 0 ? `${words} (${percent} %)` : words;
}

const SOON_MS = 1_000;
const LATER_MS = 5_000;
const YOUNG_MS = 15_000;

/** Most work is done soon or takes long. People and evidence are never quick. */
function pollIntervalOf({ operation: { status, created_at }, now }: Shown): number {
  const isQuick = status === "running" || status === "queued";
  return isQuick && now - created_at < YOUNG_MS ? SOON_MS : LATER_MS;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
