import type { Http, HttpAnswer, Json } from "./http.ts";

const MODERN = "2026-07-28";
const LEGACY = "2025-11-25";
const BOTH = "application/json, text/event-stream";
const NAMED: Readonly<Record<string, string>> = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
};

export interface RpcOptions {
  /** Default `/mcp`. */
  endpoint?: string;
  headers?: Readonly<Record<string, string>>;
  capabilities?: Json;
}

/** Whoever shows these headers, over MCP of both eras and over REST. */
export interface Caller {
  readonly headers: Readonly<Record<string, string>>;
  modern(method: string, params?: Json, options?: RpcOptions): Promise<HttpAnswer>;
  legacy(method: string, params?: Json, options?: RpcOptions): Promise<HttpAnswer>;
  call(name: string, args?: Json, options?: RpcOptions): Promise<HttpAnswer>;
  rest(method: string, path: string, body?: unknown): Promise<HttpAnswer>;
  /** The same; what it answered with. Throws when it was refused. */
  act<T = Json>(method: string, path: string, body?: unknown): Promise<T>;
}

export function createCaller(http: Http, given: Readonly<Record<string, string>>): Caller {
  const headersOf = (more: Readonly<Record<string, string>>) =>
    Object.entries({ ...more, ...given });

  function rpc(endpoint: string, message: Json, headers: Readonly<Record<string, string>>) {
    return http.send({
      ...{ method: "POST", path: endpoint },
      headers: headersOf({ "Content-Type": "application/json", Accept: BOTH, ...headers }),
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...message }),
    });
  }

  const caller: Caller = {
    headers: given,
    modern(method, params = {}, { endpoint = "/mcp", headers = {}, capabilities = {} } = {}) {
      const name = params[NAMED[method] ?? ""];
      const meta = {
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientInfo": { name: "tester", version: "1" },
        "io.modelcontextprotocol/clientCapabilities": capabilities,
      };
      return rpc(
        endpoint,
        { method, params: { ...params, _meta: meta } },
        {
          "MCP-Protocol-Version": MODERN,
          "Mcp-Method": method,
          ...(typeof name === "string" ? { "Mcp-Name": name } : {}),
          ...headers,
        },
      );
    },
    legacy(method, params = {}, { endpoint = "/mcp", headers = {} } = {}) {
      return rpc(endpoint, { method, params }, { "MCP-Protocol-Version": LEGACY, ...headers });
    },
    call: (name, args = {}, options) =>
      caller.modern("tools/call", { name, arguments: args }, options),
    rest(method, path, body) {
      return http.send({
        ...{ method, path },
        headers: headersOf(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    },
    async act<T>(method: string, path: string, body?: unknown): Promise<T> {
      const answer = await caller.rest(method, path, body);
      if (answer.status < 300) return answer.json.data as T;
      throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    },
  };
  return caller;
}

/** Shows an API key or a token. */
export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
