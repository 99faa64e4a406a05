import { FairleadError } from "../errors.ts";
import { withStep } from "../journal/journal.ts";
import { ended } from "../operations/endings.ts";
import type { Store } from "../storage/store.ts";
import type { OperationRow, PlanRow } from "../storage/write-records.ts";

type Waiting = Pick<Store, "operations">;

/** Lets a worker pick up the operation that waited for this plan. Inside the transaction that approves it. */
export function setInMotion(
  store: Waiting,
  plan: PlanRow,
  now: number,
): Promise<OperationRow | undefined> {
  const message = "Approved.";
  return move(store, plan, (operation) => ({
    ...operation,
    ...{ state: "queued", message, steps: withStep(operation.steps, now, message) },
    ...{ due_at: now, expires_at: null, updated_at: now, version: operation.version + 1 },
  }));
}

/** Ends the operation that waited for this plan. Inside the transaction that denies it. */
export function cancelWaiting(
  store: Waiting,
  plan: PlanRow,
  reason: string | null,
  now: number,
): Promise<OperationRow | undefined> {
  const message = reason === null ? "It was denied." : `It was denied: ${reason}`;
  return move(store, plan, (operation) => ended(operation, "cancelled", message, now));
}

const TRIES = 5;

async function move(
  store: Waiting,
  { tenant_id, id }: PlanRow,
  change: (operation: OperationRow) => OperationRow,
): Promise<OperationRow | undefined> {
  for (let left = TRIES; left > 0; left -= 1) {
    const operation = await store.operations.findByPlan(tenant_id, id);
    // Called off meanwhile, or begun by its caller: there is nothing that waits.
    if (operation?.state !== "awaiting_approval") return undefined;
    const next = change(operation);
    if (await store.operations.update(next)) return next;
  }
  throw new FairleadError("conflict", "The operation that waits for it is changing. Try again.", {
    retryable: true,
  });
}
