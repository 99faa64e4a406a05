import { describe, expect, test } from "vitest";
import { createCedar } from "./cedar.ts";
import { looksAtCall, type Mentions, mentionsOf } from "./mentions.ts";

const cedar = createCedar();

function mentions(condition: string): Mentions {
  const text = `forbid(principal, action, resource) when { ${condition} };`;
  const answer = cedar.run(({ policyToJson }) => policyToJson(text));
  if (answer.type === "failure") throw new Error(JSON.stringify(answer.errors));
  return mentionsOf(answer.json.conditions);
}

const NONE: Mentions = {
  principal: "nothing",
  action: false,
  resource: false,
  context: new Set(),
  input: new Set(),
};
const INPUT = new Set(["input"]);

describe("finds", () => {
  test.each<[string, string, Partial<Mentions>]>([
    ["nothing", "1 < 2", {}],
    ["an argument", "context.input.a == 1", { context: INPUT, input: new Set(["a"]) }],
    ["a test for one", "context.input has a", { context: INPUT, input: new Set(["a"]) }],
    [
      "a test for a part of one",
      "context.input has a.b",
      { context: INPUT, input: new Set(["a"]) },
    ],
    ["a test from further out", "context has input.a", { context: INPUT, input: new Set(["a"]) }],
    ["a part of one", "context.input.a.b.c == 1", { context: INPUT, input: new Set(["a"]) }],
    [
      "one with a strange name",
      `context["input"]["a b"] == 1`,
      { context: INPUT, input: new Set(["a b"]) },
    ],
    ["a pattern", `context.input.a like "x*"`, { context: INPUT, input: new Set(["a"]) }],
    [
      "a call",
      "context.input.a.contains(context.hour)",
      { context: new Set(["input", "hour"]), input: new Set(["a"]) },
    ],
    [
      "a function",
      `decimal(context.input.a).lessThan(decimal("1.0"))`,
      { context: INPUT, input: new Set(["a"]) },
    ],
    ["the whole input", "context.input == {a: 1}", { context: INPUT, input: "everything" }],
    ["whether there is any", "context has input", { context: INPUT, input: "everything" }],
    ["the whole context", "context == {a: 1}", { context: "everything", input: "everything" }],
    [
      "the context as a part",
      "[context].contains({a: 1})",
      { context: "everything", input: "everything" },
    ],
    [
      "the context by a detour",
      "(if true then context else context).input.a == 1",
      { context: "everything", input: "everything" },
    ],
    [
      "what hides in a record",
      "{Value: context.hour, Var: 1}.Value == 1",
      { context: new Set(["hour"]) },
    ],
    [
      "what hides in a record within one",
      "{Record: {Value: resource}} == {a: 1}",
      { resource: true },
    ],
    ["what hides in a list", "[[context.hour]].contains([1])", { context: new Set(["hour"]) }],
    ["roles", `principal in Fairlead::Role::"admin"`, { principal: "roles" }],
    [
      "several roles",
      `principal in [Fairlead::Role::"admin", Fairlead::Role::"owner"]`,
      { principal: "roles" },
    ],
    ["a kind", `principal.kind == "person"`, { principal: "kind" }],
    [
      "more than a kind",
      `principal.kind == "person" && principal.label == "Ann"`,
      { principal: "itself" },
    ],
    ["a principal", `principal == Fairlead::Principal::"prn_ann"`, { principal: "itself" }],
    [
      "a principal among roles",
      `principal in [Fairlead::Role::"admin", Fairlead::Principal::"prn_ann"]`,
      { principal: "itself" },
    ],
    ["a principal as a type", `principal is Fairlead::Principal`, { principal: "itself" }],
    ["a group of actions", `action in Fairlead::Action::"write"`, { action: true }],
    ["a connection", `resource.label == "a"`, { resource: true }],
    ["a connector", `resource in Fairlead::Connector::"harbour"`, { resource: true }],
    [
      "both ends of an operator",
      `context.hour == 1 && !(resource.label == "a")`,
      { context: new Set(["hour"]), resource: true },
    ],
  ])("%s", (_what, condition, expected) => {
    expect(mentions(condition)).toEqual({ ...NONE, ...expected });
  });
});

test.each([
  [
    `context.tool == "a" && context.effect == "b" && context.connector == "c" && context has toolset`,
    false,
  ],
  [`principal.kind == "person" && action in Fairlead::Action::"write"`, false],
  [`context.tool == "a" && context.hour == 1`, true],
  [`context has nothing_of_ours`, true],
  [`context.input has a`, true],
  [`resource.label == "a"`, true],
  [`context == {a: 1}`, true],
])("knows what differs from call to call: %s", (condition, expected) => {
  expect(looksAtCall(mentions(condition))).toBe(expected);
});
