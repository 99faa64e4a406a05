import type { Action, CallRequest, ClientSide, Reply } from "@fairlead/core/call/request";
import type { VisibleLists } from "@fairlead/core/catalogue/lists";
import type { View } from "@fairlead/core/catalogue/view";
import type { PromptMessage } from "@fairlead/core/content";
import type { LogLevel } from "@fairlead/core/context";
import { type FairleadError, toFairleadError } from "@fairlead/core/errors";
import type { Fairlead } from "@fairlead/core/fairlead";
import type { Principal } from "@fairlead/core/identity/principal";
import { isRecord } from "@fairlead/core/is-record";
import type { Surface } from "@fairlead/core/observe/audit-event";
import {
  type CallToolResult,
  type InputRequiredResult,
  ProtocolError,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { SERVER_CAPABILITIES, serverInfoOf } from "./server-info.ts";
import { toCreatedTask, toKeptTask } from "./tasks/methods.ts";
import { registerTaskMethods, TaskServer } from "./tasks/sdk.ts";
import { declaresTasks, taskRefusal } from "./tasks/support.ts";
import { traceOf } from "./trace.ts";
import {
  type Era,
  idempotencyKeyOf,
  isProtocolFault,
  LIST_TTL_MS,
  META,
  type RpcError,
  requireToolReply,
  type ToolResult,
  toFailedToolResult,
  toRpcError,
  toToolResult,
} from "./wire.ts";

/** Where subscriptions and log levels of a session live; without one they are not kept. */
export interface SessionState {
  subscribe(uri: string): Promise<void>;
  unsubscribe(uri: string): Promise<void>;
  /** Absent where the SDK keeps the level of the connection itself. */
  setLogLevel?(level: LogLevel): Promise<void>;
}

export interface SdkServerParts {
  fairlead: Fairlead;
  view: View;
  principal: Principal;
  surface: Surface;
  /** The client's network address, where there is one. */
  address?: string | undefined;
  /** What the caller may see, worked out before: the SDK's handlers ask for it at once. */
  lists: VisibleLists;
  /** Hears how each action ended: what the surface tells in headers. */
  onEnd?: ((request: CallRequest, error?: FairleadError) => void) | undefined;
  era: Era;
  /** Hears of each task that a call of a legacy client became. */
  onTask?: ((taskId: string) => void) | undefined;
  session?: SessionState | undefined;
  /** Whether the transport can push requests to the client while a call runs (2025-11-25 and before). */
  canPush: boolean;
}

/**
 * The official SDK's server with every method answered by the engine. It carries handshakes, stdio, and all that is
 * not worth a path of its own.
 */
export function createSdkServer(parts: SdkServerParts): Server {
  const { fairlead, view, principal, era, lists } = parts;
  const server = new TaskServer(serverInfoOf(view), {
    capabilities: SERVER_CAPABILITIES[era],
    instructions: view.instructions,
    inputRequired: { legacyShim: parts.canPush },
  });
  const hints = era === "modern" ? ({ ttlMs: LIST_TTL_MS, cacheScope: "private" } as const) : {};
  const { surface, address } = parts;
  const ground = { fairlead, view, principal, surface, address };
  const run = async (
    action: Action,
    ctx: ServerContext,
    client = clientSideOf(server, ctx, era),
  ): Promise<Reply> => {
    const request: CallRequest = {
      ...{ action, view, principal },
      ...{ surface: parts.surface, client },
      signal: ctx.mcpReq.signal,
      ...traceOf(ctx.mcpReq._meta?.traceparent),
      address: parts.address,
    };
    try {
      const reply = await fairlead.call(request);
      parts.onEnd?.(request);
      return reply;
    } catch (thrown) {
      parts.onEnd?.(request, toFairleadError(thrown));
      throw thrown;
    }
  };

  const listedTools = () => JSON.parse(era === "modern" ? lists.tools : lists.legacyTools);
  server.setRequestHandler("tools/list", () => ({ tools: listedTools(), ...hints }));
  server.setRequestHandler("tools/call", async ({ params }, ctx) => {
    const wantsTask = era === "legacy" && "task" in params && isRecord(params.task);
    const asTask = async (result: ToolResult) =>
      ((wantsTask ? await toKeptTask(ground, result) : undefined) ??
        result) as unknown as CallToolResult;
    try {
      const client = clientSideOf(server, ctx, era);
      if (wantsTask) client.takesTasks = true;
      const refusal = taskRefusal(view, params.name, era, client.takesTasks === true);
      if (refusal !== undefined) throw toProtocolError(refusal);
      const action = { kind: "tool", name: params.name, arguments: params.arguments } as const;
      const reply = requireToolReply(await run(action, ctx, client));
      if (reply.kind === "tool") return await asTask(toToolResult(reply.answer));
      if (reply.kind === "input_required") return inputRequiredOf(reply);
      parts.onTask?.(reply.operation.operation_id);
      return (await toCreatedTask(ground, era, reply.operation)) as unknown as CallToolResult;
    } catch (thrown) {
      if (thrown instanceof ProtocolError) throw thrown;
      const error = toFairleadError(thrown);
      if (isProtocolFault(error)) throw toProtocolError(toRpcError(error, era, view));
      return asTask(toFailedToolResult(error, view));
    }
  });
  registerTaskMethods(server, ground, era, parts.canPush);
  server.setRequestHandler("resources/list", () => ({
    resources: JSON.parse(lists.resources),
    ...hints,
  }));
  server.setRequestHandler("resources/templates/list", () => ({
    resourceTemplates: JSON.parse(lists.resourceTemplates),
    ...hints,
  }));
  server.setRequestHandler("resources/read", async ({ params }, ctx) => {
    const reply = await guarded(run({ kind: "resource", uri: params.uri }, ctx), era, view);
    if (reply.kind !== "resource") return inputRequiredOf(reply);
    const cache = era === "modern" ? { ttlMs: reply.ttlMs, cacheScope: "private" as const } : {};
    return { contents: reply.contents, ...cache };
  });
  server.setRequestHandler("prompts/list", () => ({
    prompts: JSON.parse(lists.prompts),
    ...hints,
  }));
  server.setRequestHandler("prompts/get", async ({ params }, ctx) => {
    const action = { kind: "prompt", name: params.name, arguments: params.arguments } as const;
    const reply = await guarded(run(action, ctx), era, view);
    if (reply.kind !== "prompt") return inputRequiredOf(reply);
    return {
      description: view.wording(reply.description),
      messages: reply.messages.map((message) => reworded(message, view)),
    };
  });
  server.setRequestHandler("completion/complete", async ({ params }, ctx) => {
    const { ref, argument } = params;
    const others = params.context?.arguments ?? {};
    const reply = await guarded(run({ kind: "completion", ref, argument, others }, ctx), era, view);
    if (reply.kind !== "completion") throw new Error("A completion was answered otherwise.");
    return { completion: { ...reply.completion } };
  });
  if (era === "legacy") {
    server.setRequestHandler("resources/subscribe", async ({ params }, ctx) => {
      await guarded(run({ kind: "subscription", uri: params.uri }, ctx), era, view);
      await parts.session?.subscribe(params.uri);
      return {};
    });
    server.setRequestHandler("resources/unsubscribe", async ({ params }) => {
      await parts.session?.unsubscribe(params.uri);
      return {};
    });
    const setLogLevel = parts.session?.setLogLevel;
    if (setLogLevel !== undefined) {
      server.setRequestHandler("logging/setLevel", async ({ params }) => {
        await setLogLevel(params.level);
        return {};
      });
    }
  }
  return server;
}

function reworded(message: PromptMessage, { wording }: View): PromptMessage {
  const { content } = message;
  return content.type === "text"
    ? { ...message, content: { ...content, text: wording(content.text) } }
    : message;
}

async function guarded(reply: Promise<Reply>, era: Era, view: View): Promise<Reply> {
  try {
    return await reply;
  } catch (thrown) {
    throw toProtocolError(toRpcError(toFairleadError(thrown), era, view));
  }
}

function toProtocolError({ code, message, data }: RpcError): ProtocolError {
  return new ProtocolError(code, message, data);
}

function inputRequiredOf(reply: Reply): InputRequiredResult {
  if (reply.kind !== "input_required") throw new Error(`Unexpected reply ${reply.kind}.`);
  return {
    resultType: "input_required",
    inputRequests: reply.requests,
    requestState: reply.requestState,
  } as unknown as InputRequiredResult;
}

function clientSideOf(server: Server, ctx: ServerContext, era: Era): ClientSide {
  const { _meta, envelope, inputResponses } = ctx.mcpReq;
  const requestState = ctx.mcpReq.requestState<string>();
  const stated: Record<string, unknown> = { ...envelope };
  const declared =
    era === "modern" ? stated[META.clientCapabilities] : server.getClientCapabilities();
  const capabilities = isRecord(declared) ? declared : {};
  const logLevel = era === "modern" ? (stated[META.logLevel] as LogLevel | undefined) : "debug";
  const idempotencyKey = idempotencyKeyOf({ ..._meta });
  return {
    capabilities,
    ...(era === "modern" && declaresTasks(capabilities) ? { takesTasks: true } : {}),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    // The SDK keeps the level of a legacy connection itself, so what it is handed goes through its own filter.
    notify: (method, params) => {
      const sent =
        era === "legacy" && method === "notifications/message"
          ? ctx.mcpReq.log(params.level as LogLevel, params.data)
          : ctx.mcpReq.notify({ method, params } as never);
      sent.catch(() => {});
    },
    ...(_meta?.progressToken === undefined ? {} : { progressToken: _meta.progressToken }),
    ...(logLevel === undefined ? {} : { logLevel }),
    ...(inputResponses === undefined ? {} : { inputResponses }),
    ...(requestState === undefined ? {} : { requestState }),
  };
}
