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
  Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { SERVER_CAPABILITIES, serverInfoOf } from "./server-info.ts";
import { traceOf } from "./trace.ts";
import {
  isProtocolFault,
  LIST_TTL_MS,
  META,
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
  era: "modern" | "legacy";
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
  const server = new Server(serverInfoOf(view), {
    capabilities: SERVER_CAPABILITIES,
    instructions: view.instructions,
    inputRequired: { legacyShim: parts.canPush },
  });
  const hints = era === "modern" ? ({ ttlMs: LIST_TTL_MS, cacheScope: "private" } as const) : {};
  const run = async (action: Action, ctx: ServerContext): Promise<Reply> => {
    const request: CallRequest = {
      ...{ action, view, principal },
      surface: parts.surface,
      client: clientSideOf(server, ctx, era),
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

  server.setRequestHandler("tools/list", () => ({ tools: JSON.parse(lists.tools), ...hints }));
  server.setRequestHandler("tools/call", async ({ params }, ctx) => {
    try {
      const action = { kind: "tool", name: params.name, arguments: params.arguments } as const;
      const reply = await run(action, ctx);
      return (reply.kind === "tool"
        ? toToolResult(reply.answer)
        : inputRequiredOf(reply)) as unknown as CallToolResult;
    } catch (thrown) {
      const error = toFairleadError(thrown);
      if (isProtocolFault(error)) throw protocolError(error, era, view);
      return toFailedToolResult(error, view) as unknown as CallToolResult;
    }
  });
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

async function guarded(
  reply: Promise<Reply>,
  era: "modern" | "legacy",
  view: View,
): Promise<Reply> {
  try {
    return await reply;
  } catch (thrown) {
    throw protocolError(toFairleadError(thrown), era, view);
  }
}

function protocolError(error: FairleadError, era: "modern" | "legacy", view: View): ProtocolError {
  const { code, message, data } = toRpcError(error, era, view);
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

function clientSideOf(server: Server, ctx: ServerContext, era: "modern" | "legacy"): ClientSide {
  const { _meta, envelope, inputResponses } = ctx.mcpReq;
  const requestState = ctx.mcpReq.requestState<string>();
  const stated: Record<string, unknown> = { ...envelope };
  const declared =
    era === "modern" ? stated[META.clientCapabilities] : server.getClientCapabilities();
  const logLevel = era === "modern" ? (stated[META.logLevel] as LogLevel | undefined) : "debug";
  return {
    capabilities: isRecord(declared) ? declared : {},
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
