import { NO_CLIENT } from "@fairlead/core/call/request";
import type { View } from "@fairlead/core/catalogue/view";
import { ERROR_CODES, type ErrorCode, FairleadError, toFairleadError } from "@fairlead/core/errors";
import type { Fairlead } from "@fairlead/core/fairlead";
import type { Principal } from "@fairlead/core/identity/principal";
import { isRecord } from "@fairlead/core/is-record";
import type { Surface } from "@fairlead/core/observe/audit-event";
import { ENDED_STATES } from "@fairlead/core/operations/operation-of";
import type { OperationView } from "@fairlead/core/operations/view";
import {
  type Era,
  isProtocolFault,
  META,
  type ToolResult,
  toFailedToolResult,
  toRpcError,
  toToolResult,
} from "../wire.ts";
import { findKept, isKept, type KeptTask, keep, keptAsTask, listKept } from "./kept.ts";
import { type Ask, askFor, unlessConflict } from "./questions.ts";
import {
  type DetailedTask,
  type LegacyTask,
  type Shown,
  type TaskEnd,
  toDetailedTask,
  toLegacyTask,
  toTask,
} from "./task.ts";

/** Who asks, through which view, and from where. */
export interface TaskGround {
  fairlead: Fairlead;
  view: View;
  principal: Principal;
  surface: Surface;
  /** The client's network address, where there is one. */
  address?: string | undefined;
}

export type TaskMethod =
  | "tasks/get"
  | "tasks/update"
  | "tasks/cancel"
  | "tasks/result"
  | "tasks/list";

export const TASK_METHODS: Record<Era, readonly TaskMethod[]> = {
  modern: ["tasks/get", "tasks/update", "tasks/cancel"],
  legacy: ["tasks/get", "tasks/result", "tasks/list", "tasks/cancel"],
};

export function isTaskMethod(era: Era, method: string): method is TaskMethod {
  return TASK_METHODS[era].some((name) => name === method);
}

/** What changes something costs as a write does; calling off is a call of its own besides. */
export function effectOf(method: TaskMethod): "read" | "write" {
  return method === "tasks/update" ? "write" : "read";
}

export type Result = Record<string, unknown>;

/** What `tasks/result` waits on besides the task itself. */
export interface Waiting {
  signal: AbortSignal;
  /** Absent where the client cannot be asked. */
  ask?: Ask | undefined;
}

const PAGE = 50;
/** Between looks at what waits for evidence, or for answers that this client cannot give. */
const PAUSE_MS = 2_000;
const LOOK_MS = 30_000;

/** Answers one of the methods by which clients follow tasks. Throws a `FairleadError`. */
export async function runTaskMethod(
  ground: TaskGround,
  era: Era,
  method: TaskMethod,
  params: Readonly<Record<string, unknown>>,
  waiting: Waiting,
): Promise<Result> {
  if (method === "tasks/list") return listTasks(ground, params.cursor);
  const { taskId } = params;
  if (typeof taskId !== "string")
    throw new FairleadError("invalid_input", "taskId has to be the id of a task.");
  if (era === "modern") {
    if (method === "tasks/get") return { ...(await getTask(ground, taskId)) };
    return method === "tasks/update"
      ? updateTask(ground, taskId, params.inputResponses)
      : cancelTask(ground, taskId);
  }
  if (method === "tasks/get") return { ...(await getLegacyTask(ground, taskId)) };
  return method === "tasks/result"
    ? resultOf(ground, taskId, waiting)
    : cancelLegacyTask(ground, taskId);
}

/** A task as it stands; a task of others, or of another endpoint, is not there. */
export async function getTask(ground: TaskGround, taskId: string): Promise<DetailedTask> {
  return toDetailedTask(await look(ground, taskId));
}

export async function getLegacyTask(ground: TaskGround, taskId: string): Promise<LegacyTask> {
  if (isKept(taskId)) return keptAsTask(await requireKept(ground, taskId));
  return toLegacyTask(await look(ground, taskId));
}

/** Puts what a task asks at the moment, if anything, to its client of 2025-11-25. */
export async function askForTask(ground: TaskGround, taskId: string, ask: Ask): Promise<boolean> {
  return askFor(ground, await requireOperation(ground, taskId), ask);
}

