import type { WireRequest } from "./wire.ts";

export const PATH = "/mcp/twin";
export const MODERN = "2026-07-28";
export const LEGACY = "2025-11-25";
export const BOTH = "application/json, text/event-stream";

export const META = {
  version: "io.modelcontextprotocol/protocolVersion",
  info: "io.modelcontextprotocol/clientInfo",
  capabilities: "io.modelcontextprotocol/clientCapabilities",
  logLevel: "io.modelcontextprotocol/logLevel",
} as const;

export type Json = Record<string, unknown>;

/** Changes to a request that is valid as it stands; `undefined` takes a header or a field away. */
export interface Changes {
  headers?: Record<string, string | undefined>;
  /** Further headers as they are, repetitions included. */
  more?: readonly (readonly [string, string])[];
  meta?: Json;
  /** Members of the message itself. */
  message?: Json;
  /** The whole body. */
  body?: string | Buffer;
  method?: string;
  path?: string;
}

/** A request of a stateless client (2026-07-28). */
export function modern(method: string, params: Json = {}, changes: Changes = {}): WireRequest {
  const name = params.name ?? params.uri;
  const meta = {
    [META.version]: MODERN,
    [META.info]: { name: "tester", version: "1.0.0" },
    [META.capabilities]: { elicitation: {}, sampling: {} },
    ...changes.meta,
  };
  return build({
    message: { id: 1, method, params: { ...params, _meta: meta } },
    headers: {
      Accept: BOTH,
      "MCP-Protocol-Version": MODERN,
      "Mcp-Method": method,
      ...(typeof name === "string" && named.has(method) ? { "Mcp-Name": name } : {}),
    },
    changes,
  });
}

const named = new Set(["tools/call", "prompts/get", "resources/read"]);

/** A request of a client up to 2025-11-25. */
export function legacy(method: string, params?: Json, changes: Changes = {}): WireRequest {
  const { meta } = changes;
  const whole = meta === undefined ? params : { ...params, _meta: meta };
  return build({
    message: { id: 1, method, ...(whole === undefined ? {} : { params: whole }) },
    headers: { Accept: BOTH, "MCP-Protocol-Version": LEGACY },
    changes,
  });
}

/** A message without an answer. */
export function notification(method: string, params?: Json, changes: Changes = {}): WireRequest {
  return legacy(method, params, { ...changes, message: { id: undefined, ...changes.message } });
}

/** Any body to the endpoint, as a legacy client would post it. */
export function post(body: unknown, changes: Changes = {}): WireRequest {
  const raw = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return legacy("", undefined, { ...changes, body: raw });
}

/** A request without a body. */
export function bare(method: string, headers: Record<string, string> = {}): WireRequest {
  return { method, path: PATH, headers: Object.entries(headers) };
}

function build(parts: {
  message: Json;
  headers: Record<string, string>;
  changes: Changes;
}): WireRequest {
  const { changes } = parts;
  const message = { jsonrpc: "2.0", ...parts.message, ...changes.message };
  const headers = Object.entries({
    "Content-Type": "application/json",
    ...parts.headers,
    ...changes.headers,
  }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    method: changes.method ?? "POST",
    path: changes.path ?? PATH,
    headers: [...headers, ...(changes.more ?? [])],
    body: changes.body ?? JSON.stringify(message),
  };
}
