import { defineConnector } from "@fairlead/core/connector";
import { defineTool } from "@fairlead/core/tool";
import { BUILT_IN_TOOLS, READING_BUILT_IN_TOOLS } from "@fairlead/testkit/built-in";
import { createTestEngine } from "@fairlead/testkit/engine";
import { expect, test } from "vitest";
import { z } from "zod";
import { createRoute } from "./route.ts";

const crane = defineConnector({
  id: "harbour",
  title: "Harbour",
  description: "Ships and cranes.",
  settings: z.object({}),
  createClient: () => ({}),
  tools: (["read", "write"] as const).map((effect) =>
    defineTool({
      name: `harbour_${effect}_log`,
      title: "Log",
      description: "The harbour's log.",
      effect,
      toolset: effect === "read" ? "reading" : "writing",
      input: z.object({}),
      output: z.object({}),
      handler: () => ({}),
    }),
  ),
});
const route = createRoute((await createTestEngine([crane])).fairlead);

test.each([
  ["/mcp", ["harbour_read_log", "harbour_write_log"]],
  ["/mcp/", ["harbour_read_log", "harbour_write_log"]],
  ["/mcp/harbour", ["read_log", "write_log"]],
  ["/mcp/harbour?readonly=false&view=all", ["read_log", "write_log"]],
  ["/mcp/harbour?toolsets=writing", ["write_log"]],
  ["/mcp?toolsets=harbour:reading,%20writing", ["harbour_read_log", "harbour_write_log"]],
])("%s has %j, and Fairlead's own tools under their full names", (url, names) => {
  expect([...route(url).tools.keys()]).toEqual([...names, ...BUILT_IN_TOOLS]);
  expect(route(url)).toBe(route(url));
});

test("a view that only reads has what reads alone", () => {
  const { tools } = route("/mcp/harbour?readonly=true");
  expect([...tools.keys()]).toEqual(["read_log", ...READING_BUILT_IN_TOOLS]);
});

test.each([
  ["/mcp/dock", "Connectors: harbour."],
  ["/mcp/harbour/more", "Endpoints are /mcp and /mcp/{connector}."],
  ["/mcp?toolsets=sailing", "Toolsets here: reading, writing."],
  ["/mcp?readonly=yes", '"readonly" can be: true, false.'],
  ["/mcp?view=search", '"view" can be: all.'],
  ["/mcp?toolsets=reading&toolsets=writing", '"toolsets" may be given only once.'],
  ["/mcp?tools=read_log", "There are: toolsets, readonly, view."],
])("%s is refused, naming what is valid", (url, words) => {
  expect(() => route(url)).toThrow(words);
});

test("two ways to say the same are one server to a client's cache", () => {
  const one = route("/mcp?toolsets=writing,reading&readonly=true");
  const other = route("/mcp?readonly=true&toolsets=reading,writing,reading");
  expect(one.serverName).toBe("fairlead?readonly=true&toolsets=reading,writing");
  expect(other.serverName).toBe(one.serverName);
});
