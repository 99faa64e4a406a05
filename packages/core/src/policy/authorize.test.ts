import { createPrincipal } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { createTestPolicy } from "@fairlead/testkit/policy";
import { expect, test } from "vitest";
import {
  authorizeAction,
  authorizeArguments,
  consentMark,
  type Guarded,
  maySee,
  toAction,
} from "./authorize.ts";
import { createCedar } from "./cedar.ts";
import { NO_RULES } from "./tenant-policy.ts";

const TARGET: Guarded = {
  kind: "tool",
  label: "harbour_book_berth",
  scope: "harbour:write",
  connector: { id: "harbour" },
  tool: { name: "harbour_book_berth", effect: "write", toolset: "berths" },
};
const VIEW: Guarded = {
  kind: "resource",
  label: "harbour://berths/{berth_id}",
  scope: "harbour:read",
  connector: { id: "harbour" },
  tool: { name: "harbour_get_berth", effect: "read" },
};
const PROMPT: Guarded = {
  kind: "prompt",
  label: "harbour_welcome",
  scope: "harbour:read",
  connector: { id: "harbour" },
  prompt: { name: "harbour_welcome" },
};
const PARSED = { input: {}, revealsSecret: false };
const MAIN = { id: "con_main", label: "main" };
const NOW = Date.UTC(2026, 2, 14, 9, 30);
const reader = createPrincipal({ roles: ["viewer"], scopes: new Set(["harbour:read"]) });
const writer = createPrincipal({ roles: ["operator"], scopes: new Set(["harbour:write"]) });
const keeper = createPrincipal({ scopes: new Set(["harbour:write", "harbour:secrets"]) });
const admin = createPrincipal({
  roles: ["admin"],
  scopes: new Set(["*:*", "fairlead:admin", "*:write"]),
});

const NO_WRITES = `forbid(principal, action in Fairlead::Action::"write", resource);`;
const NOT_AT_NINE = `forbid(principal, action, resource) when { context.hour == 9 };`;

const cedar = createCedar();

function policyOf(text: string) {
  return createTestPolicy([], [text], { cedar });
}

test("lets a caller with the scope do it", () => {
  expect(() => authorizeAction(writer, TARGET, NO_RULES)).not.toThrow();
});

test("refuses a caller without the scope, and names it", async () => {
  const error = await failureOf(() => authorizeAction(reader, TARGET, NO_RULES));
  expect(error).toMatchObject({ code: "forbidden", details: { scope: "harbour:write" } });
  expect(error.message).toContain("harbour_book_berth");
});

test("gives nobody by a rule what scopes do not give", async () => {
  const policy = policyOf(`permit(principal, action, resource);`);
  const error = await failureOf(() => authorizeAction(reader, TARGET, policy));
  expect(error.details).toEqual({ scope: "harbour:write" });
});

test("refuses what a rule forbids, by the policy's id", async () => {
  const policy = policyOf(NO_WRITES);
  const error = await failureOf(() => authorizeAction(writer, TARGET, policy));
  expect(error).toMatchObject({
    code: "forbidden",
    details: { reason: "policy", policy_id: "pol_1", policy_ids: ["pol_1"] },
  });
  expect(error.message).toBe(
    "A policy of this tenant (pol_1) forbids harbour_book_berth to this caller. Ask an administrator, or call it differently.",
  );
});

test("tells an administrator what the policy is called", async () => {
  const policy = policyOf(NO_WRITES);
  const error = await failureOf(() => authorizeAction(admin, TARGET, policy));
  expect(error.message).toContain(`(pol_1, "policy 1")`);
});

test("says when no policy permits it", async () => {
  const policy = policyOf(`permit(principal, action in Fairlead::Action::"read", resource);`);
  const error = await failureOf(() => authorizeAction(writer, TARGET, policy));
  expect(error.details).toEqual({ reason: "policy", policy_id: "no_permit", policy_ids: [] });
  expect(error.message).toContain("No policy of this tenant permits harbour_book_berth");
});

