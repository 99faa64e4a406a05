import {
  Client,
  type JSONRPCMessage,
  type Transport,
  type TransportSendOptions,
} from "@modelcontextprotocol/client";
import {
  createTaskSessionFromClient,
  type JsonRpcResponse,
  type TaskEnabledSession,
  type ToolDeclaration,
  toolDeclarationFromMcpTool,
  type WithTasksOptions,
} from "@modelcontextprotocol/ext-tasks/client";

export const ERAS = ["legacy", "modern"] as const;
export type Era = (typeof ERAS)[number];
export type Json = Record<string, unknown>;

/** The official clients of one connection: the SDK's, and the one that follows tasks. */
export interface TaskClient {
  client: Client;
  session: TaskEnabledSession;
  /** A request of 2026-07-28 with its envelope, past the SDK's client, which knows no tasks of that revision. */
  send(method: string, params: Json): Promise<JsonRpcResponse>;
  /** Every notification that came, oldest first. */
  notifications: readonly { method: string; params?: Json | undefined }[];
  close(): Promise<void>;
}

const MODERN = "2026-07-28";
const CLIENT = { name: "e2e", version: "1" };
const CAPABILITIES = { elicitation: { form: {} } };
const META = {
  "io.modelcontextprotocol/protocolVersion": MODERN,
  "io.modelcontextprotocol/clientInfo": CLIENT,
  "io.modelcontextprotocol/clientCapabilities": {
    ...CAPABILITIES,
    extensions: { "io.modelcontextprotocol/tasks": {} },
  },
};

export async function connectTaskClient(
  era: Era,
  inner: Transport,
  onInputRequest?: WithTasksOptions["onInputRequest"],
): Promise<TaskClient> {
  const transport = new SharedTransport(inner);
  const client = new Client(CLIENT, {
    capabilities: CAPABILITIES,
    versionNegotiation: { mode: era === "legacy" ? "legacy" : { pin: MODERN } },
  });
  await client.connect(transport);
  const { tools } = await client.listTools();
  const declared = new Map<string, ToolDeclaration>(
    tools.map((tool) => [tool.name, toolDeclarationFromMcpTool(tool)]),
  );
  const options = {
    endpointId: "e2e",
    tools: { currentTool: (name: string) => declared.get(name) },
    ...(onInputRequest === undefined ? {} : { onInputRequest }),
  };
  const session =
    era === "legacy"
      ? createTaskSessionFromClient(client, options)
      : createTaskSessionFromClient(client, {
          ...options,
          rawDispatch: (request) => transport.ask(request as Json),
          v2RequestFraming: {
            ...{ protocolVersion: MODERN, clientInfo: CLIENT },
            clientCapabilities: CAPABILITIES,
          },
        });
  return {
    ...{ client, session, notifications: transport.notifications },
    send: (method, params) => transport.ask({ method, params: { ...params, _meta: META } }),
    async close() {
      await session.close();
      await client.close();
    },
  };
}

/** A connection on which requests of the test's own go out beside those of the SDK's client. */
class SharedTransport implements Transport {
  readonly notifications: { method: string; params?: Json | undefined }[] = [];
  readonly #inner: Transport;
  readonly #waiting = new Map<unknown, (response: JsonRpcResponse) => void>();
  #asked = 0;
  onclose: Transport["onclose"];
  onerror: Transport["onerror"];
  onmessage: Transport["onmessage"];

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  get sessionId(): string | undefined {
    return this.#inner.sessionId;
  }

  async start(): Promise<void> {
    const inner = this.#inner;
    inner.onclose = () => this.onclose?.();
    inner.onerror = (error) => this.onerror?.(error);
    inner.onmessage = (message, extra) => {
      if ("method" in message && !("id" in message)) this.notifications.push(message);
      if (!this.#settle(message)) this.onmessage?.(message, extra);
    };
    await inner.start();
  }

  send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    return this.#inner.send(message, options);
  }

  setProtocolVersion(version: string): void {
    this.#inner.setProtocolVersion?.(version);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async ask(request: Json): Promise<JsonRpcResponse> {
    this.#asked += 1;
    const id = `own-${this.#asked}`;
    const { promise, resolve } = Promise.withResolvers<JsonRpcResponse>();
    this.#waiting.set(id, resolve);
    await this.#inner.send({ jsonrpc: "2.0", id, ...request } as JSONRPCMessage);
    return promise;
  }

  #settle(message: JSONRPCMessage): boolean {
    if ("method" in message || !("id" in message)) return false;
    const settle = this.#waiting.get(message.id);
    if (settle === undefined) return false;
    this.#waiting.delete(message.id);
    settle(
      "error" in message
        ? { kind: "error", error: message.error as never }
        : { kind: "result", result: message.result as never },
    );
    return true;
  }
}
