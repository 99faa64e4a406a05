import type { IncomingHttpHeaders } from "node:http";
import { changesChannel } from "@fairlead/core/call/context";
import { FairleadError, toFairleadError } from "@fairlead/core/errors";
import { isRecord } from "@fairlead/core/is-record";
import { serverInfoOf } from "../mcp/server-info.ts";
import { getTask } from "../mcp/tasks/methods.ts";
import { declaresTasks, TASKS_NOT_DECLARED } from "../mcp/tasks/support.ts";
import { grantedTasks, watchTasks } from "../mcp/tasks/watch.ts";
import { META, MODERN_VERSION, toRpcError } from "../mcp/wire.ts";
import { EventStream } from "./event-stream.ts";
import type { Exchange, HttpGround } from "./exchange.ts";
import { METHODS, payForStream } from "./legacy-stream.ts";
import { hasOnly, isGoodEnvelope } from "./recognise.ts";
import { sendRpcError } from "./respond.ts";
import { taskGroundOf } from "./tasks.ts";

/** What a `subscriptions/listen` asks for that names tasks. */
export interface TaskListen {
  id: string | number;
  meta: Record<string, unknown>;
  taskIds: readonly string[];
  resourceSubscriptions: readonly string[] | undefined;
  /** Kinds of changes of lists, as their events name them. */
  lists: Readonly<Record<string, string>>;
}

/** Fields of the filter, and the events they stand for. */
const LISTS: Record<string, string> = {
  toolsListChanged: "tools_list_changed",
  promptsListChanged: "prompts_list_changed",
  resourcesListChanged: "resources_list_changed",
};
const MESSAGE_KEYS = new Set(["jsonrpc", "id", "method", "params"]);
const PARAMS_KEYS = new Set(["notifications", "_meta"]);
const FILTER_KEYS = new Set([...Object.keys(LISTS), "resourceSubscriptions", "taskIds"]);

/** Recognises it where it is beyond doubt well-formed. The SDK's own router knows no tasks and leaves them out. */
export function recogniseTaskListen(
  body: unknown,
  headers: IncomingHttpHeaders,
): TaskListen | undefined {
  if (!isRecord(body) || body.method !== "subscriptions/listen") return undefined;
  const { id, params } = body;
  if (body.jsonrpc !== "2.0" || !hasOnly(body, MESSAGE_KEYS)) return undefined;
  if (typeof id !== "string" && !(typeof id === "number" && Number.isSafeInteger(id)))
    return undefined;
  if (!isRecord(params) || !hasOnly(params, PARAMS_KEYS)) return undefined;
  const { _meta: meta, notifications: filter } = params;
  if (!isRecord(meta) || !isRecord(filter) || !hasOnly(filter, FILTER_KEYS)) return undefined;
  const { taskIds, resourceSubscriptions: uris } = filter;
  if (!isTexts(taskIds) || !(uris === undefined || isTexts(uris))) return undefined;
  const lists = Object.entries(LISTS).filter(([name]) => filter[name] !== undefined);
  if (!lists.every(([name]) => typeof filter[name] === "boolean")) return undefined;
  if (headers["mcp-method"] !== body.method) return undefined;
  const version = headers["mcp-protocol-version"];
  if (version !== MODERN_VERSION || meta[META.protocolVersion] !== version) return undefined;
  if (!isGoodEnvelope(body, meta, version)) return undefined;
  const wanted = Object.fromEntries(lists.filter(([name]) => filter[name] === true));
  return { id, meta, taskIds, resourceSubscriptions: uris, lists: wanted };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

/** A stream of what happens to these tasks, and of whatever else was asked for with them. */
export async function streamTasks(
  ground: HttpGround,
  exchange: Exchange,
  listen: TaskListen,
  mayHear: (uris: readonly string[]) => Promise<string[]>,
): Promise<void> {
  const { res, view, principal, headers } = exchange;
  const { fairlead, streams } = ground;
  const declared = listen.meta[META.clientCapabilities];
  if (!(isRecord(declared) && declaresTasks(declared)))
    return sendRpcError(res, 400, TASKS_NOT_DECLARED, listen.id, headers);

  const releases: (() => void)[] = [];
  const own = taskGroundOf(ground, exchange);
  const stream = new EventStream(res, headers);
  const mark = { [META.subscriptionId]: listen.id };
  const notify = (method: string, params: object) =>
    stream.send(JSON.stringify({ jsonrpc: "2.0", method, params: { ...params, _meta: mark } }));
  const end = () => {
    const _meta = { ...mark, [META.serverInfo]: serverInfoOf(view) };
    const result = { resultType: "complete", _meta };
    stream.end(JSON.stringify({ jsonrpc: "2.0", id: listen.id, result }));
  };
  try {
    const forget = streams.add(end);
    if (forget === undefined)
      throw new FairleadError("internal", "Too many streams are open. Try again later.");
    releases.push(forget);
    await payForStream(ground, exchange);
    const { resourceSubscriptions = [] } = listen;
    const uris = new Set(await mayHear(resourceSubscriptions));
    const granted = new Set<string>();
    const tell = async (taskId: string) => {
      notify("notifications/tasks", await getTask(own, taskId));
    };
    // Watched before they are looked at: what changes in between is told as well.
    releases.push(
      await watchTasks(own, ({ operation_id }) => granted.has(operation_id) && stream.isOpen, tell),
    );
    const lists = new Set(Object.values(listen.lists));
    releases.push(
      await fairlead.shared.subscribe(changesChannel(principal.tenant_id), (message) => {
        const event: { kind: string; uri?: string } = JSON.parse(message);
        const method = METHODS[event.kind];
        if (!stream.isOpen) return;
        if (method !== undefined && lists.has(event.kind)) notify(method, {});
        else if (event.uri !== undefined && uris.has(event.uri))
          notify("notifications/resources/updated", { uri: event.uri });
      }),
    );
    for (const taskId of await grantedTasks(own, listen.taskIds)) granted.add(taskId);
    notify("notifications/subscriptions/acknowledged", {
      notifications: {
        ...Object.fromEntries(Object.keys(listen.lists).map((name) => [name, true])),
        ...(uris.size === 0 ? {} : { resourceSubscriptions: [...uris] }),
        ...(granted.size === 0 ? {} : { taskIds: [...granted] }),
      },
    });
    if (granted.size + uris.size + lists.size === 0) return end();
    // How they stand now: one that ended before it was listened to would never be told.
    for (const taskId of granted) await tell(taskId);
    // The stream lives no longer than what opened it.
    releases.push(fairlead.onEnded(principal, end));
    await closed(res);
  } catch (thrown) {
    const error = toRpcError(toFairleadError(thrown), "modern", view);
    if (stream.isOpen) stream.end(JSON.stringify({ jsonrpc: "2.0", id: listen.id, error }));
    else sendRpcError(res, 200, error, listen.id, headers);
  } finally {
    for (const release of releases) release();
  }
}

function closed(res: Exchange["res"]): Promise<void> {
  return new Promise((resolve) => {
    if (res.destroyed || res.writableFinished) resolve();
    else res.once("close", () => resolve());
  });
}