/** What a client is told whose call goes on as a task. */
export async function toCreatedTask(
  ground: TaskGround,
  era: Era,
  operation: OperationView,
): Promise<Result> {
  const shown = await show(ground, operation);
  if (era === "modern") return { resultType: "task", ...toTask(shown) };
  // A task begins as `working`, however soon it is over (2025-11-25, tasks, "Task Status Lifecycle").
  return { task: { ...toLegacyTask(shown), status: "working" } };
}

/**
 * What a client of 2025-11-25 is told that asked for a task where the answer is there at once. Undefined when it cannot
 * be kept, and has to be told as it is.
 */
export async function toKeptTask(
  ground: TaskGround,
  result: ToolResult,
): Promise<Result | undefined> {
  const kept = await keep(ground, result);
  return kept === undefined ? undefined : { task: { ...keptAsTask(kept), status: "working" } };
}

async function look(ground: TaskGround, taskId: string): Promise<Shown> {
  return show(ground, await requireOperation(ground, taskId));
}

export async function requireOperation(
  { fairlead, principal, view }: TaskGround,
  taskId: string,
): Promise<OperationView> {
  const operation = await fairlead.operations.get(principal, taskId);
  // Who administers looks at others' work elsewhere: a task belongs to the client that made it.
  if (operation.principal_id === principal.id && isOf(view, operation)) return operation;
  throw taskNotFound(taskId);
}

/** A view binds whatever is done through it: what a tool began that it does not offer is not there either. */
function isOf({ tools }: View, operation: OperationView): boolean {
  return [...tools.values()].some(({ tool }) => tool.name === operation.tool);
}

async function show(ground: TaskGround, operation: OperationView): Promise<Shown> {
  const { fairlead, view } = ground;
  const end = await endOf(ground, operation);
  return { operation, end, view, now: fairlead.clock.now() };
}

/**
 * How a task ended: `failed` is for failures of the protocol and of Fairlead itself; what a model can act on is a result
 * that it reads (SEP-2663, "Task Execution Errors").
 */
async function endOf(ground: TaskGround, operation: OperationView): Promise<TaskEnd | undefined> {
  const { status } = operation;
  if (!ENDED_STATES.has(status)) return undefined;
  if (status === "cancelled") return { status };
  if (status === "failed") return failureOf(ground, errorOf(operation));
  try {
    const { fairlead, principal } = ground;
    const answer = await fairlead.operations.outcomeOf(principal, operation.operation_id);
    return { status: "completed", result: toToolResult(answer) };
  } catch (thrown) {
    const error = toFairleadError(thrown);
    // It is over, and its answer cannot be shown: asking again would not help.
    if (error.code === "internal") return failureOf(ground, error);
    throw error;
  }
}

function failureOf({ view }: TaskGround, error: FairleadError): TaskEnd {
  return error.code === "internal" || isProtocolFault(error)
    ? { status: "failed", error: toRpcError(error, "modern", view) }
    : { status: "completed", result: toFailedToolResult(error, view) };
}

function errorOf({ error, message, operation_id }: OperationView): FairleadError {
  if (error === null)
    return new FairleadError("upstream_rejected", message ?? `${operation_id} failed.`);
  const { code, details } = error;
  return new FairleadError(isCode(code) ? code : "internal", error.message, {
    ...(details === undefined ? {} : { details }),
  });
}

function isCode(name: string): name is ErrorCode {
  return name in ERROR_CODES;
}

async function updateTask(ground: TaskGround, taskId: string, given: unknown): Promise<Result> {
  await requireOperation(ground, taskId);
  if (!isRecord(given))
    throw new FairleadError(
      "invalid_input",
      "inputResponses has to be an object with answers by key.",
    );
  // What answers nothing that is asked is ignored, and so is what is no answer.
  const responses = Object.fromEntries(
    Object.entries(given).filter(([, answer]) => isRecord(answer)),
  );
  await unlessConflict(ground.fairlead.operations.answer(ground.principal, taskId, responses));
  return {};
}

