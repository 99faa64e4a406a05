import { expect, test } from "vitest";
import { collectArguments, toToolArguments } from "./arguments.ts";

const SCHEMA = {
  properties: {
    server_id: { type: "integer" },
    label: { type: "string" },
    force: { type: "boolean" },
    ids: { type: "array", items: { type: "integer" } },
    names: { type: "array", items: { type: "string" } },
    range: { type: "object" },
    either: { anyOf: [{ type: "string" }, { type: "number" }] },
  },
};

function toArguments(given: Record<string, string | string[]>) {
  const texts = Object.entries(given).map(([name, value]) => [name, [value].flat()] as const);
  return toToolArguments(new Map(texts), SCHEMA);
}

test("turns texts into what the schema asks for", () => {
  expect(
    toArguments({
      server_id: "50482",
      label: "50482",
      force: "true",
      ids: "1, 2,3",
      names: ["a,b", "4"],
      range: '{"days":7}',
      either: "7",
    }),
  ).toEqual({
    server_id: 50482,
    label: "50482",
    force: true,
    ids: [1, 2, 3],
    names: ["a", "b", "4"],
    range: { days: 7 },
    either: 7,
  });
});

test("takes a list that is written as JSON", () => {
  expect(toArguments({ ids: "[1,2]" })).toEqual({ ids: [1, 2] });
});

test("knows an argument by its name with hyphens", () => {
  expect(toArguments({ "server-id": "1" })).toEqual({ server_id: 1 });
});

test("leaves what does not fit for the tool to refuse", () => {
  expect(toArguments({ server_id: "web", "no-such": "x" })).toEqual({
    server_id: "web",
    "no-such": "x",
  });
});

test("gathers options of the tool's own and --arg", () => {
  const others = [
    { name: "ids", value: "1" },
    { name: "force", value: undefined },
  ];
  expect(collectArguments({ others, options: { arg: ["ids=2", "label=a=b"] } })).toEqual(
    new Map([
      ["ids", ["1", "2"]],
      ["force", ["true"]],
      ["label", ["a=b"]],
    ]),
  );
});

test("refuses an --arg without a value", () => {
  expect(() => collectArguments({ others: [], options: { arg: ["ids"] } })).toThrow(
    '--arg takes name=value, and "ids" has no equals sign.',
  );
});
