/** Baseline of the cold start: the SDK's server on stdio with one tool. */
import { McpServer } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { registerEcho } from "./echo.ts";

const server = registerEcho(new McpServer({ name: "sdk-stdio", version: "1.0.0" }), 1);
await server.connect(new StdioServerTransport());
