import { expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { defineTool } from "../tool.ts";
import { createPolicyCheck, validatePolicies } from "./validate.ts";

const harbour = defineConnector({
  id: "harbour",
  title: "Harbour",
  description: "A harbour.",
  settings: z.object({}),
  createClient: () => undefined,
  tools: [
    defineTool({
      name: "harbour_book_berth",
      title: "…",
      description: "…",
      effect: "write",
      toolset: "berths",
      input: z.object({
        berth_id: z.int(),
        length: z.number(),
        ship: z.string().optional(),
        pier: z.union([z.string(), z.int()]),
        flags: z.array(z.string()),
        extra: z.record(z.string(), z.unknown()),
      }),
      handler: () => ({ content: [] }),
    }),
  ],
  prompts: [
    {
      name: "harbour_welcome",
      title: "…",
      description: "…",
      arguments: z.object({ ship: z.string() }),
      messages: () => [],
    },
  ],
});

const check = createPolicyCheck([harbour]);
const BOOK = `action == Fairlead::Action::"harbour_book_berth"`;

function findings(text: string) {
  return check([{ name: "p", text }]);
}

test.each([
  `forbid(principal, ${BOOK}, resource) when { context.input.berth_id == 7 };`,
  `forbid(principal, ${BOOK}, resource) when { context.input.length.greaterThan(decimal("12.5")) };`,
  `forbid(principal, ${BOOK}, resource) when { context.input has ship && context.input.ship like "A*" };`,
  `forbid(principal, ${BOOK}, resource) when { context.input.pier == "7" && context.input.flags.contains("x") };`,
  `forbid(principal, ${BOOK}, resource) when { context.input.extra like "*\\"a\\":1*" };`,
  `forbid(principal, action in Fairlead::Action::"harbour:berths", resource) when { context.toolset == "berths" };`,
  `forbid(principal in Fairlead::Role::"viewer", action in Fairlead::Action::"destroy", resource);`,
  `forbid(principal, action == Fairlead::Action::"harbour_welcome", resource) when { context.input.ship == "Ada" };`,
  `forbid(principal, action, resource in Fairlead::Connector::"harbour") when { resource.label == "main" && context.now.toTime() > duration("22h") && context.weekday > 5 };`,
  `forbid(principal, action, resource) when { context.input has berth_id && context.input.berth_id == 7 };`,
])("accepts %s", (text) => {
  expect(findings(text).errors).toEqual([]);
});

test.each([
  [
    "a tool that is not there",
    `forbid(principal, action == Fairlead::Action::"harbour_book", resource);`,
    /unrecognized action/,
  ],
  [
    "a role that is not there",
    `forbid(principal in Fairlead::Role::"boss", action, resource);`,
    /not declared/,
  ],
  [
    "a connector that is not there",
    `forbid(principal, action, resource in Fairlead::Connector::"pier");`,
    /not declared/,
  ],
  [
    "an argument that is not there",
    `forbid(principal, ${BOOK}, resource) when { context.input.size == 1 };`,
    /not found/,
  ],
  [
    "an argument of another type",
    `forbid(principal, ${BOOK}, resource) when { context.input.berth_id == "7" };`,
    /not compatible/,
  ],
  [
    "a number compared as an integer",
    `forbid(principal, ${BOOK}, resource) when { context.input.length < 3 };`,
    /unexpected type/,
  ],
  [
    "an optional argument without a test for it",
    `forbid(principal, ${BOOK}, resource) when { context.input.ship == "Ada" };`,
    /optional/,
  ],
  [
    "an argument that only some tools have",
    `forbid(principal, action, resource) when { context.input.berth_id == 7 };`,
    /not found/,
  ],
  ["a template", `permit(principal == ?principal, action, resource);`, /template/],
  ["an empty text", `// nothing\n`, /no rule/],
  [
    "a consent that is not there",
    `@consent("anyone") forbid(principal, action, resource);`,
    /@consent takes .* not "anyone"/,
  ],
  ["a consent without a level", `@consent forbid(principal, action, resource);`, /@consent takes/],
  [
    "a number of approvals that is not there",
    `@consent("approver") @approvals("3") forbid(principal, action, resource);`,
    /@approvals takes "1" or "2"/,
  ],
  [
    "approvals of no approver",
    `@consent("person") @approvals("2") forbid(principal, action, resource);`,
    /@approvals belongs to/,
  ],
  [
    "approvals without consent",
    `@approvals("2") forbid(principal, action, resource);`,
    /@approvals belongs to/,
  ],
  [
    "consent to a permit",
    `@consent("person") permit(principal, action, resource);`,
    /@consent belongs to a forbid/,
  ],
  [
    "a text that is no Cedar",
    `forbid(principal, action, resource) when { surely };`,
    /invalid variable/,
  ],
  [
    "a text that nests too deep",
    `forbid(principal, action, resource) when { ${"(".repeat(500)}true };`,
    /nests/,
  ],
])("refuses %s", (_what, text, message) => {
  const { errors } = findings(text);
  expect(errors.map((error) => error.message).join("\n")).toMatch(message);
});

test("says where a mistake is, in characters", () => {
  const text = `// ein Hafen für Äpfel\nforbid(principal, ${BOOK}, resource)\nwhen { "ü" == "ü" && context.input.size == 1 };`;
  expect(findings(text).errors).toMatchObject([{ policy: "p", line: 3, column: 22 }]);
  expect(findings(`\n  forbid(`).errors).toMatchObject([{ line: 2 }]);
});

test("says once what is wrong for many tools", () => {
  const { errors } = findings(
    `forbid(principal, action, resource) when { context.input.size == 1 };`,
  );
  expect(errors).toHaveLength(1);
  expect(errors[0]?.message).toMatch(/not found, and 1 more like it$/);
});

test("warns of a rule that never matches, and of what a permit does", () => {
  const never = findings(`forbid(principal, ${BOOK}, resource) when { context.input has sail };`);
  expect(never.warnings.map(({ message }) => message).join()).toContain("impossible");
  const permit = findings(`permit(principal, ${BOOK}, resource);`);
  expect(permit.warnings.map(({ message }) => message).join()).toContain("some permit allows");
});

test("goes on after a text that Cedar could not even take", () => {
  const hostile = `forbid(principal, action, resource) when { "\ud800" == "a" };`;
  expect(findings(hostile).errors).toHaveLength(1);
  expect(findings(`forbid(principal, action, resource);`).errors).toEqual([]);
});

test("puts findings of one text in words", () => {
  const { errors, warnings } = validatePolicies(`forbid(principal, action);`, [harbour]);
  expect(warnings).toEqual([]);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(/^policy:1:\d+: .+\.$/);
});

test("says which consent rules ask for", () => {
  const text = `@consent("approver") forbid(principal, ${BOOK}, resource);\nforbid(principal, action, resource);`;
  expect(findings(text)).toEqual({
    errors: [],
    warnings: [],
    marks: [{ policy: "p", level: "approver", approvals: 1 }],
  });
});
