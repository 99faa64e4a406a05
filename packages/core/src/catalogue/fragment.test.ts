import { expect, test } from "vitest";
import { z } from "zod";
import { type Connector, defineConnector } from "../connector.ts";
import { defineTool, operationOf, type Tool } from "../tool.ts";
import { renderTool, toLegacyFragment, unprefixNames } from "./fragment.ts";

const LIST = {
  name: "harbour_list_berths",
  title: "List berths",
  description: "List berths. Book one with harbour_book_berth.",
  effect: "read",
  input: z.object({ pier: z.string().describe("Name of the pier."), free: z.boolean().optional() }),
  output: z.object({ berths: z.array(z.number()) }),
  handler: () => ({ berths: [] }),
} as const;

const bookBerth = defineTool({
  name: "harbour_book_berth",
  title: "Book a berth",
  description: "Book a berth for a night.",
  effect: "write",
  input: z.object({}),
  handler: () => ({ content: [] }),
});

function harbourOf(tool: Tool): Connector {
  return defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    settings: z.object({}),
    createClient: () => undefined,
    tools: tool === bookBerth ? [tool] : [tool, bookBerth],
  });
}

function render(tool: Tool, prefixed = true) {
  return renderTool(tool, harbourOf(tool), prefixed);
}

test("shows a tool as clients read it", () => {
  expect(render(defineTool(LIST))).toMatchInlineSnapshot(`
    {
      "annotations": {
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true,
        "readOnlyHint": true,
        "title": "List berths",
      },
      "description": "List berths. Book one with harbour_book_berth.",
      "inputSchema": {
        "properties": {
          "free": {
            "type": "boolean",
          },
          "pier": {
            "description": "Name of the pier.",
            "type": "string",
          },
        },
        "required": [
          "pier",
        ],
        "type": "object",
      },
      "name": "harbour_list_berths",
      "outputSchema": {
        "properties": {
          "berths": {
            "items": {
              "type": "number",
            },
            "type": "array",
          },
        },
        "required": [
          "berths",
        ],
        "type": "object",
      },
      "title": "List berths",
    }
  `);
});

test("leaves the root of the arguments open for the reserved ones, and only the root", () => {
  const input = z.object({ ship: z.strictObject({ flag: z.string() }) });
  const { inputSchema } = render(defineTool({ ...LIST, input }));
  expect(inputSchema).not.toHaveProperty("additionalProperties");
  expect(inputSchema).toMatchObject({ properties: { ship: { additionalProperties: false } } });
});

test("does not ask for an argument that has a default", () => {
  const input = z.object({ pier: z.string().default("north") });
  expect(render(defineTool({ ...LIST, input })).inputSchema).not.toHaveProperty("required");
});

test("offers a cursor and promises the next one where there are pages", () => {
  const listed = render(defineTool({ ...LIST, pages: "berths" }));
  expect(listed.inputSchema).toMatchObject({ properties: { cursor: { type: "string" } } });
  expect(listed.outputSchema).toMatchObject({ properties: { next_cursor: { type: "string" } } });
  expect(listed.outputSchema?.required).toEqual(["berths"]);
});

test("offers no cursor where there are no pages", () => {
  expect(render(defineTool(LIST)).inputSchema.properties).not.toHaveProperty("cursor");
});

test("shows no output schema for a tool that answers with content", () => {
  expect(render(bookBerth)).not.toHaveProperty("outputSchema");
});

test("shows the schema a tool gives of its own", () => {
  const inputSchema = { type: "object", minProperties: 1 };
  expect(render(defineTool({ ...LIST, inputSchema })).inputSchema).toEqual(inputSchema);
});

test("leaves the prefix out on the endpoint of one connector, also where texts name tools", () => {
  const listed = render(defineTool(LIST), false);
  expect(listed.name).toBe("list_berths");
  expect(listed.description).toBe("List berths. Book one with book_berth.");
});

test("leaves words alone that look like a tool's name and are none", () => {
  const words = "See harbour_map, my_harbour_book_berth and harbour_book_berths.";
  expect(unprefixNames(words, harbourOf(defineTool(LIST)))).toBe(words);
});

const moor = { ...bookBerth, name: "harbour_moor_ship" };

test.for<[string, Parameters<typeof defineTool>[0], string | undefined]>([
  ["a read", LIST as never, undefined],
  ["a quick write", moor as never, undefined],
  ["what destroys", { ...moor, effect: "destroy" } as never, "optional"],
  [
    "what takes long",
    { ...moor, output: operationOf(z.object({})), handler: () => ({}) } as never,
    "optional",
  ],
  ["what needs tasks", { ...moor, needsTasks: true } as never, "required"],
])("tells clients of 2025-11-25 whether %s can be called as a task", ([, definition, support]) => {
  const tool = defineTool(definition);
  const fragment = JSON.stringify(render(tool));
  const { execution, ...rest } = JSON.parse(toLegacyFragment(fragment, tool));
  expect(execution).toEqual(support === undefined ? undefined : { taskSupport: support });
  expect(JSON.stringify(rest)).toBe(fragment);
});
