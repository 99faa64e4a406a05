import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineTool } from "./tool.ts";

const LIST = {
  name: "harbour_list_berths",
  title: "List berths",
  description: "List all berths.",
  effect: "read",
  input: z.object({ pier: z.string().optional() }),
  output: z.object({ berths: z.array(z.number()) }),
  handler: async () => ({ berths: [] }),
} as const;

describe("a legal tool name", () => {
  test.each(["Harbour_list", "7_list", "harbour-list", "harbour list", "", `h${"x".repeat(64)}`])(
    "is not %j",
    (name) => {
      expect(() => defineTool({ ...LIST, name })).toThrow(`Tool name "${name}" is not legal`);
    },
  );

  test("has up to 64 characters, where hosts stop accepting names", () => {
    const name = `h${"x".repeat(63)}`;
    expect(defineTool({ ...LIST, name }).name).toBe(name);
  });
});

test("closes its input, so that a misspelt argument is not ignored in silence", () => {
  const tool = defineTool(LIST);
  expect(tool.input.safeParse({ peir: "north" }).success).toBe(false);
  expect(tool.input.safeParse({ pier: "north" }).success).toBe(true);
});

test("leaves an input open that was declared so", () => {
  const tool = defineTool({ ...LIST, input: z.looseObject({}) });
  expect(tool.input.safeParse({ anything: 1 }).success).toBe(true);
});

test("cannot keep the answers of what changes the world", () => {
  expect(() => defineTool({ ...LIST, effect: "write", cache: { ttlMs: 1_000 } })).toThrow(
    "is not a read",
  );
});

test("promises next_cursor when it has pages", () => {
  const tool = defineTool({ ...LIST, pages: "berths" });
  const page = { berths: [1], next_cursor: "abc" };
  expect(tool.output?.parse(page)).toEqual(page);
});

test("cannot have pages when its output is no object", () => {
  const paged = {
    ...LIST,
    output: z.array(z.number()),
    handler: () => [],
    pages: "length",
  } as const;
  expect(() => defineTool(paged)).toThrow("its output must be an object");
});

test("does not change any more once it is declared", () => {
  expect(Object.isFrozen(defineTool(LIST))).toBe(true);
  expect(Object.isFrozen(defineTool({ ...LIST, pages: "berths" }))).toBe(true);
});
