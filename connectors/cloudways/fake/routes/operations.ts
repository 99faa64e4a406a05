import { type Handlers, requireFound, textOf } from "../call.ts";
import type { OperationRecord } from "../operations.ts";

const texts: Record<OperationRecord["status"], string> = {
  running: "Process is initiated",
  completed: "Operation completed",
  failed: "Operation failed",
};

export const operationRoutes: Handlers = {
  // GET /operation/{operation_id}
  getOperation: (call) => {
    const id = call.fields.operation_id;
    const record = requireFound(
      call.book.poll(typeof id === "number" ? id : textOf(call, "operation_id")),
      "Operation",
    );
    return { operation: toOperation(record, call.nowMs) };
  },

  // GET /operation/task/{task_id}
  getTask: (call) => {
    const record = requireFound(call.book.poll(textOf(call, "task_id")), "Task");
    return {
      is_completed: toFlag(record),
      task_id: record.id,
      status: texts[record.status],
      ...record.result,
    };
  },
};

export function toOperation(record: OperationRecord, nowMs: number) {
  const minutesLeft = Math.ceil((record.doneAt - nowMs) / 60_000);
  return {
    id: record.id,
    type: record.type,
    server_id: record.serverId,
    app_id: record.appId,
    estimated_time_remaining: record.status === "running" ? Math.max(1, minutesLeft) : 0,
    frontend_step_number: record.status === "running" ? 1 : 2,
    status: texts[record.status],
    is_completed: toFlag(record),
    message: texts[record.status],
    ...record.result,
  };
}

/** The marker of a failure is not documented; "-1" is what clients look for. */
const toFlag = ({ status }: OperationRecord) => (status === "failed" ? -1 : status === "completed");
