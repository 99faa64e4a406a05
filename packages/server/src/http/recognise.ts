import type { IncomingHttpHeaders } from "node:http";
import { atMost } from "@fairlead/core/cache/bounded";
import { isRecord } from "@fairlead/core/is-record";
import { classifyInboundRequest } from "@modelcontextprotocol/server";
import { LRUCache } from "lru-cache";
import { isTaskMethod, type TaskMethod } from "../mcp/tasks/methods.ts";
import { type Era, LEGACY_VERSIONS, META, MODERN_VERSION } from "../mcp/wire.ts";
import { ENCODED } from "./param-headers.ts";

/**
 * A `tools/call` or `tools/list`, or a question about a task, that is beyond doubt well-formed; all else is left to the
 * SDK, errors included.
 */
export interface PlainRequest {
  era: Era;
  id: string | number;
  params: Record<string, unknown>;
  meta: Record<string, unknown>;
  call: { name: string; arguments: unknown } | undefined;
  task: TaskMethod | undefined;
}

const LEGAL_KEYS = new Set(["jsonrpc", "id", "method", "params"]);
const CALL_KEYS = new Set(["name", "arguments", "_meta", "inputResponses", "requestState", "task"]);
const LIST_KEYS = new Set(["_meta"]);
const TASK_KEYS = new Set(["taskId", "_meta"]);
const KEYS: Record<string, ReadonlySet<string>> = {
  "tools/call": CALL_KEYS,
  "tools/list": LIST_KEYS,
  "tasks/get": TASK_KEYS,
  "tasks/update": new Set([...TASK_KEYS, "inputResponses"]),
  "tasks/cancel": TASK_KEYS,
  "tasks/result": TASK_KEYS,
  "tasks/list": new Set(["_meta", "cursor"]),
};
const LEGACY_META_KEYS = new Set([
  ...["progressToken", "traceparent", "tracestate", "baggage"],
  ...[META.idempotencyKey, META.relatedTask],
]);

/** Envelopes that the SDK's own schema has passed, so that it need not look at the same one twice. */
const goodEnvelopes = new LRUCache<string, true>(atMost(1_000));

/** Recognises a plain request, or returns undefined. It accepts less than the SDK does, never more. */
export function recognise(body: unknown, headers: IncomingHttpHeaders): PlainRequest | undefined {
  if (!isRecord(body) || body.jsonrpc !== "2.0") return undefined;
  const { id, method } = body;
  if (typeof id !== "string" && !Number.isSafeInteger(id)) return undefined;
  if (typeof method !== "string" || !Object.hasOwn(KEYS, method)) return undefined;
  if (!hasOnly(body, LEGAL_KEYS)) return undefined;
  const { params = {} } = body;
  if (!isRecord(params)) return undefined;
  const { _meta: meta = {} } = params;
  if (!isRecord(meta) || !isToken(meta.progressToken)) return undefined;
  if (!hasOnly(params, KEYS[method] ?? LIST_KEYS)) return undefined;

  const { name, taskId } = params;
  let call: PlainRequest["call"];
  if (method === "tools/call") {
    // A name that looks encoded would be decoded from its header, so that needs a closer look.
    if (typeof name !== "string" || name.startsWith(ENCODED)) return undefined;
    if (params.arguments !== undefined && !isRecord(params.arguments)) return undefined;
    call = { name, arguments: params.arguments };
  }
  const era: Era = META.protocolVersion in meta ? "modern" : "legacy";
  const task = isTaskMethod(era, method) ? method : undefined;
  if (task === undefined && call === undefined && method !== "tools/list") return undefined;
  if (task !== undefined && task !== "tasks/list") {
    if (typeof taskId !== "string" || taskId.startsWith(ENCODED)) return undefined;
  }
  const plain: PlainRequest = { era, id: id as string | number, params, meta, call, task };
  const isGood =
    era === "modern" ? isGoodModern(body, plain, method, headers) : isGoodLegacy(plain, headers);
  return isGood ? plain : undefined;
}

function isGoodModern(
  body: Record<string, unknown>,
  { meta, params, call, task }: PlainRequest,
  method: string,
  headers: IncomingHttpHeaders,
): boolean {
  const version = headers["mcp-protocol-version"];
  if (version !== MODERN_VERSION || meta[META.protocolVersion] !== MODERN_VERSION) return false;
  if (headers["mcp-method"] !== method) return false;
  if (call !== undefined && headers["mcp-name"] !== call.name) return false;
  if (task !== undefined && headers["mcp-name"] !== params.taskId) return false;
  const { inputResponses, requestState } = params;
  if (inputResponses !== undefined && !isBareResponses(inputResponses)) return false;
  if (requestState !== undefined && typeof requestState !== "string") return false;
  return isGoodEnvelope(body, meta, version);
}

export function isGoodEnvelope(
  body: Record<string, unknown>,
  meta: Record<string, unknown>,
  version: string,
): boolean {
  const stated = [meta[META.clientCapabilities], meta[META.clientInfo], meta[META.logLevel]];
  // As JSON, null would be the same as absent.
  if (stated.includes(null)) return false;
  const key = JSON.stringify(stated);
  if (goodEnvelopes.has(key)) return true;
  const outcome = classifyInboundRequest({
    httpMethod: "POST",
    protocolVersionHeader: version,
    body,
  });
  if (outcome.kind !== "modern") return false;
  if (key.length < 2_000) goodEnvelopes.set(key, true);
  return true;
}

function isGoodLegacy({ params, meta }: PlainRequest, headers: IncomingHttpHeaders): boolean {
  const version = headers["mcp-protocol-version"];
  if (version !== undefined && !LEGACY_VERSIONS.includes(String(version))) return false;
  if ("inputResponses" in params || "requestState" in params) return false;
  if (!isTaskRequest(params.task)) return false;
  const { accept = "" } = headers;
  return (
    accept.includes("application/json") &&
    accept.includes("text/event-stream") &&
    hasOnly(meta, LEGACY_META_KEYS)
  );
}

/** The shapes of answers (2026-07-28, `InputResponses`) that the SDK passes on as they are. */
function isBareResponses(value: unknown): value is Record<string, unknown> {
  return (
    isRecord(value) &&
    Object.values(value).every((entry) => isRecord(entry) && !("method" in entry))
  );
}

/** What asks for a task (2025-11-25, `TaskMetadata`); a newer client may send it as well, and it means nothing then. */
function isTaskRequest(value: unknown): boolean {
  if (value === undefined) return true;
  return isRecord(value) && (value.ttl === undefined || typeof value.ttl === "number");
}

function isToken(value: unknown): boolean {
  return value === undefined || typeof value === "string" || Number.isSafeInteger(value);
}

export function hasOnly(value: Record<string, unknown>, keys: ReadonlySet<string>): boolean {
  for (const key in value) if (!keys.has(key)) return false;
  return true;
}
