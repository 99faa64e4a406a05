import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";

/** The tool both sides offer: the cheapest there is, so that what is measured is the server around it. */
export const echo = {
  name: "echo",
  title: "Echo",
  description: "Return the given text unchanged.",
  input: z.object({ text: z.string().describe("What to return") }),
  output: z.object({ text: z.string().describe("The text that was given") }),
};

/** `echo`, `echo_1`, `echo_2`, … for catalogues of any size. */
export function echoName(index: number): string {
  return index === 0 ? echo.name : `${echo.name}_${index}`;
}

/** Registers the tool as the SDK's documentation does. */
export function registerEcho(server: McpServer, count: number): McpServer {
  for (let index = 0; index < count; index += 1) {
    server.registerTool(
      echoName(index),
      {
        title: echo.title,
        description: echo.description,
        inputSchema: echo.input,
        outputSchema: echo.output,
      },
      ({ text }) => ({
        content: [{ type: "text", text: JSON.stringify({ text }) }],
        structuredContent: { text },
      }),
    );
  }
  return server;
}
