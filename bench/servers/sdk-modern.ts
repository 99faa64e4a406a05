/** Baseline of 2026-07-28: the SDK's own stateless handler on node:http, nothing around it. */
import { createServer } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { registerEcho } from "./echo.ts";
import { listen, report, toolCount } from "./serve.ts";

const tools = toolCount();
const handler = createMcpHandler(() =>
  registerEcho(new McpServer({ name: "sdk-modern", version: "1.0.0" }), tools),
);

const answer = toNodeHandler(handler);
// @ts-expect-error: under exactOptionalPropertyTypes node's own IncomingMessage does not fit the SDK's type of it.
const origin = await listen(createServer((request, response) => answer(request, response)));
report({ type: "ready", url: `${origin}/mcp` });
