import type { Auth } from "./auth.ts";
import type { Operation } from "./contract.ts";
import type { Beginning, OperationBook, OperationRecord } from "./operations.ts";
import { notFound, Refusal } from "./refusal.ts";
import type { App, AppDetail, Server, ServerDetail, State } from "./state.ts";
import type { Fields } from "./validation.ts";
import type { Version } from "./wire.ts";

/** What a route is given: the checked fields, the account, and a way to begin later work. */
export type Call = {
  operation: Operation;
  version: Version;
  fields: Fields;
  state: State;
  seed: number;
  nowMs: number;
  auth: Auth;
  book: OperationBook;
  seconds: { operation: number; task: number };
  /** Polls after which a write is done, whatever the clock says. */
  polls: number | undefined;
  /** Decided by a fault; "complete" otherwise. */
  takeFate(): OperationRecord["fate"];
};

/** An answer is `unknown` on purpose: the contract checks it before it is sent. */
export type Handler = (call: Call) => unknown;
export type Handlers = Record<string, Handler>;

export function numberOf(call: Call, name: string): number {
  const value = call.fields[name];
  return typeof value === "number" ? value : Number.NaN;
}

export function textOf(call: Call, name: string, otherwise = ""): string {
  const value = call.fields[name];
  return typeof value === "string" ? value : otherwise;
}

export function textsOf(call: Call, name: string): string[] {
  const value = call.fields[name];
  return Array.isArray(value) ? value.map(String) : [];
}

export const isOn = (call: Call, name: string) => textOf(call, name).toLowerCase() === "enable";

export function serverOf(call: Call): Server {
  return requireFound(call.state.servers.get(numberOf(call, "server_id")), "Server");
}

export function serverDetailOf(call: Call): ServerDetail {
  return requireFound(call.state.serverDetails.get(numberOf(call, "server_id")), "Server");
}

export function appOf(call: Call): App {
  return requireFound(call.state.apps.get(numberOf(call, "app_id")), "Application");
}

export function appDetailOf(call: Call): AppDetail {
  return requireFound(call.state.appDetails.get(numberOf(call, "app_id")), "Application");
}

export function requireFound<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw notFound(what);
  return found;
}

/** The ids of a request must name things of this account that belong together. */
export function checkOwnership(call: Call): void {
  const server = "server_id" in call.fields ? serverOf(call) : undefined;
  const app = "app_id" in call.fields ? appOf(call) : undefined;
  if (server && app && app.server_id !== server.id) throw notFound("Application");
}

/** Begins work that is done later by the clock, and returns its id. */
export function begin(call: Call, work: Partial<Beginning> = {}): number | string {
  const record = call.book.begin({
    operation: call.operation.id,
    type: types[call.operation.id] ?? toType(call.operation.id),
    serverId: "server_id" in call.fields ? numberOf(call, "server_id") : 0,
    appId: "app_id" in call.fields ? numberOf(call, "app_id") : 0,
    seconds: call.seconds.operation,
    polls: call.operation.access === "read" ? undefined : call.polls,
    blocks: call.operation.access !== "read",
    fate: call.takeFate(),
    ...work,
  });
  return record.id;
}

/** Analytics are collected first: v2 answers a task to poll, v1 an operation. */
export function beginCollection(call: Call, collect: () => unknown) {
  const id = begin(call, {
    collect: () => ({ data: collect() }),
    seconds: call.seconds.task,
    uuid: call.version === "v2",
  });
  return { status: true, [call.version === "v2" ? "task_id" : "operation_id"]: id };
}

export function refuseWhenBusy(call: Call, status: number | "accept"): void {
  const isLater = call.operation.async !== undefined && call.operation.access !== "read";
  if (status === "accept" || !isLater) return;
  const running = call.book.runningOn(numberOf(call, "server_id"))[0];
  if (!running) return;

  const message = `Another operation (${running.type}) is running on this server`;
  throw new Refusal(
    status,
    status === 422 ? { server_id: [{ code: "busy", message }] } : { message },
  );
}

/** The one that the contract shows by example; the others are not published. */
const types: Record<string, string> = { restartServer: "restarting_server" };

const toType = (operationId: string) =>
  operationId.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
