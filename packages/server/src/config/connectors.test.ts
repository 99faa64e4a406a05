import { expect, test } from "vitest";
import { BUNDLED, loadConnectorModule } from "./connectors.ts";

function moduleOf(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

test("ships connectors under the ids they have", async () => {
  for (const [id, load] of Object.entries(BUNDLED)) expect((await load()).id).toBe(id);
});

test("finds the one connector a module exports, under whatever name, also twice", async () => {
  const source =
    'const it = { id: "pier", tools: [], createClient() {} }; export const VERSION = 1; export { it, it as default };';
  expect((await loadConnectorModule(moduleOf(source))).id).toBe("pier");
});

test.each([
  ["none", "export const VERSION = 1;"],
  [
    "two",
    "export const a = { tools: [], createClient() {} }, b = { tools: [], createClient() {} };",
  ],
])("refuses a module with %s", async (_count, source) => {
  await expect(loadConnectorModule(moduleOf(source))).rejects.toThrow(
    "does not export exactly one connector",
  );
});
