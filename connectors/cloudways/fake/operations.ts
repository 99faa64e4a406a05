import { createHash } from "node:crypto";
import type { Clock } from "./auth.ts";

export type OperationRecord = {
  /** A number; a UUID for disk usage and for v2 tasks. */
  id: number | string;
  /** The operationId of the request that began it. */
  operation: string;
  type: string;
  serverId: number;
  appId: number;
  doneAt: number;
  /** How often it was asked for. */
  polls: number;
  status: "running" | "completed" | "failed";
  /** Whether a second write on the server has to wait for this one. */
  blocks: boolean;
  /** What happens at `doneAt`. */
  fate: "complete" | "fail" | "stick";
  /** Extra keys of the finished operation, such as backup_dates. */
  result: Record<string, unknown>;
};

export type Beginning = {
  operation: string;
  type: string;
  serverId: number;
  appId?: number;
  seconds: number;
  /** Done at the latest when it was asked for so often. */
  polls?: number | undefined;
  uuid?: boolean;
  blocks?: boolean;
  fate?: OperationRecord["fate"];
  /** Changes what reads return, once the time has come. */
  settle?: () => void;
  /** The extra keys to poll for, made when the work is done. */
  collect?: () => Record<string, unknown>;
};

export type OperationBook = {
  begin(beginning: Beginning): OperationRecord;
  get(id: number | string): OperationRecord | undefined;
  /** The same for a client that asks, which may be what it takes to get done. */
  poll(id: number | string): OperationRecord | undefined;
  /** The writes still under way on a server. */
  runningOn(serverId: number): OperationRecord[];
  settleDue(): void;
  /** How many were begun so far. */
  readonly begun: number;
};

/** Work the upstream accepted and does later, by the clock it was given. */
export function createOperationBook(
  clock: Clock,
  seed: number,
  onDone: (record: OperationRecord) => void = () => {},
): OperationBook {
  const records = new Map<string, OperationRecord>();
  const unsettled = new Map<OperationRecord, Beginning>();
  let nextNumber = 596_400;

  const settleDue = () => {
    for (const [record, { settle, collect }] of unsettled) {
      if (record.doneAt > clock.now() || record.fate === "stick") continue;
      unsettled.delete(record);
      record.status = record.fate === "fail" ? "failed" : "completed";
      if (record.status === "failed") continue;
      settle?.();
      record.result = collect?.() ?? {};
      onDone(record);
    }
  };

  return {
    begin(beginning) {
      const { operation, type, serverId, appId = 0, seconds, uuid = false } = beginning;
      const { blocks = true, fate = "complete" } = beginning;
      nextNumber += 1;
      const record: OperationRecord = {
        id: uuid ? toUuid(`${seed}:${nextNumber}`) : nextNumber,
        operation,
        type,
        serverId,
        appId,
        doneAt: clock.now() + seconds * 1000,
        polls: 0,
        status: "running",
        blocks,
        fate,
        result: {},
      };
      records.set(String(record.id), record);
      unsettled.set(record, beginning);
      return record;
    },

    get: (id) => records.get(String(id)),

    poll(id) {
      const record = records.get(String(id));
      if (record === undefined) return undefined;
      record.polls += 1;
      if (record.polls >= (unsettled.get(record)?.polls ?? Number.POSITIVE_INFINITY)) {
        record.doneAt = Math.min(record.doneAt, clock.now());
        settleDue();
      }
      return record;
    },

    runningOn: (serverId) =>
      [...unsettled.keys()].filter((record) => record.serverId === serverId && record.blocks),

    settleDue,

    get begun() {
      return records.size;
    },
  };
}

function toUuid(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
