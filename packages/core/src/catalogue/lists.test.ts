import { createPrincipal } from "@fairlead/testkit/engine";
import { createTestPolicy } from "@fairlead/testkit/policy";
import { expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import type { Effect } from "../effect.ts";
import { NO_RULES } from "../policy/tenant-policy.ts";
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
  const { tools } = createLists()(view, everything, NO_RULES);
  expect(namesIn(tools)).toEqual(["harbour_list_berths", "harbour_book_berth"]);
});

test("shows no tool that the caller may not use", () => {
  expect(namesIn(createLists()(view, reader, NO_RULES).tools)).toEqual(["harbour_list_berths"]);
});

test("shows clients of 2025-11-25 the same tools, and which of them can be called as tasks", () => {
  const demolish = tool("harbour_demolish_berth", "destroy");
  const grown = defineConnector({ ...harbour, tools: [...harbour.tools, demolish] } as never);
  const lists = createLists()(createView([grown], { endpoint: "all" }), everything, NO_RULES);
  expect(lists.tools).not.toContain("execution");
  const asTasks = (JSON.parse(lists.legacyTools) as { name: string; execution?: unknown }[]).map(
    ({ name, execution }) => [name, execution],
  );
  expect(asTasks).toEqual([
    ["harbour_list_berths", undefined],
    ["harbour_book_berth", undefined],
    ["harbour_demolish_berth", { taskSupport: "optional" }],
  ]);
});

test("shows nothing at all to who may do nothing", () => {
  const nobody = createPrincipal({ scopes: new Set() });
  expect(createLists()(view, nobody, NO_RULES)).toEqual({
    tools: "[]",
    legacyTools: "[]",
    resources: "[]",
    resourceTemplates: "[]",
    prompts: "[]",
  });
});

test("tells resources with a fixed address from templates", () => {
  const { resources, resourceTemplates } = createLists()(view, reader, NO_RULES);
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
  expect(JSON.parse(createLists()(view, reader, NO_RULES).prompts)).toEqual([
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
  const { prompts, resources } = createLists()(unprefixedView, everything, NO_RULES);
  expect(JSON.parse(prompts)[0]).toMatchObject({
    name: "welcome",
    description: "Then book_berth.",
  });
  expect(JSON.parse(resources)[0]).toMatchObject({ description: "As list_berths." });
});

test("renders once for all principals with the same rights", () => {
  const lists = createLists();
  const twin = createPrincipal({ id: "prn_bob", scopes: new Set(["harbour:read"]) });
  expect(lists(view, twin, NO_RULES)).toBe(lists(view, reader, NO_RULES));
});

test("does not mind in which order scopes were given", () => {
  const lists = createLists();
  const one = createPrincipal({ scopes: new Set(["harbour:read", "harbour:write"]) });
  const other = createPrincipal({ scopes: new Set(["harbour:write", "harbour:read"]) });
  expect(lists(view, other, NO_RULES)).toBe(lists(view, one, NO_RULES));
});

test("never shows one principal what was rendered for another with more rights", () => {
  const lists = createLists();
  lists(view, everything, NO_RULES);
  expect(namesIn(lists(view, reader, NO_RULES).tools)).toEqual(["harbour_list_berths"]);
});

test("never shows the lists of one view in another", () => {
  const lists = createLists();
  lists(view, reader, NO_RULES);
  expect(namesIn(lists(unprefixedView, reader, NO_RULES).tools)).toEqual(["list_berths"]);
});

const NO_BOOKING = `forbid(principal, action == Fairlead::Action::"harbour_book_berth", resource);`;
const NO_LISTING = `forbid(principal in Fairlead::Role::"viewer", action == Fairlead::Action::"harbour_list_berths", resource);`;
const viewer = createPrincipal({ id: "prn_vera", roles: ["viewer"] });

test("shows no tool that a rule keeps from the caller", () => {
  const policy = createTestPolicy([harbour], [NO_BOOKING]);
  expect(namesIn(createLists()(view, everything, policy).tools)).toEqual(["harbour_list_berths"]);
});

test("shows no resource of a tool that a rule keeps from the caller", () => {
  const policy = createTestPolicy([harbour], [NO_LISTING]);
  const lists = createLists()(view, viewer, policy);
  expect([lists.resources, lists.resourceTemplates]).toEqual(["[]", "[]"]);
  expect(namesIn(lists.tools)).toEqual(["harbour_book_berth"]);
});

test("shows no prompt that a rule keeps from the caller", () => {
  const policy = createTestPolicy(
    [harbour],
    [`forbid(principal, action == Fairlead::Action::"harbour_welcome", resource);`],
  );
  expect(namesIn(createLists()(view, viewer, policy).prompts)).toEqual(["harbour_farewell"]);
});

test("shows what a rule forbids only at times, or only on one connection", () => {
  const policy = createTestPolicy(
    [harbour],
    [
      `forbid(principal, action, resource) when { context.hour < 6 };`,
      `forbid(principal, action, resource == Fairlead::Connection::"con_main");`,
    ],
  );
  expect(createLists()(view, viewer, policy)).toEqual(createLists()(view, viewer, NO_RULES));
});

test("never shows one tenant what was rendered under the rules of another, or under older ones", () => {
  const lists = createLists();
  const [one, other] = [[NO_BOOKING], [NO_LISTING]].map((texts) =>
    createTestPolicy([harbour], texts),
  );
  if (one === undefined || other === undefined) throw new Error("There are two.");
  expect(namesIn(lists(view, viewer, one).tools)).toEqual(["harbour_list_berths"]);
  expect(namesIn(lists(view, viewer, other).tools)).toEqual(["harbour_book_berth"]);
  expect(namesIn(lists(view, viewer, NO_RULES).tools)).toHaveLength(2);
});

test("tells principals apart whose roles a rule tells apart", () => {
  const lists = createLists();
  const policy = createTestPolicy([harbour], [NO_LISTING]);
  expect(namesIn(lists(view, viewer, policy).tools)).toEqual(["harbour_book_berth"]);
  expect(namesIn(lists(view, everything, policy).tools)).toHaveLength(2);
});

test("shares lists among tenants whose rules hide the same", () => {
  const lists = createLists();
  const policies = ["ten_acme", "ten_bolt"].map((tenant_id) =>
    createTestPolicy([harbour], [NO_BOOKING], { tenant_id }),
  );
  const [one, other] = policies.map((policy) => lists(view, viewer, policy));
  expect(one).toBe(other);
});

test("does not mistake a scope for the rules of a tenant", () => {
  const lists = createLists();
  const policy = createTestPolicy([harbour], [NO_BOOKING]);
  lists(view, createPrincipal({ scopes: new Set(["*:read", "*:write"]), roles: [] }), policy);
  const scopes = new Set(["*:read", `*:write\n${policy.version}`]);
  const crafted = createPrincipal({ scopes, roles: [] });
  expect(namesIn(lists(view, crafted, NO_RULES).tools)).toEqual(["harbour_list_berths"]);
});