test("says when a policy cannot be evaluated", async () => {
  const policy = policyOf(`forbid(principal, action, resource) when { principal.shoe == 43 };`);
  const error = await failureOf(() => authorizeAction(writer, TARGET, policy));
  expect(error.details).toMatchObject({ policy_ids: ["pol_1"] });
  expect(error.message).toContain("cannot be evaluated");
});

test("asks a rule on the call when the call is known", async () => {
  const policy = policyOf(NOT_AT_NINE);
  expect(() => authorizeAction(writer, TARGET, policy)).not.toThrow();
  const atNine = () => authorizeArguments(writer, TARGET, PARSED, MAIN, policy, NOW);
  expect((await failureOf(atNine)).details).toMatchObject({ policy_id: "pol_1" });
  const atTen = () => authorizeArguments(writer, TARGET, PARSED, MAIN, policy, NOW + 3_600_000);
  expect(atTen).not.toThrow();
});

test("shows no secret to a caller without the scope for secrets", async () => {
  const parsed = { input: {}, revealsSecret: true };
  const error = await failureOf(() =>
    authorizeArguments(writer, TARGET, parsed, MAIN, NO_RULES, NOW),
  );
  expect(error).toMatchObject({ code: "forbidden", details: { scope: "harbour:secrets" } });
});

test("shows a secret to a caller with the scope for secrets", () => {
  const parsed = { input: {}, revealsSecret: true };
  expect(() => authorizeArguments(keeper, TARGET, parsed, MAIN, NO_RULES, NOW)).not.toThrow();
});

test("asks for no scope for secrets where none is shown", () => {
  expect(() => authorizeArguments(keeper, TARGET, PARSED, MAIN, NO_RULES, NOW)).not.toThrow();
});

test("shows nobody what a rule keeps from it", () => {
  const policy = policyOf(NO_WRITES);
  expect(maySee(writer, TARGET, policy)).toBe(false);
  expect(maySee(reader, VIEW, policy)).toBe(true);
  expect(maySee(reader, TARGET, NO_RULES)).toBe(false);
});

test("takes a resource for the tool it is a view of, and a prompt for a read", () => {
  expect(toAction(VIEW)).toMatchObject({ name: "harbour_get_berth", effect: "read" });
  expect(toAction(PROMPT)).toMatchObject({ name: "harbour_welcome", effect: "read" });
});

const ASKS_AT_NINE = `@consent("approver") @approvals("2") forbid(principal, action, resource) when { context.hour == 9 };`;

test("asks for the consent that a policy asks for, when it does", () => {
  const policy = policyOf(ASKS_AT_NINE);
  const asked = consentMark(writer, TARGET, PARSED, MAIN, policy, NOW);
  expect(asked).toEqual({ level: "approver", approvals: 2 });
  const later = consentMark(writer, TARGET, PARSED, MAIN, policy, NOW + 3_600_000);
  expect(later).toEqual({ level: "none", approvals: 0 });
  expect(() => authorizeArguments(writer, TARGET, PARSED, MAIN, policy, NOW)).not.toThrow();
});

test("asks for no consent where no policy does", () => {
  const none = { level: "none", approvals: 0 };
  expect(consentMark(writer, TARGET, PARSED, MAIN, NO_RULES, NOW)).toEqual(none);
  expect(consentMark(writer, TARGET, PARSED, MAIN, policyOf(NOT_AT_NINE), NOW)).toEqual(none);
});

test("refuses where it cannot be told whether a policy asks for consent", async () => {
  const policy = policyOf(
    `@consent("person") forbid(principal, action, resource) when { context.input.berth_id == 7 };`,
  );
  const error = await failureOf(() => consentMark(writer, TARGET, PARSED, MAIN, policy, NOW));
  expect(error).toMatchObject({
    code: "forbidden",
    details: { reason: "policy", policy_id: "pol_1", policy_ids: ["pol_1"] },
  });
  expect(error.message).toContain("cannot be evaluated for harbour_book_berth");
});
