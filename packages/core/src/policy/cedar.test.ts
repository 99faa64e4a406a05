import { expect, test } from "vitest";
import { createCedar } from "./cedar.ts";

const CALL = {
  principal: { type: "P", id: "p" },
  action: { type: "Action", id: "a" },
  resource: { type: "R", id: "r" },
  context: {},
  entities: [],
};
const PERMIT = { all: "permit(principal, action, resource);" };
const FORBID = { none: "forbid(principal, action, resource);" };

test("keeps no more prepared sets than it is told to, and prepares again what it dropped", () => {
  const cedar = createCedar(2);
  let prepared = 0;
  const ask = (key: string, texts: Record<string, string>) =>
    cedar.evaluate(
      key,
      () => {
        prepared++;
        return texts;
      },
      CALL,
    ).decision;
  expect([ask("a", PERMIT), ask("b", FORBID), ask("a", PERMIT)]).toEqual([
    "allow",
    "deny",
    "allow",
  ]);
  expect(prepared).toBe(2);
  expect([ask("c", FORBID), ask("b", FORBID), ask("a", PERMIT)]).toEqual(["deny", "deny", "allow"]);
  expect(prepared).toBe(5);
  expect(cedar.prepared).toBe(2);
});

test("never answers one set with what another left under its name", () => {
  const cedar = createCedar(1);
  for (let round = 0; round < 50; round++) {
    expect(cedar.evaluate(`permit ${round}`, () => PERMIT, CALL).decision).toBe("allow");
    expect(cedar.evaluate(`forbid ${round}`, () => FORBID, CALL).decision).toBe("deny");
  }
});

test("throws for a set that cannot be read, and goes on", () => {
  const cedar = createCedar(2);
  expect(() => cedar.evaluate("bad", () => ({ bad: "permit(" }), CALL)).toThrow(/cannot prepare/);
  expect(cedar.evaluate("good", () => PERMIT, CALL).decision).toBe("allow");
});

test("takes a fresh instance after one was brought down", () => {
  const cedar = createCedar();
  expect(cedar.evaluate("kept", () => PERMIT, CALL).decision).toBe("allow");
  const tooDeep = `${"(".repeat(3_000)}true${")".repeat(3_000)}`;
  const text = `permit(principal, action, resource) when { ${tooDeep} };`;
  expect(() => cedar.run(({ policyToJson }) => policyToJson(text))).toThrow();
  expect(cedar.prepared).toBe(0);
  expect(cedar.evaluate("kept", () => PERMIT, CALL).decision).toBe("allow");
});

test("survives any number of calls that Cedar cannot take", () => {
  const cedar = createCedar();
  const bad = { ...CALL, context: { half: "\ud800" } };
  // An instance of its own breaks down for good after some 1,500 of them; a few here are enough to see it replaced.
  for (let round = 0; round < 20; round++) {
    expect(() => cedar.evaluate("all", () => PERMIT, bad)).toThrow();
  }
  expect(cedar.evaluate("all", () => PERMIT, CALL).decision).toBe("allow");
});
