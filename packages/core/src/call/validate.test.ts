import { failureOf } from "@fairlead/testkit/failure-of";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineTool } from "../tool.ts";
import { validateTool } from "./validate.ts";

function toolWith(input: z.ZodType) {
  return defineTool({
    name: "harbour_get_tide",
    title: "Get the tide",
    description: "Get the tide.",
    effect: "read",
    input,
    handler: () => ({ content: [] }),
  });
}

const getTide = toolWith(z.object({ pier: z.string().default("north") }));

test("fills in what has a default", () => {
  expect(validateTool(getTide, {})).toEqual({
    input: { pier: "north" },
    given: {},
    reserved: {},
  });
});

test.each([undefined, null])("takes %s for no arguments", (given) => {
  expect(validateTool(getTide, given).input).toEqual({ pier: "north" });
});

test("sets the reserved arguments apart", () => {
  const reserved = { connection: "main", cursor: "abc", idempotency_key: "one", confirm: "pln_1" };
  expect(validateTool(getTide, { pier: "south", ...reserved })).toEqual({
    input: { pier: "south" },
    given: { pier: "south" },
    reserved,
  });
});

test("gives the tool's own arguments as they came, since what is parsed may not parse again", () => {
  const tool = toolWith(z.object({ berth: z.string().transform(Number) }));
  expect(validateTool(tool, { berth: "7", connection: "main" })).toEqual({
    input: { berth: 7 },
    given: { berth: "7" },
    reserved: { connection: "main" },
  });
});

test("does not change what it was given", () => {
  const given = { connection: "main" };
  validateTool(getTide, given);
  expect(given).toEqual({ connection: "main" });
});

test("leaves an argument alone that the tool declares itself", () => {
  const tool = toolWith(z.object({ connection: z.number() }));
  expect(validateTool(tool, { connection: 7 })).toEqual({
    input: { connection: 7 },
    given: { connection: 7 },
    reserved: {},
  });
});

describe.each(["connection", "cursor", "idempotency_key", "confirm"])("the argument %s", (name) => {
  test.each([[7], [""], [null], [["main"]], ["x".repeat(501)]])(
    "is refused as %j",
    async (value) => {
      const error = await failureOf(() => validateTool(getTide, { [name]: value }));
      expect(error.code).toBe("invalid_input");
      expect(error.message).toBe(
        `The argument "${name}" has to be a text of at most 500 characters.`,
      );
    },
  );

  test("may be of 500 characters", () => {
    const value = "x".repeat(500);
    expect(validateTool(getTide, { [name]: value }).reserved).toEqual({ [name]: value });
  });
});

test.each([[["north"]], ["north"], [7]])(
  "refuses arguments that are no object: %j",
  async (given) => {
    expect((await failureOf(() => validateTool(getTide, given))).code).toBe("invalid_input");
  },
);

test("lists the arguments there are when it meets one it does not know", async () => {
  const error = await failureOf(() => validateTool(getTide, { peir: "north" }));
  expect(error.message).toContain("Arguments: pier.");
});

test("counts the cursor among the arguments of a tool whose answers come in pages", async () => {
  const tool = { ...toolWith(z.object({})), pages: "ships" };
  const error = await failureOf(() => validateTool(tool, { limit: 3 }));
  expect(error.message).toContain("Arguments: cursor.");
});

test.each([
  [{}, "pier: missing, expected string"],
  [{ pier: 7 }, "pier: Invalid input: expected string, received number"],
  [{ pier: "north", berth: "first" }, "berth: expected number"],
])("says once what is wrong with %j", async (given, words) => {
  const tool = toolWith(z.object({ pier: z.string().max(9), berth: z.coerce.number().default(1) }));
  const error = await failureOf(() => validateTool(tool, given));
  expect(error.message).toBe(`Invalid arguments for ${tool.name}: ${words}.`);
});

test("says so when a tool takes no arguments at all", async () => {
  const error = await failureOf(() => validateTool(toolWith(z.object({})), { pier: "north" }));
  expect(error.message).toContain("Arguments: none.");
});

test("names the place of a mistake deep in the arguments", async () => {
  const tool = toolWith(z.object({ ships: z.array(z.object({ mast: z.number() })) }));
  const error = await failureOf(() =>
    validateTool(tool, { ships: [{ mast: 1 }, { mast: "two" }] }),
  );
  expect(error.details?.issues).toMatchObject([{ path: "ships.1.mast" }]);
});

test("does not repeat the value that was wrong", async () => {
  const tool = toolWith(z.object({ token: z.string().max(3) }));
  const error = await failureOf(() => validateTool(tool, { token: "hunter2" }));
  expect(JSON.stringify([error.message, error.details])).not.toContain("hunter2");
});

test("reports ten mistakes at most", async () => {
  const tool = toolWith(z.object({ ships: z.array(z.number()) }));
  const error = await failureOf(() => validateTool(tool, { ships: Array(50).fill("Argo") }));
  expect(error.details?.issues).toHaveLength(10);
});

test("takes arguments that no object schema describes", () => {
  const tool = toolWith(z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]));
  expect(validateTool(tool, { b: "x", connection: "main" })).toEqual({
    input: { b: "x" },
    given: { b: "x" },
    reserved: { connection: "main" },
  });
});
