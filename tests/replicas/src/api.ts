/** REST and plain MCP calls with one key, against one address. */
export interface Api {
  act<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>;
  /** The same, whatever came of it. */
  send(method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }>;
  call(name: string, args?: Record<string, unknown>, signal?: AbortSignal): Promise<Called>;
}

export type Json = Record<string, unknown>;

export interface Called {
  status: number;
  isError: boolean;
  text: string;
  headers: Headers;
}

const MODERN = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "replicas", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

export function createApi(url: string, key: string): Api {
  const authorization = { Authorization: `Bearer ${key}` };

  async function send(method: string, path: string, body?: unknown) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...authorization, ...(body === undefined ? {} : JSON_TYPE) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    return { status: response.status, body: (await response.json()) as Json };
  }

  return {
    send,
    async act<T>(method: string, path: string, body?: unknown) {
      const answer = await send(method, path, body);
      if (answer.status < 300) return answer.body.data as T;
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    },
    async call(name, args = {}, signal = AbortSignal.timeout(20_000)) {
      const response = await fetch(`${url}/mcp`, {
        method: "POST",
        headers: {
          ...authorization,
          ...JSON_TYPE,
          Accept: "application/json, text/event-stream",
          "MCP-Protocol-Version": "2026-07-28",
          "Mcp-Method": "tools/call",
          "Mcp-Name": name,
        },
        body: JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          method: "tools/call",
          params: { name, arguments: args, _meta: MODERN },
        }),
        signal,
      });
      const text = await response.text();
      return { status: response.status, isError: isError(text), text, headers: response.headers };
    },
  };
}

const JSON_TYPE = { "Content-Type": "application/json" };

function isError(text: string): boolean {
  return text.includes('"isError":true') || text.includes('"error":{');
}
