import { expect, test } from "vitest";
import { z } from "zod";
import { type ConnectorDefinition, defineConnector } from "./connector.ts";
import { defineTool } from "./tool.ts";

const listBerths = defineTool({
  name: "harbour_list_berths",
  title: "List berths",
  description: "List all berths.",
  effect: "read",
  input: z.object({}),
  handler: () => ({ content: [] }),
});

const bookBerth = defineTool({
  name: "harbour_book_berth",
  title: "Book a berth",
  description: "Book a berth for a night.",
  effect: "write",
  input: z.object({}),
  handler: () => ({ content: [] }),
});

const BERTHS = {
  name: "berths",
  title: "Berths",
  description: "All berths.",
  mimeType: "application/json",
  uri: "harbour://berths",
};

const WELCOME = {
  name: "harbour_welcome",
  title: "Welcome",
  description: "Welcomes a ship.",
  messages: () => [],
};

function harbour(changes: Partial<ConnectorDefinition<undefined, object>> = {}) {
  return defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    settings: z.object({}),
    createClient: () => undefined,
    tools: [listBerths, bookBerth],
    ...changes,
  });
}

test("is frozen once it is declared", () => {
  expect(Object.isFrozen(harbour())).toBe(true);
});

test.each(["Harbour", "h", "harbour_1", "1harbour", "h".repeat(17)])(
  "cannot have the id %j",
  (id) => {
    expect(() => harbour({ id, tools: [] })).toThrow(`Connector id "${id}" is not legal`);
  },
);

test("cannot offer a tool without its prefix", () => {
  expect(() => harbour({ id: "lighthouse" })).toThrow("lacks its prefix");
});

test("cannot offer a tool twice", () => {
  expect(() => harbour({ tools: [listBerths, listBerths] })).toThrow("is declared twice");
});

test("cannot offer a prompt without its prefix, since lists of one connector cut it off", () => {
  expect(() => harbour({ prompts: [{ ...WELCOME, name: "welcome" }] })).toThrow(
    "Prompt welcome of connector harbour lacks its prefix",
  );
  expect(harbour({ prompts: [WELCOME] }).prompts).toHaveLength(1);
});

test("cannot show a resource of a tool it does not have", () => {
  expect(() => harbour({ resources: [{ ...BERTHS, tool: "harbour_get_tide" }] })).toThrow(
    "names the tool harbour_get_tide, which is not there",
  );
});

test("cannot show a resource of a tool that changes the world", () => {
  expect(() => harbour({ resources: [{ ...BERTHS, tool: "harbour_book_berth" }] })).toThrow(
    "which is not a read",
  );
});

test("shows a resource of a read", () => {
  expect(
    harbour({ resources: [{ ...BERTHS, tool: "harbour_list_berths" }] }).resources,
  ).toHaveLength(1);
});
