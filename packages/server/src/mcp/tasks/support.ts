import { taskSupportOf } from "@fairlead/core/catalogue/fragment";
import type { View } from "@fairlead/core/catalogue/view";
import type { ClientCapabilities } from "@fairlead/core/interaction";
import { isRecord } from "@fairlead/core/is-record";
import type { Era, RpcError } from "../wire.ts";

/** The extension of 2026-07-28 by which a call may be answered with a task (SEP-2663). */
export const TASKS_EXTENSION = "io.modelcontextprotocol/tasks";

/** Whether a request declares that its client takes tasks. What an earlier one declared does not count. */
export function declaresTasks({ extensions }: ClientCapabilities): boolean {
  return isRecord(extensions) && isRecord(extensions[TASKS_EXTENSION]);
}

/** For a client that asks about tasks, or needs them, without having said that it takes them. */
export const TASKS_NOT_DECLARED: RpcError & { data: Record<string, unknown> } = {
  code: -32021,
  message: `This needs the extension ${TASKS_EXTENSION}, which the client does not declare.`,
  data: { requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } } },
};

/** Why a tool cannot be called like this; undefined when it can. */
export function taskRefusal(
  view: View,
  name: string,
  era: Era,
  takesTasks: boolean,
): RpcError | undefined {
  const target = view.tools.get(name);
  if (target === undefined) return undefined;
  const support = taskSupportOf(target.tool);
  if (support === "required" && !takesTasks) {
    return era === "modern"
      ? TASKS_NOT_DECLARED
      : { code: -32601, message: `${name} can only be called as a task.` };
  }
  // A client of the new era does not choose: whatever it takes, this is answered at once.
  if (support === undefined && takesTasks && era === "legacy")
    return { code: -32601, message: `${name} cannot be called as a task.` };
  return undefined;
}
