import type { Reply } from "@fairlead/core/call/request";
import type { ToolAnswer } from "@fairlead/core/call/shape";
import type { View } from "@fairlead/core/catalogue/view";
import { ERROR_CODES, FairleadError } from "@fairlead/core/errors";

export const MODERN_VERSION = "2026-07-28";
/** Revisions of the `initialize` era, newest first. */
export const LEGACY_VERSIONS = [
  "2025-11-25",
  "2025-06-18",
  "2025-03-26",
  "2024-11-05",
  "2024-10-07",
];

/** Milliseconds a client may keep a list before it asks again; changes are announced besides. */
export const LIST_TTL_MS = 300_000;

export const META = {
  protocolVersion: "io.modelcontextprotocol/protocolVersion",
  clientInfo: "io.modelcontextprotocol/clientInfo",
  clientCapabilities: "io.modelcontextprotocol/clientCapabilities",
  logLevel: "io.modelcontextprotocol/logLevel",
  serverInfo: "io.modelcontextprotocol/serverInfo",
  subscriptionId: "io.modelcontextprotocol/subscriptionId",
  /** Ties a message to a task (2025-11-25). */
  relatedTask: "io.modelcontextprotocol/related-task",
  /** Our own: names a call, so that repeating it changes the world once. */
  idempotencyKey: "dev.fairlead/idempotencyKey",
} as const;

export type Era = "modern" | "legacy";

/** A tool's answer as `CallToolResult` (MCP 2025-11-25 and 2026-07-28). */
export interface ToolResult {
  content: ToolAnswer["content"];
  structuredContent?: unknown;
  isError?: true;
  [key: string]: unknown;
}

export function toToolResult({ content, structured, isError }: ToolAnswer): ToolResult {
  return {
    content,
    ...(structured === undefined ? {} : { structuredContent: structured }),
    ...(isError ? { isError: true } : {}),
  };
}

/** The same as JSON, without writing the structured part twice. */
export function toToolResultJson({ content, structuredJson, isError }: ToolAnswer): string {
  const structured = structuredJson === undefined ? "" : `,"structuredContent":${structuredJson}`;
  return `"content":${JSON.stringify(content)}${structured}${isError ? ',"isError":true' : ""}`;
}

/** What a model can act on is a result it reads, with the code in front and what to do next behind. */
export function toFailedToolResult(error: FairleadError, { wording }: View): ToolResult {
  return {
    content: [{ type: "text", text: wording(`${error.code}: ${error.message}`) }],
    isError: true,
  };
}

/** Mistakes in the protocol itself, which no change of arguments mends. */
export function isProtocolFault({ code, details }: FairleadError): boolean {
  return (
    (code === "not_found" && details?.reason === "unknown_target") ||
    (code === "invalid_input" &&
      (details?.reason === "invalid_request_state" ||
        details?.reason === "invalid_input_responses"))
  );
}

export interface RpcError {
  code: number;
  message: string;
  data?: unknown;
}

/** JSON-RPC error of a failed action. Up to 2025-11-25 a resource that is not there has a code of its own. */
export function toRpcError(error: FairleadError, era: Era, { wording }: View): RpcError {
  const isResource = error.code === "not_found" && error.details?.uri !== undefined;
  const code = isResource && era === "legacy" ? -32002 : ERROR_CODES[error.code].rpc;
  return {
    code,
    message: wording(error.message),
    ...(error.details === undefined ? {} : { data: error.details }),
  };
}

export type ToolReply = Extract<Reply, { kind: "tool" | "task" | "input_required" }>;

/** Narrows the reply to a tool call. */
export function requireToolReply(reply: Reply): ToolReply {
  if (reply.kind === "tool" || reply.kind === "task" || reply.kind === "input_required")
    return reply;
  throw new Error(`A tool call cannot be answered with ${reply.kind}.`);
}

/** The key under which a call changes the world once, from its `_meta`. Throws `invalid_input` for what is no key. */
export function idempotencyKeyOf(meta: Readonly<Record<string, unknown>>): string | undefined {
  const { [META.idempotencyKey]: key } = meta;
  if (key === undefined || (typeof key === "string" && key !== "")) return key;
  throw new FairleadError("invalid_input", `${META.idempotencyKey} in _meta has to be a text.`);
}
