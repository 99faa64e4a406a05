/**
 * Baseline of 2025-11-25: one SDK transport per session, routed by `Mcp-Session-Id` as the SDK's page
 * "Sessions, state, and scaling" shows. `--json` answers with JSON instead of the default SSE stream.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { NodeStreamableHTTPServerTransport } from "@modelcontextprotocol/node";
import { McpServer } from "@modelcontextprotocol/server";
import { registerEcho } from "./echo.ts";
import { listen, report, toolCount } from "./serve.ts";

const tools = toolCount();
const enableJsonResponse = process.argv.includes("--json");
const sessions = new Map<string, NodeStreamableHTTPServerTransport>();

async function openSession(): Promise<NodeStreamableHTTPServerTransport> {
  const transport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: () => randomUUID(),
    enableJsonResponse,
    onsessioninitialized: (id) => {
      sessions.set(id, transport);
    },
  });
  transport.onclose = () => {
    if (transport.sessionId) sessions.delete(transport.sessionId);
  };
  const server = new McpServer({ name: "sdk-session", version: "1.0.0" });
  await registerEcho(server, tools).connect(transport);
  return transport;
}

async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const id = request.headers["mcp-session-id"];
  const known = typeof id === "string" ? sessions.get(id) : undefined;
  if (id && !known) {
    response.writeHead(404).end();
    return;
  }
  // Without a session only `initialize` makes sense; the transport refuses anything else itself.
  const transport = known ?? (await openSession());
  await transport.handleRequest(request, response);
}

const origin = await listen(createServer(route));
report({ type: "ready", url: `${origin}/mcp` });
