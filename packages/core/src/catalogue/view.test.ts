import { failureOf } from "@fairlead/testkit/failure-of";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type Connector, type ConnectorDefinition, defineConnector } from "../connector.ts";
import type { Effect } from "../effect.ts";
import { defineTool } from "../tool.ts";
import { createView, type ViewSelection } from "./view.ts";

function tool(name: string, effect: Effect, toolset?: string) {
  return defineTool({
    name,
    title: name,
    description: `Does ${name}.`,
    effect,
    ...(toolset === undefined ? {} : { toolset }),
    input: z.object({}),
    handler: () => ({ content: [] }),
  });
}

function connector(
  id: string,
  changes: Partial<ConnectorDefinition<undefined, object>>,
): Connector {
  return defineConnector({
    id,
    title: id === "harbour" ? "Harbour" : "Lighthouse",
    description: "…",
    settings: z.object({}),
    createClient: () => undefined,
    tools: [],
    ...changes,
  });
}

const harbour = connector("harbour", {
  instructions: "Begin with harbour_list_berths.",
  tools: [
    tool("harbour_list_berths", "read", "berths"),
    tool("harbour_book_berth", "write", "berths"),
    tool("harbour_scrap_ship", "destroy", "ships"),
    tool("harbour_ping", "read"),
  ],
  resources: [
    {
      name: "berths",
      title: "Berths",
      description: "All berths.",
      mimeType: "application/json",
      uri: "harbour://berths",
      tool: "harbour_list_berths",
    },
  ],
  prompts: [
    {
      name: "harbour_welcome",
      title: "Welcome",
      description: "Greets a ship.",
      messages: () => [],
    },
  ],
});
const lighthouse = connector("lighthouse", {
  tools: [
    tool("lighthouse_get_light", "read", "lights"),
    tool("lighthouse_turn_on", "write", "lights"),
  ],
});

function view(selection: Partial<ViewSelection> = {}) {
  return createView([harbour, lighthouse], { endpoint: "all", ...selection });
}

function toolNames(selection: Partial<ViewSelection> = {}) {
  return [...view(selection).tools.keys()];
}

describe("the endpoint of all connectors", () => {
  test("offers every tool under its full name, in the order of declaration", () => {
    expect(toolNames()).toEqual([
      "harbour_list_berths",
      "harbour_book_berth",
      "harbour_scrap_ship",
      "harbour_ping",
      "lighthouse_get_light",
      "lighthouse_turn_on",
    ]);
  });

  test("is named after itself", () => {
    expect(view()).toMatchObject({ key: "/mcp", serverName: "fairlead", title: "Fairlead" });
  });
});

describe("the endpoint of one connector", () => {
  test("offers its tools without prefix", () => {
    expect(toolNames({ endpoint: "lighthouse" })).toEqual(["get_light", "turn_on"]);
  });

  test("keeps the full name of a tool for audit and policy", () => {
    const target = view({ endpoint: "lighthouse" }).tools.get("turn_on");
    expect(target).toMatchObject({ label: "lighthouse_turn_on", scope: "lighthouse:write" });
  });

  test("offers its prompts without prefix", () => {
    expect([...view({ endpoint: "harbour" }).prompts.keys()]).toEqual(["welcome"]);
    expect([...view().prompts.keys()]).toEqual(["harbour_welcome"]);
  });

  test("leaves the prefix out of its instructions", () => {
    expect(view({ endpoint: "harbour" }).instructions).toContain(
      "Harbour: Begin with list_berths.",
    );
    expect(view().instructions).toContain("Harbour: Begin with harbour_list_berths.");
  });

  test("is named after the connector", () => {
    expect(view({ endpoint: "harbour" })).toMatchObject({
      key: "/mcp/harbour",
      serverName: "fairlead/harbour",
      title: "Fairlead: Harbour",
    });
  });

  test("is not there for a connector nobody has, and the message names those that are", async () => {
    const error = await failureOf(() => view({ endpoint: "shipyard" }));
    expect(error.code).toBe("not_found");
    expect(error.message).toBe(
      'There is no connector "shipyard" here. Connectors: harbour, lighthouse.',
    );
  });
});

describe("a view that only reads", () => {
  test("offers reads alone", () => {
    expect(toolNames({ readonly: true })).toEqual([
      "harbour_list_berths",
      "harbour_ping",
      "lighthouse_get_light",
    ]);
  });

  test("says so in its name and its instructions", () => {
    const reading = view({ readonly: true });
    expect(reading.serverName).toBe("fairlead?readonly=true");
    expect(reading.instructions).toContain("only reads");
    expect(view().instructions).not.toContain("only reads");
  });

  test("is the plain view when it is switched off", () => {
    expect(view({ readonly: false }).key).toBe("/mcp");
  });
});

describe("toolsets", () => {
  test("choose the tools that belong to them", () => {
    expect(toolNames({ toolsets: ["ships", "lights"] })).toEqual([
      "harbour_scrap_ship",
      "lighthouse_get_light",
      "lighthouse_turn_on",
    ]);
  });

  test("can be named with their connector", () => {
    expect(toolNames({ toolsets: ["harbour:ships"] })).toEqual(["harbour_scrap_ship"]);
  });

  test("choose the resources that are views of their tools", () => {
    expect(view({ toolsets: ["berths"] }).resources).toHaveLength(1);
    expect(view({ toolsets: ["ships"] }).resources).toEqual([]);
  });

  test("make one key in whatever order and how often they are named", () => {
    const key = view({ toolsets: ["ships", "berths", "ships"], readonly: true }).key;
    expect(key).toBe("/mcp?readonly=true&toolsets=berths,ships");
    expect(view({ toolsets: ["berths", "ships"], readonly: true }).key).toBe(key);
  });

  test("that are unknown are refused, and the message names those there are", async () => {
    const error = await failureOf(() => view({ toolsets: ["berths", "sails", "oars"] }));
    expect(error.code).toBe("invalid_input");
    expect(error.message).toBe(
      'Unknown toolset "sails", "oars". Toolsets here: berths, lights, ships.',
    );
  });

  test("of another connector are unknown on the endpoint of one", async () => {
    const error = await failureOf(() => view({ endpoint: "lighthouse", toolsets: ["berths"] }));
    expect(error.message).toBe('Unknown toolset "berths". Toolsets here: lights.');
  });

  test("are refused when the list is empty, since it would choose nothing", async () => {
    expect((await failureOf(() => view({ toolsets: [] }))).message).toContain('Unknown toolset ""');
  });

  test("that the operator left on bind every view", () => {
    expect(toolNames({ allowedToolsets: ["lights"] })).toEqual([
      "lighthouse_get_light",
      "lighthouse_turn_on",
    ]);
    expect(toolNames({ allowedToolsets: ["lights"], toolsets: ["berths"] })).toEqual([]);
  });

  test("that the operator left on may be of another endpoint", () => {
    expect(toolNames({ endpoint: "lighthouse", allowedToolsets: ["berths", "lights"] })).toEqual([
      "get_light",
      "turn_on",
    ]);
  });
});

test("renders a tool once, however many queries ask for it", () => {
  const one = createView([harbour], { endpoint: "harbour", toolsets: ["berths"] });
  const other = createView([harbour], { endpoint: "harbour", readonly: true });
  const name = "list_berths";
  expect(other.tools.get(name)?.listed).toBe(one.tools.get(name)?.listed);
  const prefixed = createView([harbour], { endpoint: "all" });
  expect(prefixed.tools.get("harbour_list_berths")?.listed.name).toBe("harbour_list_berths");
});