/** A client says that it no longer wants it; whether it can still be called off shows in the task. */
async function cancelTask(ground: TaskGround, taskId: string): Promise<Result> {
  await requireOperation(ground, taskId);
  await unlessConflict(callOff(ground, taskId));
  return {};
}

/** By the path of every action, which limits it and writes it down. */
async function callOff(ground: TaskGround, operation_id: string): Promise<void> {
  const { fairlead, ...caller } = ground;
  const name = "fairlead_cancel_operation";
  const action = { kind: "tool", name, arguments: { operation_id } } as const;
  await fairlead.call({ ...caller, action, client: NO_CLIENT });
}

async function cancelLegacyTask(ground: TaskGround, taskId: string): Promise<Result> {
  if (isKept(taskId)) {
    await requireKept(ground, taskId);
    throw isOver(taskId);
  }
  const { status } = await requireOperation(ground, taskId);
  if (ENDED_STATES.has(status)) throw isOver(taskId);
  await callOff(ground, taskId);
  return { ...toLegacyTask(await look(ground, taskId)) };
}

function isOver(taskId: string): FairleadError {
  return new FairleadError("invalid_input", `Task ${taskId} is over and cannot be cancelled.`);
}

async function listTasks(ground: TaskGround, cursor: unknown): Promise<Result> {
  if (cursor !== undefined && typeof cursor !== "string")
    throw new FairleadError("invalid_input", "cursor has to be what an earlier page gave.");
  const { fairlead, principal, view } = ground;
  const page = await fairlead.operations.list(principal, {
    ...{ limit: PAGE, principal_id: principal.id },
    ...(cursor === undefined ? {} : { cursor }),
  });
  const now = fairlead.clock.now();
  const tasks = page.items
    .filter((operation) => isOf(view, operation))
    .map((operation) => toLegacyTask({ operation, end: undefined, view, now }));
  const kept = cursor === undefined ? (await listKept(ground)).map(keptAsTask) : [];
  return {
    tasks: [...kept, ...tasks],
    ...(page.next_cursor === null ? {} : { nextCursor: page.next_cursor }),
  };
}

/** Waits for the end, asking the client what the task asks, and gives what the call itself would have answered. */
async function resultOf(ground: TaskGround, taskId: string, waiting: Waiting): Promise<Result> {
  if (isKept(taskId)) return related((await requireKept(ground, taskId)).result, taskId);
  const { fairlead, principal, view } = ground;
  const { operations } = fairlead;
  const { signal, ask } = waiting;
  let operation = await requireOperation(ground, taskId);
  while (!ENDED_STATES.has(operation.status)) {
    if (signal.aborted) throw new FairleadError("cancelled", "The caller stopped waiting.");
    const { asks, status } = operation;
    const isAnswered =
      asks !== undefined && ask !== undefined && (await askFor(ground, operation, ask));
    if (status === "unknown" || status === "input_required") {
      if (!isAnswered) await pause(fairlead, PAUSE_MS, signal);
    } else await operations.waitFor(principal, taskId, LOOK_MS, undefined, signal);
    operation = await requireOperation(ground, taskId);
  }
  const end = await endOf(ground, operation);
  if (end?.status === "completed") return related(end.result, taskId);
  if (end?.status === "failed")
    throw operation.error === null
      ? new FairleadError("internal", end.error.message)
      : errorOf(operation);
  const cancelled = new FairleadError("cancelled", `Task ${taskId} was cancelled.`);
  return related(toFailedToolResult(cancelled, view), taskId);
}

function related(result: object, taskId: string): Result {
  return { ...result, _meta: { [META.relatedTask]: { taskId } } };
}

function pause({ clock }: Fairlead, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stop();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const stop = clock.after(ms, done);
    signal.addEventListener("abort", done, { once: true });
  });
}

async function requireKept(ground: TaskGround, taskId: string): Promise<KeptTask> {
  const kept = await findKept(ground, taskId);
  if (kept !== undefined) return kept;
  throw taskNotFound(taskId);
}

function taskNotFound(taskId: string): FairleadError {
  return new FairleadError(
    "not_found",
    `There is no task ${taskId.slice(0, 60)} of this caller here.`,
    {
      details: { reason: "operation" },
    },
  );
}
