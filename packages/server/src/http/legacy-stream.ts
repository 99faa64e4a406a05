import { changesChannel } from "@fairlead/core/call/context";
import { toFairleadError } from "@fairlead/core/errors";
import { askForTask, getLegacyTask } from "../mcp/tasks/methods.ts";
import { watchTasks } from "../mcp/tasks/watch.ts";
import { EventStream } from "./event-stream.ts";
import type { Exchange, HttpGround } from "./exchange.ts";
import { sendRpcError } from "./respond.ts";
import { askOn, taskGroundOf } from "./tasks.ts";

/** Notifications of events, by their kind. */
export const METHODS: Record<string, string> = {
  tools_list_changed: "notifications/tools/list_changed",
  prompts_list_changed: "notifications/prompts/list_changed",
  resources_list_changed: "notifications/resources/list_changed",
};

/** A stream costs its caller as much as a call does: who opens them without end runs out of his allowance. */
export async function payForStream(
  { fairlead }: HttpGround,
  { principal }: Exchange,
): Promise<void> {
  await fairlead.pay(principal, 1, "read");
}

/** The stream a legacy client opens with GET to hear of changes (2025-11-25, "Listening for Messages from the Server"). */
export async function openLegacyStream(ground: HttpGround, exchange: Exchange): Promise<void> {
  const { res, principal, session, headers } = exchange;
  if (session === undefined) return;
  try {
    await payForStream(ground, exchange);
  } catch (thrown) {
    const { message, details } = toFairleadError(thrown);
    const wait = ["Retry-After", String(details?.retry_after_s ?? 1)];
    return sendRpcError(res, 429, { code: -31429, message }, null, [...headers, ...wait]);
  }
  const state = ground.sessions.stateOf(session);
  const stream = new EventStream(res, headers);
  const forget = ground.streams.add(() => stream.end());
  if (forget === undefined) {
    return sendRpcError(res, 503, { code: -32000, message: "Too many streams are open." });
  }
  const tell = async (message: string) => {
    const event: { kind: string; uri?: string } = JSON.parse(message);
    const method = METHODS[event.kind];
    if (method !== undefined) stream.send(JSON.stringify({ jsonrpc: "2.0", method }));
    else if (event.uri !== undefined && (await state.subscriptions()).has(event.uri)) {
      const updated = { method: "notifications/resources/updated", params: { uri: event.uri } };
      stream.send(JSON.stringify({ jsonrpc: "2.0", ...updated }));
    }
  };
  const { clock, shared } = ground.fairlead;
  const channel = changesChannel(principal.tenant_id);
  const stop = await shared.subscribe(channel, (message) => {
    // What this one was not told, it will see when it reads; the process must not end over it.
    tell(message).catch(() => {});
  });
  const stopClock = clock.after(session.expiresAt - clock.now(), () => stream.end());
  const unwatch = ground.fairlead.onEnded(principal, () => stream.end());
  const own = taskGroundOf(ground, exchange);
  const gone = new AbortController();
  const ask = (taskId: string) => {
    // A client may wait for the end by asking now and then, and takes questions whenever they come.
    askForTask(own, taskId, askOn(ground, session, stream, gone.signal)).catch(() => {});
  };
  const stopTasks = await watchTasks(
    own,
    async ({ operation_id, principal_id }) =>
      principal_id === principal.id && (await state.followedTasks()).has(operation_id),
    async (taskId) => {
      const params = await getLegacyTask(own, taskId);
      const method = "notifications/tasks/status";
      stream.send(JSON.stringify({ jsonrpc: "2.0", method, params }));
      ask(taskId);
    },
  );
  const release = () => {
    gone.abort();
    stop();
    stopTasks();
    unwatch();
    stopClock();
    forget();
  };
  if (res.destroyed) return release();
  res.once("close", release);
  stream.open();
  // What was asked while it listened nowhere.
  for (const taskId of await state.followedTasks().catch(() => [])) ask(taskId);
}
