import { FairleadError } from "../errors.ts";
import { OPERATION_TTL_MS, withStep } from "../journal/journal.ts";
import type { Store } from "../storage/store.ts";
import type { JournalRow, OperationRow } from "../storage/write-records.ts";
import { ENDED_STATES, type OperationState } from "./operation-of.ts";

const CANCELLABLE: ReadonlySet<OperationState> = new Set([
  "awaiting_approval",
  "queued",
  "input_required",
]);

/** The operation called off. Throws `conflict` for what is under way at an upstream, may have happened, or is over. */
export function calledOff(operation: OperationRow, message: string, now: number): OperationRow {
  const { id, state } = operation;
  if (CANCELLABLE.has(state)) return ended(operation, "cancelled", message, now);
  const why = ENDED_STATES.has(state)
    ? `is over (${state})`
    : state === "unknown"
      ? "may have happened already; it can only be settled"
      : "is under way at its upstream and cannot be called back";
  throw new FairleadError("conflict", `Operation ${id} ${why}.`, {
    details: { reason: "not_cancellable", status: state },
  });
}

/** What a person found out about an effect whose outcome nobody knew. */
export interface Finding {
  outcome: "happened" | "did_not_happen";
  message: string;
  /** Who found it. */
  settled_by: string;
  /** For a retry under the same key: that it happened, and that its answer is lost. Sealed; null where it did not. */
  sealed_outcome: string | null;
  now: number;
}

/**
 * Ends an operation of unknown outcome, and the effect it stands for, as a person found it to be. Inside a transaction.
 * Throws `conflict` where it is not, or no longer, unknown.
 */
export async function settle(
  store: Pick<Store, "journal" | "operations">,
  operation: OperationRow,
  journal: JournalRow,
  { outcome, message, settled_by, sealed_outcome, now }: Finding,
): Promise<OperationRow> {
  const { tenant_id } = operation;
  const hasHappened = outcome === "happened";
  const isMoved = await store.journal.move(tenant_id, journal.id, journal.state, {
    ...{ state: hasHappened ? "done" : "failed", sealed_outcome, settled_by },
    ...{ ended_at: now, check_at: null, open_hash: null, lane: null },
  });
  const next = {
    ...ended(operation, hasHappened ? "completed" : "failed", message, now),
    ...(hasHappened
      ? { progress: 1, error: null }
      : { error: JSON.stringify({ code: "upstream_unavailable", message }) }),
  };
  if (isMoved && (await store.operations.update(next))) return next;
  throw notUnknown(operation);
}

export function notUnknown({ id, state }: Pick<OperationRow, "id" | "state">): FairleadError {
  return new FairleadError(
    "conflict",
    `Operation ${id} is not without a known outcome, or no longer. Look at it again.`,
    { details: { reason: "not_unknown", status: state } },
  );
}

/** The operation as it is once it is over, next version. */
export function ended(
  operation: OperationRow,
  state: "completed" | "failed" | "cancelled",
  message: string,
  now: number,
): OperationRow {
  return {
    ...operation,
    ...{ state, message, steps: withStep(operation.steps, now, message), sealed_call: null },
    ...{ updated_at: now, ended_at: now, expires_at: now + OPERATION_TTL_MS },
    ...{ due_at: null, worker: null, claimed_until: null, version: operation.version + 1 },
  };
}
