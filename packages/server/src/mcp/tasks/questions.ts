import { toFairleadError } from "@fairlead/core/errors";
import type { InputRequests, InputResponses } from "@fairlead/core/interaction";
import type { OperationView } from "@fairlead/core/operations/view";
import { META } from "../wire.ts";
import type { TaskGround } from "./methods.ts";

/** Puts questions to a client; undefined where it cannot be asked. */
export type Ask = (requests: InputRequests) => Promise<InputResponses | undefined>;

/** As long as a client is waited for: then somebody else may ask. */
const ASKING_MS = 10 * 60_000;

/**
 * Puts what a task asks to its client of 2025-11-25 and hands in the answers. A client may listen in several places, on
 * several replicas: it is asked in one of them. False where it is asked elsewhere, or cannot be.
 */
export async function askFor(
  { fairlead, principal }: TaskGround,
  { operation_id, asks = {} }: OperationView,
  ask: Ask,
): Promise<boolean> {
  const { shared, operations } = fairlead;
  const keys = Object.keys(asks);
  // A question keeps its key for as long as its task lives.
  const place = `task asks ${principal.tenant_id} ${operation_id} ${keys.join(" ")}`;
  if (keys.length === 0 || !(await shared.setIfAbsent(place, "1", ASKING_MS))) return false;
  try {
    const answers = await ask(related(asks, operation_id));
    if (answers !== undefined) {
      await unlessConflict(operations.answer(principal, operation_id, answers));
      return true;
    }
  } catch (thrown) {
    // What the client refused to answer it is not asked again; one that went away may come back.
    if (toFairleadError(thrown).code !== "cancelled") throw thrown;
  }
  await shared.delete(place);
  return false;
}

/** What was answered, or called off, elsewhere in the meantime is no failure of this. */
export async function unlessConflict(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (thrown) {
    if (toFairleadError(thrown).code !== "conflict") throw thrown;
  }
}

function related(requests: InputRequests, taskId: string): InputRequests {
  const entries = Object.entries(requests).map(([key, request]) => [
    key,
    { ...request, params: { ...request.params, _meta: { [META.relatedTask]: { taskId } } } },
  ]);
  return Object.fromEntries(entries);
}
