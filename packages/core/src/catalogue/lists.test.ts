import { createPrincipal } from "@fairlead/testkit/engine";
import { expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import type { Effect } from "../effect.ts";
import { defineTool } from "../tool.ts";
import { createLists } from "./lists.ts";
import { createView } from "./view.ts";

function tool(name: string, effect: Effect) {
  return defineTool({
    name,
    title: name,
    description: `Does ${name}.`,
    effect,
    input: z.object({}),
    handler: () => ({ content: [] }),
  });
}

const RESOURCE = { title: "…", mimeType: "application/json", tool: "harbour_list_berths" };

const harbour = defineConnector({
  id: "harbour",
  title: "Harbour",
  description: "A harbour.",
  settings: z.object({}),
  createClient: () => undefined,
  tools: [tool("harbour_list_berths", "read"), tool("harbour_book_berth", "write")],
  resources: [
    {
      ...RESOURCE,
      name: "berths",
      description: "As harbour_list_berths.",
      uri: "harbour://berths",
    },
    { ...RESOURCE, name: "berth", description: "One berth.", uri: "harbour://berths/{berth_id}" },
  ],
  prompts: [
    {
      name: "harbour_welcome",
      title: "Welcome",
      description: "Then harbour_book_berth.",
      arguments: z.object({
        ship: z.string().describe("Name of the ship."),
        flag: z.string().optional(),
      }),
      messages: () => [],
    },
    { name: "harbour_farewell", title: "Farewell", description: "…", messages: () => [] },
  ],
});
const view = createView([harbour], { endpoint: "all" });
const unprefixedView = createView([harbour], { endpoint: "harbour" });
const everything = createPrincipal();
const reader = createPrincipal({ scopes: new Set(["harbour:read"]) });

function namesIn(list: string): string[] {
  return (JSON.parse(list) as { name: string }[]).map(({ name }) => name);
}

test("shows every tool to who may use all, in the order of the view", () => {
  const { tools } = createLists()(view, everything);
  expect(namesIn(tools)).toEqual(["harbour_list_berths", "harbour_book_berth"]);
});

test("shows no tool that the caller may not use", () => {
  expect(namesIn(createLists()(view, reader).tools)).toEqual(["harbour_list_berths"]);
});

test("shows nothing at all to who may do nothing", () => {
  const nobody = createPrincipal({ scopes: new Set() });
  expect(createLists()(view, nobody)).toEqual({
    tools: "[]",
    resources: "[]",
    resourceTemplates: "[]",
    prompts: "[]",
  });
});

test("tells resources with a fixed address from templates", () => {
  const { resources, resourceTemplates } = createLists()(view, reader);
  expect(JSON.parse(resources)).toEqual([
    {
      uri: "harbour://berths",
      name: "berths",
      title: "…",
      description: "As harbour_list_berths.",
      mimeType: "application/json",
    },
  ]);
  expect(JSON.parse(resourceTemplates)).toMatchObject([
    { uriTemplate: "harbour://berths/{berth_id}", name: "berth" },
  ]);
});

test("shows prompts with their arguments, and which of them are needed", () => {
  expect(JSON.parse(createLists()(view, reader).prompts)).toEqual([
    {
      name: "harbour_welcome",
      title: "Welcome",
      description: "Then harbour_book_berth.",
      arguments: [
        { name: "ship", description: "Name of the ship.", required: true },
        { name: "flag", required: false },
      ],
    },
    { name: "harbour_farewell", title: "Farewell", description: "…", arguments: [] },
  ]);
});

test("leaves the prefix out of descriptions on the endpoint of one connector", () => {
  const { prompts, resources } = createLists()(unprefixedView, everything);
  expect(JSON.parse(prompts)[0]).toMatchObject({
    name: "welcome",
    description: "Then book_berth.",
  });
  expect(JSON.parse(resources)[0]).toMatchObject({ description: "As list_berths." });
});

test("renders once for all principals with the same rights", () => {
  const lists = createLists();
  const twin = createPrincipal({ id: "prn_bob", scopes: new Set(["harbour:read"]) });
  expect(lists(view, twin)).toBe(lists(view, reader));
});

test("does not mind in which order scopes were given", () => {
  const lists = createLists();
  const one = createPrincipal({ scopes: new Set(["harbour:read", "harbour:write"]) });
  const other = createPrincipal({ scopes: new Set(["harbour:write", "harbour:read"]) });
  expect(lists(view, other)).toBe(lists(view, one));
});

test("never shows one principal what was rendered for another with more rights", () => {
  const lists = createLists();
  lists(view, everything);
  expect(namesIn(lists(view, reader).tools)).toEqual(["harbour_list_berths"]);
});

test("never shows the lists of one view in another", () => {
  const lists = createLists();
  lists(view, reader);
  expect(namesIn(lists(unprefixedView, reader).tools)).toEqual(["list_berths"]);
});
