import { expect, test } from "vitest";
import { findOffences } from "./imports.ts";

function offencesOf(file: string, source: string): string[] {
  return findOffences(new Map([[file, source]])).map(({ imported }) => imported);
}

test("lets packages import what lies below them", () => {
  expect(
    offencesOf("packages/server/src/a.ts", 'import { x } from "@fairlead/core/tool";'),
  ).toEqual([]);
  expect(offencesOf("connectors/cloudways/src/a.ts", 'import "@fairlead/core/tool";')).toEqual([]);
});

test.each([
  ["packages/core/src/a.ts", "@fairlead/cloudways/connector"],
  ["packages/core/src/a.ts", "@modelcontextprotocol/server"],
  ["packages/core/src/a.ts", "fairlead/build"],
  ["packages/core/src/a.ts", "@fairlead/testkit/manual-clock"],
  ["connectors/cloudways/src/a.ts", "undici"],
  ["connectors/cloudways/src/a.ts", "@fairlead/rocketnet/connector"],
  ["connectors/cloudways/src/a.ts", "../fake/server.ts"],
  ["connectors/cloudways/fake/a.ts", "../src/client.ts"],
  ["connectors/cloudways/fake/a.ts", "@fairlead/core/tool"],
  ["packages/server/src/a.ts", "../../core/src/tool.ts"],
])("refuses that %s imports %s", (file, imported) => {
  expect(offencesOf(file, `import { x } from "${imported}";`)).toEqual([imported]);
  expect(offencesOf(file, `const x = await import("${imported}");`)).toEqual([imported]);
  expect(offencesOf(file, `export * from "${imported}";`)).toEqual([imported]);
});

test("lets tests use the testkit and the fake", () => {
  const source = 'import "@fairlead/testkit/fairlead";\nimport "../fake/server.ts";';
  expect(offencesOf("connectors/cloudways/src/a.test.ts", source)).toEqual([]);
});
