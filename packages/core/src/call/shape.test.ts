import { createTestEngine } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { defineTool, type Tool } from "../tool.ts";
import { shapeTool } from "./shape.ts";

const LIST = {
  name: "harbour_list_ships",
  title: "List ships",
  description: "List ships.",
  effect: "read",
  input: z.object({ flag: z.string().optional() }),
  output: z.object({ harbour: z.string(), ships: z.array(z.string()) }),
  pages: "ships",
} as const;

function listing(ships: string[], name: string = LIST.name): Tool {
  return defineTool({ ...LIST, name, handler: () => ({ harbour: "Fairlead", ships }) });
}

interface Page {
  harbour: string;
  ships: string[];
  next_cursor?: string;
}

/** Reads all pages, one call after the other. */
function readAll(tool: Tool, ships: string[], budgetTokens: number): Page[] {
  const pages: Page[] = [];
  let cursor: string | undefined;
  do {
    const answer = shapeTool(tool, { harbour: "Fairlead", ships }, {}, cursor, budgetTokens);
    const page = answer.structured as Page;
    pages.push(page);
    cursor = page.next_cursor;
  } while (cursor !== undefined && pages.length <= ships.length + 1);
  return pages;
}

describe("an answer", () => {
  test("is given as structure and as the same in JSON", () => {
    const tool = listing([]);
    const answer = shapeTool(tool, { harbour: "Fairlead", ships: [] }, {}, undefined, 1_000);
    const json = '{"harbour":"Fairlead","ships":[]}';
    expect(answer).toEqual({
      content: [{ type: "text", text: json }],
      structured: { harbour: "Fairlead", ships: [] },
      structuredJson: json,
      isError: false,
    });
  });

  test("is given in the tool's own words where it has some", () => {
    const tool = defineTool({
      ...LIST,
      text: ({ ships }, { flag }) => `${ships.length} under ${flag}`,
      handler: () => ({ harbour: "Fairlead", ships: [] }),
    });
    const returned = { harbour: "Fairlead", ships: ["Argo"] };
    const answer = shapeTool(tool, returned, { flag: "Greece" }, undefined, 1_000);
    expect(answer.content).toEqual([{ type: "text", text: "1 under Greece" }]);
  });

  test("shows nothing that its schema does not name", () => {
    const returned = { harbour: "Fairlead", ships: [], password: "hunter2" };
    const answer = shapeTool(listing([]), returned, {}, undefined, 1_000);
    expect(JSON.stringify(answer)).not.toContain("hunter2");
  });

  test("that does not fit its schema fails, and what it was stays in the cause", async () => {
    const returned = { harbour: "hunter2", ships: "hunter2" };
    const error = await failureOf(() => shapeTool(listing([]), returned, {}, undefined, 1_000));
    expect(error.code).toBe("internal");
    expect(error.message).toBe("The answer of harbour_list_ships does not fit its schema.");
    expect(error.cause).toBeInstanceOf(z.ZodError);
  });

  test("of a tool without schema is its content as it is", () => {
    const tool = defineTool({ ...LIST, pages: undefined, output: undefined } as never);
    const content = [{ type: "text", text: "Ahoy" }];
    expect(shapeTool(tool, { content, isError: true }, {}, undefined, 1_000)).toEqual({
      content,
      structured: undefined,
      structuredJson: undefined,
      isError: true,
    });
    expect(shapeTool(tool, { content }, {}, undefined, 1_000).isError).toBe(false);
  });
});

describe("a long answer", () => {
  const SHIPS = Array.from({ length: 60 }, (_, index) => `ship ${index}`);

  test("is cut into pages that together hold every item once, in order", () => {
    const pages = readAll(listing(SHIPS), SHIPS, 50);
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.flatMap(({ ships }) => ships)).toEqual(SHIPS);
  });

  test("loses no item, whatever the items and the budget", () => {
    const ships = fc.array(fc.string({ maxLength: 200 }), { maxLength: 40 });
    fc.assert(
      fc.property(ships, fc.integer({ min: 1, max: 200 }), (items, budgetTokens) => {
        const pages = readAll(listing(items), items, budgetTokens);
        expect(pages.flatMap((page) => page.ships)).toEqual(items);
        for (const page of pages.slice(0, -1)) expect(page.ships.length).toBeGreaterThan(0);
      }),
      { seed: 7 },
    );
  });

  test("keeps each page within the budget, but for its cursor", () => {
    for (const { next_cursor: _, ...page } of readAll(listing(SHIPS), SHIPS, 50)) {
      expect(JSON.stringify(page).length).toBeLessThanOrEqual(50 * 4);
    }
  });

  test("repeats on every page what is not the list", () => {
    const pages = readAll(listing(SHIPS), SHIPS, 50);
    expect(new Set(pages.map(({ harbour }) => harbour))).toEqual(new Set(["Fairlead"]));
  });

  test("gives an item that is larger than the budget a page of its own", () => {
    const ships = ["small", "x".repeat(1_000), "small, too"];
    expect(readAll(listing(ships), ships, 20).map((page) => page.ships.length)).toEqual([1, 1, 1]);
  });

  test("is given whole when it fits", () => {
    const pages = readAll(listing(SHIPS), SHIPS, 10_000);
    expect(pages).toHaveLength(1);
    expect(pages[0]).not.toHaveProperty("next_cursor");
  });

  test("ends with an empty page when the list became shorter meanwhile", () => {
    const [first] = readAll(listing(SHIPS), SHIPS, 50);
    const shorter = { harbour: "Fairlead", ships: ["Argo"] };
    const answer = shapeTool(listing([]), shorter, {}, first?.next_cursor, 50);
    expect(answer.structured).toEqual({ harbour: "Fairlead", ships: [] });
  });
});

describe("a cursor", () => {
  const SHIPS = Array.from({ length: 60 }, (_, index) => `ship ${index}`);
  const harbour = defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    settings: z.object({}),
    createClient: () => undefined,
    tools: [listing(SHIPS), listing(SHIPS, "harbour_list_wrecks")],
  });

  async function setUp() {
    const engine = await createTestEngine([harbour], { config: { resultTokenBudget: 50 } });
    const { structured } = await engine.callTool("harbour_list_ships");
    return { ...engine, cursor: (structured as Page).next_cursor };
  }

  test("leads through a whole list, call by call", async () => {
    const { callTool } = await setUp();
    const read: string[] = [];
    let cursor: string | undefined;
    do {
      const given = cursor === undefined ? {} : { cursor };
      const page = (await callTool("harbour_list_ships", given)).structured as Page;
      read.push(...page.ships);
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    expect(read).toEqual(SHIPS);
  });

  test("is refused with other arguments than those it came from", async () => {
    const { callTool, cursor } = await setUp();
    const error = await failureOf(callTool("harbour_list_ships", { flag: "Greece", cursor }));
    expect(error.code).toBe("invalid_input");
    expect(error.message).toContain("This cursor does not belong to this call.");
  });

  test("is refused by another tool, though the arguments are the same", async () => {
    const { callTool, cursor } = await setUp();
    expect((await failureOf(callTool("harbour_list_wrecks", { cursor }))).code).toBe(
      "invalid_input",
    );
  });

  test.each([
    "nonsense",
    Buffer.from("[-1]").toString("base64url"),
    Buffer.from("{}").toString("base64url"),
    Buffer.from('[3,"0000000000000000"]').toString("base64url"),
  ])("is refused when it is none of ours: %j", async (cursor) => {
    const { callTool } = await setUp();
    expect((await failureOf(callTool("harbour_list_ships", { cursor }))).code).toBe(
      "invalid_input",
    );
  });
});
