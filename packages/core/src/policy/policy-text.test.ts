import { failureOf } from "@fairlead/testkit/failure-of";
import { describe, expect, test } from "vitest";
import { createCedar } from "./cedar.ts";
import {
  conditionsOf,
  MAX_BRACKET_DEPTH,
  MAX_OPERATORS,
  MAX_POLICY_BYTES,
  requireModest,
} from "./policy-text.ts";

function rule(condition: string): string {
  return `forbid(principal, action, resource) when { ${condition} };`;
}

test("refuses a text that is too long", async () => {
  const error = await failureOf(() => requireModest(`// ${"é".repeat(MAX_POLICY_BYTES / 2)}`));
  expect(error).toMatchObject({ code: "invalid_input", details: { reason: "policy_too_complex" } });
});

test.each([
  ["brackets", rule(`${"(".repeat(17)}true${")".repeat(17)}`)],
  ["lists", rule(`${"[".repeat(17)}1${"]".repeat(17)} == 1`)],
  ["records", rule(`${"{a: ".repeat(17)}1${"}".repeat(17)} == 1`)],
  ["brackets after a stray one", `)))) ${rule(`${"(".repeat(17)}1`)}`],
  ["operators", rule(`true${" && true".repeat(MAX_OPERATORS + 1)}`)],
  ["accesses", rule(`context${".a".repeat(MAX_OPERATORS + 1)}`)],
  ["brackets after a text that looks like a comment", rule(`"//" == ${"(".repeat(17)}1`)],
  ["brackets after a comment that ends", `// "\r${rule(`${"(".repeat(17)}1`)}`],
  ["half a character", rule(`"\ud800" == "a"`)],
])("refuses %s that Cedar could not read safely", async (_what, text) => {
  expect((await failureOf(() => requireModest(text))).code).toBe("invalid_input");
});

test("minds neither texts nor comments nor long lists", () => {
  expect(() => requireModest(rule(`"${"(".repeat(100)}" == "a"`))).not.toThrow();
  expect(() => requireModest(`// ${"(".repeat(100)}\n${rule("true")}`)).not.toThrow();
  expect(() => requireModest(rule(`[${"1, ".repeat(2_000)}1].contains(1)`))).not.toThrow();
});

test("counts operators for each rule", () => {
  const one = rule(`true${" && true".repeat(MAX_OPERATORS - 10)}`);
  expect(() => requireModest(one.repeat(5))).not.toThrow();
});

describe("what is just modest enough", () => {
  const cedar = createCedar();
  const deep = MAX_BRACKET_DEPTH - 1;
  const many = MAX_OPERATORS;
  // Each of these brings Cedar down when it is a few times as deep.
  test.each([
    ["brackets", `${"(".repeat(deep)}true${")".repeat(deep)}`],
    ["lists", `${"[".repeat(deep)}1${"]".repeat(deep)} == 1`],
    ["records", `${"{a: ".repeat(deep)}1${"}".repeat(deep)} == 1`],
    ["ands", `true${" && true".repeat(many)}`],
    ["ors", `false${" || false".repeat(many)}`],
    ["sums", `1 < 1${" + 1".repeat(many - 1)}`],
    ["accesses", `context${".a".repeat(many)}`],
    ["methods", `[1]${".contains(1)".repeat(many)}`],
    ["choices", `${"if true then ".repeat(many)}true${" else true".repeat(many)}`],
    ["negations", `${"!(".repeat(deep)}true${")".repeat(deep)}`],
    [
      "all of it",
      `${"{a: [".repeat(7)}(${"if true then ".repeat(40)}1${" + 1".repeat(59)}${" else 1".repeat(40)})${"]}".repeat(7)} == 1`,
    ],
  ])("leaves Cedar unharmed: %s", (_what, condition) => {
    const text = rule(condition);
    requireModest(text);
    const call = {
      principal: { type: "P", id: "p" },
      action: { type: "Action", id: "a" },
      resource: { type: "R", id: "r" },
      context: {},
      entities: [],
    };
    cedar.run((functions) => functions.policyToJson(text));
    cedar.run((functions) => functions.policySetTextToParts(text));
    expect(() => cedar.evaluate(_what, () => ({ x: text }), call)).not.toThrow();
  });
});

test.each([
  [`permit(principal,action,resource);`, ";"],
  [`forbid (\n principal == A::"(", action, resource) when { true };`, " when { true };"],
  [
    `@forbid("(") // permit(\n permit(principal, action in [A::"x"], resource) unless {1 == (2)};`,
    " unless {1 == (2)};",
  ],
])("cuts the scope off %s", (text, conditions) => {
  expect(conditionsOf(text)).toBe(conditions);
});
