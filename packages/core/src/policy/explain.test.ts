import { createManualClock } from "@fairlead/testkit/clock";
import { createPrincipal } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { createStoredPolicy } from "@fairlead/testkit/policy";
import { expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { defineTool } from "../tool.ts";
import { type CallInQuestion, explainCall } from "./explain.ts";

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
      input: z.object({ berth_id: z.int(), length: z.number().default(10) }),
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
const ground = { connectors: [harbour], clock: createManualClock() };

function explain(texts: string[], changes: Partial<CallInQuestion> = {}) {
  const policies = texts.map((text, index) => createStoredPolicy(index + 1, text));
  return explainCall(ground, policies, {
    principal: createPrincipal({ roles: ["operator"] }),
    tool: "harbour_book_berth",
    arguments: { berth_id: 7 },
    connection: { id: "con_main", label: "main" },
    at: Date.UTC(2026, 2, 14, 9, 30),
    ...changes,
  });
}

test("says what became of each rule, and which decided", () => {
  const { allowed, decision, rules } = explain([
    `forbid(principal, action in Fairlead::Action::"destroy", resource);`,
    `forbid(principal, action, resource) when { context.hour < 6 };`,
    `forbid(principal, action, resource) when { context.input.length.lessThan(decimal("12.0")) };`,
    `forbid(principal, action, resource) when { principal.shoe == 43 && true };`,
    `permit(principal, action, resource);`,
  ]);
  expect(allowed).toBe(false);
  expect(decision?.errors).toEqual(["pol_4"]);
  expect(rules.map(({ policy_id, outcome }) => [policy_id, outcome])).toEqual([
    ["pol_1", "out_of_scope"],
    ["pol_2", "does_not_hold"],
    ["pol_3", "holds"],
    ["pol_4", "fails"],
    ["pol_5", "holds"],
  ]);
  expect(rules[3]?.problem).toContain("shoe");
});

test("leaves out policies that are switched off", () => {
  const off = { ...createStoredPolicy(1, `forbid(principal, action, resource);`), enabled: false };
  const asked = explain([]);
  expect(asked).toMatchObject({ allowed: true, decision: null, rules: [] });
  const explanation = explainCall(ground, [off], {
    ...{ principal: createPrincipal(), tool: "harbour_book_berth", arguments: { berth_id: 1 } },
    ...{ connection: undefined, at: 0 },
  });
  expect(explanation.rules).toEqual([]);
});

test("says when the scope is what lacks", () => {
  const principal = createPrincipal({ scopes: new Set(["harbour:read"]) });
  expect(explain([], { principal })).toMatchObject({
    allowed: false,
    scope: { needed: "harbour:write", held: false },
  });
});

test("says which argument no rule can be shown", () => {
  const { rules } = explain(
    [`forbid(principal, action, resource) when { context.input.length == decimal("1.0") };`],
    { arguments: { berth_id: 1, length: 0.00001 } },
  );
  expect(rules).toMatchObject([{ outcome: "fails", problem: expect.stringContaining("argument") }]);
});

test("names a policy that cannot be read", () => {
  expect(explain([`forbid(`])).toMatchObject({ allowed: false, unreadable: ["pol_1"] });
});

test("explains prompts too", () => {
  const rule = `forbid(principal, action == Fairlead::Action::"harbour_welcome", resource) when { context.input.ship == "Ada" };`;
  const asked = { tool: "harbour_welcome", arguments: { ship: "Ada" } };
  expect(explain([rule], asked).decision?.reasons).toEqual(["pol_1"]);
});

test("refuses a tool that is not there, and arguments it would not take", async () => {
  expect((await failureOf(() => explain([], { tool: "harbour_sink" }))).code).toBe("not_found");
  expect((await failureOf(() => explain([], { arguments: {} }))).code).toBe("invalid_input");
});

test("says which consent rules ask for, and which of them do", () => {
  const { allowed, decision, consent, rules } = explain([
    `@consent("person") forbid(principal, action, resource) when { context.hour == 9 };`,
    `@consent("approver") @approvals("2") forbid(principal, action, resource) when { context.hour == 3 };`,
  ]);
  expect({ allowed, decision }).toEqual({ allowed: true, decision: null });
  expect(consent).toEqual({ level: "person", approvals: 0, policy_ids: ["pol_1"], errors: [] });
  expect(rules.map(({ outcome, consent: asked }) => [outcome, asked])).toEqual([
    ["holds", { level: "person", approvals: 0 }],
    ["does_not_hold", { level: "approver", approvals: 2 }],
  ]);
});

test("says that a call is refused where it cannot be told whether it needs consent", () => {
  const explained = explain([
    `@consent("person") forbid(principal, action, resource) when { principal.shoe == 43 };`,
  ]);
  expect(explained).toMatchObject({ allowed: false, consent: { errors: ["pol_1"] } });
  expect(explained.rules).toMatchObject([{ outcome: "fails" }]);
});
