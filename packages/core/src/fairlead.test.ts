import { BUILT_IN_TOOLS, READING_BUILT_IN_TOOLS } from "@fairlead/testkit/built-in";
import { createConnection, createPrincipal, createTestEngine } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "./connector.ts";
import type { Effect } from "./effect.ts";
import { Secret } from "./secret.ts";
import { createMemoryShared } from "./storage/memory-shared.ts";
import { createSqliteStore } from "./storage/sqlite.ts";
import { defineTool } from "./tool.ts";

function tool(name: string, effect: Effect, toolset: string) {
  return defineTool({
    name,
    title: name,
    description: `Does ${name}.`,
    effect,
    toolset,
    input: z.object({}),
    handler: () => ({ content: [] }),
  });
}

function createHarbour(closed: string[] = []) {
  return defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    credential: z.object({ token: z.instanceof(Secret) }),
    settings: z.object({}),
    createClient: ({ connection_id }) => connection_id,
    closeClient: (client) => void closed.push(client),
    tools: [
      tool("harbour_get_tide", "read", "tides"),
      tool("harbour_list_berths", "read", "berths"),
      tool("harbour_book_berth", "write", "berths"),
    ],
  });
}

describe("a view", () => {
  test("is built once for an endpoint and its query", async () => {
    const { fairlead } = await createTestEngine([createHarbour()]);
    const selection = { endpoint: "harbour", toolsets: ["berths"] };
    expect(fairlead.view(selection)).toBe(fairlead.view({ ...selection }));
    expect(fairlead.view({ endpoint: "harbour" })).not.toBe(fairlead.view(selection));
  });

  test("is not remembered when it could not be built", async () => {
    const { fairlead } = await createTestEngine([createHarbour()]);
    const unknown = () => fairlead.view({ endpoint: "shipyard" });
    expect((await failureOf(unknown)).code).toBe("not_found");
    expect((await failureOf(unknown)).code).toBe("not_found");
  });

  test("only reads where the operator said so, whatever a query asks", async () => {
    const { fairlead } = await createTestEngine([createHarbour()], { config: { readonly: true } });
    const view = fairlead.view({ endpoint: "all", readonly: false });
    expect([...view.tools.keys()]).toEqual([
      "harbour_get_tide",
      "harbour_list_berths",
      ...READING_BUILT_IN_TOOLS,
    ]);
  });

  test("has only the toolsets the operator left on, whatever a query asks", async () => {
    const { fairlead } = await createTestEngine([createHarbour()], {
      config: { toolsets: ["tides"] },
    });
    const view = fairlead.view({ endpoint: "all" });
    expect([...view.tools.keys()]).toEqual(["harbour_get_tide", ...BUILT_IN_TOOLS]);
    const asked = fairlead.view({ endpoint: "all", toolsets: ["berths"] });
    expect([...asked.tools.keys()]).toEqual(BUILT_IN_TOOLS);
  });
});

describe("tenants", () => {
  test("cannot use a connection of another, whatever they name", async () => {
    const { callTool, connect } = await createTestEngine([createHarbour()]);
    await connect("harbour");
    const principal = createPrincipal({ tenant_id: "ten_other" });
    for (const connection of ["con_main", "main"]) {
      const work = callTool("harbour_get_tide", { connection }, { principal });
      expect((await failureOf(work)).details).toMatchObject({ reason: "no_connection" });
    }
  });

  test("that come with a connection of their own use it and nothing kept", async () => {
    const { callTool, connect, events } = await createTestEngine([createHarbour()]);
    await connect("harbour");
    const brought = createConnection({ id: "con_brought" });
    const principal = createPrincipal({ kind: "header", connections: [brought] });
    await callTool("harbour_get_tide", {}, { principal });
    expect(events).toMatchObject([{ connection_id: "con_brought" }]);
    const work = callTool("harbour_get_tide", { connection: "con_main" }, { principal });
    expect((await failureOf(work)).code).toBe("invalid_input");
  });
});

test("makes ids that are not repeated", async () => {
  const { fairlead } = await createTestEngine([createHarbour()]);
  expect(fairlead.newId(8)).not.toBe(fairlead.newId(8));
});

test("shows the parts that surfaces build on", async () => {
  const harbour = createHarbour();
  const { clock, fairlead, shared } = await createTestEngine([harbour]);
  expect(fairlead).toMatchObject({ connectors: [harbour], callsUnderWay: 0 });
  expect(fairlead.shared).toBe(shared);
  expect(fairlead.clock).toBe(clock);
});

test("closes its clients, and leaves the state they stand on to whoever opened it", async () => {
  const closed: string[] = [];
  const records = await createSqliteStore(":memory:");
  const store = { ...records, close: async () => void closed.push("store") };
  const shared = {
    ...createMemoryShared({ now: () => 0, after: () => () => {} }),
    close: async () => void closed.push("shared"),
  };
  const { callTool, connect, fairlead } = await createTestEngine([createHarbour(closed)], {
    store,
    shared,
  });
  await connect("harbour");
  await callTool("harbour_get_tide");
  await fairlead.close();
  expect(closed).toEqual(["con_main"]);
});
