import { expect, test } from "vitest";
import { findHeaderParameters } from "./header-parameter.ts";

function schemaOf(properties: Record<string, unknown>) {
  return { type: "object", properties };
}

test("finds none in a schema that declares none", () => {
  expect(findHeaderParameters(schemaOf({ pier: { type: "string" } }))).toEqual([]);
  expect(findHeaderParameters({ type: "object" })).toEqual([]);
});

test("finds what is declared, with its header in lower case", () => {
  const schema = schemaOf({
    region: { type: "string", "x-mcp-header": "Region" },
    berth: { type: "integer", "x-mcp-header": "Berth-Id" },
    dry: { type: "boolean", "x-mcp-header": "Dry" },
  });
  expect(findHeaderParameters(schema)).toEqual([
    { header: "mcp-param-region", path: ["region"], numeric: false },
    { header: "mcp-param-berth-id", path: ["berth"], numeric: true },
    { header: "mcp-param-dry", path: ["dry"], numeric: false },
  ]);
});

test("finds what is declared deep in the arguments", () => {
  const schema = schemaOf({ ship: schemaOf({ flag: { type: "string", "x-mcp-header": "Flag" } }) });
  expect(findHeaderParameters(schema)).toMatchObject([{ path: ["ship", "flag"] }]);
});

test.each(["", "two words", "a:b", "ümlaut", 7, null])("refuses the header name %j", (name) => {
  const schema = schemaOf({ region: { type: "string", "x-mcp-header": name } });
  expect(() => findHeaderParameters(schema)).toThrow("x-mcp-header of region is not an HTTP token");
});

test.each(["number", "object", "array", undefined])("refuses a header on a %s", (type) => {
  const schema = schemaOf({ region: { type, "x-mcp-header": "Region" } });
  expect(() => findHeaderParameters(schema)).toThrow("needs a string, integer or boolean");
});

test("refuses two names that differ only in case", () => {
  const schema = schemaOf({
    a: { type: "string", "x-mcp-header": "Region" },
    b: { type: "string", "x-mcp-header": "REGION" },
  });
  expect(() => findHeaderParameters(schema)).toThrow("must be unique");
});
