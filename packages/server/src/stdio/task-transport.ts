import { isRecord } from "@fairlead/core/is-record";
import {
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type Transport,
  type TransportSendOptions,
} from "@modelcontextprotocol/server";
import { getTask, type TaskGround } from "../mcp/tasks/methods.ts";
import { declaresTasks, TASKS_NOT_DECLARED } from "../mcp/tasks/support.ts";
import { grantedTasks, watchTasks } from "../mcp/tasks/watch.ts";
import { META } from "../mcp/wire.ts";

const ACKNOWLEDGED = "notifications/subscriptions/acknowledged";

/**
 * Stands between the SDK and the client of 2026-07-28, and adds tasks to what it may listen to: the SDK's own router
 * knows none and leaves them out.
 */
export class TaskTransport implements Transport {
  readonly #inner: Transport;
  readonly #ground: TaskGround;
  /** Tasks that a subscription asks for, until it is acknowledged. */
  readonly #asked = new Map<unknown, string[]>();
  /** Tasks that a subscription is told of. */
  readonly #granted = new Map<unknown, ReadonlySet<string>>();
  /** An acknowledgement takes a look at the records; whatever follows waits for it. */
  #sent: Promise<void> = Promise.resolve();
  #stop = () => {};
  onclose: Transport["onclose"];
  onerror: Transport["onerror"];
  onmessage: Transport["onmessage"];

  constructor(inner: Transport, ground: TaskGround) {
    this.#inner = inner;
    this.#ground = ground;
  }

  async start(): Promise<void> {
    this.#stop = await watchTasks(
      this.#ground,
      ({ operation_id }) => this.#listeners(operation_id).length > 0,
      (taskId) => this.#tell(taskId, this.#listeners(taskId)),
    );
    const inner = this.#inner;
    inner.onclose = () => {
      this.#stop();
      this.onclose?.();
    };
    inner.onerror = (error) => this.onerror?.(error);
    inner.onmessage = (message, extra) => {
      const passed = this.#pass(message);
      if (passed !== undefined) this.onmessage?.(passed, extra);
    };
    await inner.start();
  }

  send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    const sent = this.#sent.then(() => this.#deliver(message, options));
    this.#sent = sent.catch(() => {});
    return sent;
  }

  async close(): Promise<void> {
    await this.#sent;
    this.#stop();
    await this.#inner.close();
  }

  /** The message as the SDK should see it; undefined where it is answered here. */
  #pass(message: JSONRPCMessage): JSONRPCMessage | undefined {
    if (isJSONRPCNotification(message) && message.method === "notifications/cancelled")
      this.#granted.delete(message.params?.requestId);
    if (!isJSONRPCRequest(message) || message.method !== "subscriptions/listen") return message;
    const filter: unknown = message.params?.notifications;
    if (!isRecord(filter) || filter.taskIds === undefined) return message;
    const { taskIds, ...others } = filter;
    if (!Array.isArray(taskIds) || !taskIds.every((taskId) => typeof taskId === "string"))
      return message;
    if (!isDeclaredBy(message)) {
      const { id } = message;
      void this.send({ jsonrpc: "2.0", id, error: TASKS_NOT_DECLARED }).catch(() => {});
      return undefined;
    }
    this.#asked.set(message.id, taskIds);
    return { ...message, params: { ...message.params, notifications: others } };
  }

  async #deliver(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    const id = subscriptionOf(message);
    const asked = this.#asked.get(id);
    if (isJSONRPCErrorResponse(message) || isJSONRPCResultResponse(message)) {
      this.#asked.delete(id);
      this.#granted.delete(id);
    }
    if (asked === undefined || !isJSONRPCNotification(message))
      return this.#inner.send(message, options);
    this.#asked.delete(id);
    const taskIds = await grantedTasks(this.#ground, asked).catch(() => []);
    this.#granted.set(id, new Set(taskIds));
    const granted = taskIds.length === 0 ? {} : { taskIds };
    const notifications = { ...Object(message.params?.notifications), ...granted };
    await this.#inner.send({ ...message, params: { ...message.params, notifications } }, options);
    // How they stand now: one that ended before it was listened to would never be told.
    for (const taskId of taskIds) await this.#tellNow(taskId, [id]);
  }

  #listeners(taskId: string): unknown[] {
    return [...this.#granted].flatMap(([id, taskIds]) => (taskIds.has(taskId) ? [id] : []));
  }

  async #tell(taskId: string, ids: readonly unknown[]): Promise<void> {
    const told = this.#sent.then(() => this.#tellNow(taskId, ids));
    this.#sent = told.catch(() => {});
    await told;
  }

  async #tellNow(taskId: string, ids: readonly unknown[]): Promise<void> {
    const task = await getTask(this.#ground, taskId);
    for (const id of ids) {
      const params = { ...task, _meta: { [META.subscriptionId]: id } };
      await this.#inner.send({ jsonrpc: "2.0", method: "notifications/tasks", params });
    }
  }
}

function isDeclaredBy({ params }: JSONRPCRequest): boolean {
  const meta: Record<string, unknown> = { ...params?._meta };
  const declared = meta[META.clientCapabilities];
  return isRecord(declared) && declaresTasks(declared);
}

/** The subscription that a message acknowledges or ends. */
function subscriptionOf(message: JSONRPCMessage): unknown {
  if (isJSONRPCNotification(message)) {
    const meta: Record<string, unknown> = { ...message.params?._meta };
    return message.method === ACKNOWLEDGED ? meta[META.subscriptionId] : undefined;
  }
  return "id" in message ? message.id : undefined;
}
