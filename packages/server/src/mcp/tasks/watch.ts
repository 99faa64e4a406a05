import { toFairleadError } from "@fairlead/core/errors";
import type { OperationEvent } from "@fairlead/core/operations/view";
import { requireOperation, type TaskGround } from "./methods.ts";

/** More than a client can be at work on; each costs a look at the records. */
const MAX_WATCHED = 100;

/** Tells of changes of tasks, one after another. One that changed twice meanwhile is told once, as it stands then. */
export async function watchTasks(
  { fairlead, principal }: TaskGround,
  isWatched: (event: OperationEvent) => boolean | Promise<boolean>,
  tell: (taskId: string) => Promise<void>,
): Promise<() => void> {
  const changed = new Map<string, OperationEvent>();
  let isTelling = false;
  let isStopped = false;

  async function tellAll(): Promise<void> {
    if (isTelling) return;
    isTelling = true;
    for (const [taskId, event] of changed) {
      changed.delete(taskId);
      if (isStopped) break;
      try {
        if (await isWatched(event)) await tell(taskId);
      } catch {
        // What this client is not told, it sees when it asks.
      }
    }
    isTelling = false;
  }

  const stop = await fairlead.operations.watch(principal.tenant_id, (event) => {
    changed.set(event.operation_id, event);
    void tellAll();
  });
  return () => {
    isStopped = true;
    stop();
  };
}

/** Those of the tasks asked for that this caller may look at. */
export async function grantedTasks(
  ground: TaskGround,
  asked: readonly string[],
): Promise<string[]> {
  const granted: string[] = [];
  for (const taskId of new Set(asked.slice(0, MAX_WATCHED))) {
    try {
      await requireOperation(ground, taskId);
      granted.push(taskId);
    } catch (thrown) {
      if (toFairleadError(thrown).code !== "not_found") throw thrown;
    }
  }
  return granted;
}
