import { createPrincipal } from "@fairlead/testkit/engine";
import { createCollectingLogger } from "@fairlead/testkit/logger";
import { createTestPolicy } from "@fairlead/testkit/policy";
import { expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { defineTool } from "../tool.ts";
import { createCedar } from "./cedar.ts";
import { UNMARKED } from "./marks.ts";
import type { Decision, GuardedAction, GuardedCall } from "./policy.ts";
import { NO_RULES } from "./tenant-policy.ts";

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
      input: z.object({ berth_id: z.int(), length: z.number().optional() }),
      handler: () => ({ content: [] }),
    }),
  ],
});

const BOOK: GuardedAction = {
  name: "harbour_book_berth",
  connector: "harbour",
  effect: "write",
  scope: "harbour:write",
};
const LIST: GuardedAction = {
  name: "harbour_list_berths",
  connector: "harbour",
  effect: "read",
  scope: "harbour:read",
};
const ALLOWED: Decision = { allowed: true, reasons: [], errors: [] };
const ann = createPrincipal({ roles: ["operator"] });
const shared = createCedar();

/** Booking as it is, and berth 7 above all. */
const BOOKING = `forbid(principal, action == Fairlead::Action::"harbour_book_berth", resource)`;
const SEVEN = `${BOOKING} when { context.input.berth_id == 7 };`;
/** Ships that are longer than 12; fails where no length is given. */
const LONG = `${BOOKING} when { context.input.length.greaterThan(decimal("12.0")) };`;

function policyOf(...texts: string[]) {
  return createTestPolicy([harbour], texts, { cedar: shared });
}

function booking(input: unknown = { berth_id: 7 }, more: Partial<GuardedCall> = {}): GuardedCall {
  const connection = { id: "con_main", label: "main" };
  return { ...BOOK, input, connection, now: Date.UTC(2026, 2, 14, 9, 30), ...more };
}

/** A Cedar that counts what it is asked. */
function counting() {
  const cedar = createCedar();
  const counted = {
    ...cedar,
    asked: 0,
    evaluate: (...given: Parameters<typeof cedar.evaluate>) => {
      counted.asked++;
      return cedar.evaluate(...given);
    },
  };
  return counted;
}

test.each([
  [`@consent("confirm")`, { level: "confirm", approvals: 0 }],
  [`@consent("person")`, { level: "person", approvals: 0 }],
  [`@consent("approver")`, { level: "approver", approvals: 1 }],
  [`@consent("approver") @approvals("2")`, { level: "approver", approvals: 2 }],
  [`@id("night")\n// two\n@approvals("2")\n@consent("approver")`, { approvals: 2 }],
])("asks for %s where the rule applies, and nowhere else", (annotations, asked) => {
  const policy = policyOf(`${annotations} ${SEVEN}`);
  expect(policy.consentOf(ann, booking())).toMatchObject({
    ...asked,
    policy_ids: ["pol_1"],
    errors: [],
  });
  expect(policy.consentOf(ann, booking({ berth_id: 8 }))).toEqual(UNMARKED);
  expect(policy.consentOf(ann, { ...booking(), ...LIST })).toEqual(UNMARKED);
});

test("asks for the strongest of all that apply, and for the most people", () => {
  const texts = [
    `@consent("approver") @approvals("2") ${SEVEN}`,
    `@consent("person") ${BOOKING};`,
    `@consent("approver") ${SEVEN}`,
    `@consent("confirm") ${BOOKING} when { context.hour > 20 };`,
  ];
  const policy = policyOf(...texts);
  expect(policy.consentOf(ann, booking())).toEqual({
    level: "approver",
    approvals: 2,
    policy_ids: ["pol_1", "pol_2", "pol_3"],
    errors: [],
  });
  expect(policy.consentOf(ann, booking({ berth_id: 8 }))).toEqual({
    level: "person",
    approvals: 0,
    policy_ids: ["pol_2"],
    errors: [],
  });
});

test("tells marks within one policy apart", () => {
  const policy = policyOf(`@consent("confirm") ${BOOKING};\n@consent("person") ${SEVEN}`);
  expect(policy.consentOf(ann, booking({ berth_id: 8 })).level).toBe("confirm");
  expect(policy.consentOf(ann, booking())).toMatchObject({
    level: "person",
    policy_ids: ["pol_1"],
  });
});

test("asks for whom, and on which connection, the rule says", () => {
  const policy = policyOf(
    `@consent("person") forbid(principal in Fairlead::Role::"operator", action, resource == Fairlead::Connection::"con_main");`,
  );
  expect(policy.consentOf(ann, booking()).level).toBe("person");
  const other = { connection: { id: "con_other", label: "other" } };
  expect(policy.consentOf(ann, booking({}, other)).level).toBe("none");
  const viewer = createPrincipal({ roles: ["viewer"] });
  expect(policy.consentOf(viewer, booking()).level).toBe("none");
});

test("decides nothing", () => {
  const policy = policyOf(`@consent("approver") forbid(principal, action, resource);`);
  expect(policy.hasRules).toBe(false);
  expect(policy.hasMarks).toBe(true);
  expect(policy.mayEver(ann, BOOK)).toEqual(ALLOWED);
  expect(policy.looksAtCall(ann, BOOK)).toBe(false);
  expect(policy.decide(ann, booking())).toEqual(ALLOWED);
});

test("leaves what other rules of the same policy decide to them", () => {
  const policy = policyOf(
    `@consent("person") ${BOOKING};\npermit(principal, action in Fairlead::Action::"read", resource);`,
  );
  expect(policy.mayEver(ann, LIST).allowed).toBe(true);
  expect(policy.mayEver(ann, BOOK)).toEqual({ allowed: false, reasons: [], errors: [] });
});

test("fails where a mark cannot be evaluated, whatever another asks for", () => {
  const policy = policyOf(`@consent("confirm") ${LONG}`, `@consent("approver") ${BOOKING};`);
  expect(policy.consentOf(ann, booking({ berth_id: 7, length: 10 }))).toMatchObject({
    level: "approver",
    errors: [],
  });
  expect(policy.consentOf(ann, booking())).toMatchObject({ errors: ["pol_1"] });
});

test("needs no answer of a mark whose like applies anyway", () => {
  const policy = policyOf(`@consent("person") ${LONG}`, `@consent("person") ${BOOKING};`);
  expect(policy.consentOf(ann, booking())).toMatchObject({ level: "person", errors: [] });
});

test.each([
  ["5 digits after the point", { berth_id: 7, length: 0.00001 }],
  ["no arguments at all", null],
])("fails where a mark looks at what it cannot be shown: %s", (_what, input) => {
  const policy = policyOf(`@consent("person") ${BOOKING} when { context.input has length };`);
  expect(policy.consentOf(ann, booking(input)).level).toBe("none");
  expect(policy.consentOf(ann, booking(input)).errors).toEqual(["pol_1"]);
});

test("fails where Cedar itself does", () => {
  const logger = createCollectingLogger();
  const broken = {
    ...createCedar(),
    prepared: 0,
    evaluate: () => {
      throw new Error("out of memory");
    },
  };
  const options = { cedar: broken, logger };
  const policy = createTestPolicy([harbour], [`@consent("person") ${SEVEN}`], options);
  expect(policy.consentOf(ann, booking()).errors).toEqual(["pol_1"]);
  expect(logger.lines).toHaveLength(1);
});

test.each([
  `@consent("someone") ${SEVEN}`,
  `@consent ${SEVEN}`,
  `@approvals("2") ${SEVEN}`,
  `@consent("approver") @approvals("3") ${SEVEN}`,
  `@consent("approver") @approvals ${SEVEN}`,
  `@consent("person") permit(principal, action, resource);`,
])("closes a tenant for whom it cannot be read: %s", (text) => {
  const policy = policyOf(text);
  expect(policy.mayEver(ann, LIST)).toEqual({ allowed: false, reasons: [], errors: ["pol_1"] });
  expect(policy.hasMarks).toBe(true);
  expect(policy.consentOf(ann, booking())).toEqual({ ...UNMARKED, errors: ["pol_1"] });
});

test("costs a tenant without marks nothing", () => {
  const cedar = counting();
  const policy = createTestPolicy([harbour], [SEVEN], { cedar });
  expect(policy.hasMarks).toBe(false);
  expect(policy.consentOf(ann, booking())).toBe(UNMARKED);
  expect(NO_RULES.consentOf(ann, booking())).toBe(UNMARKED);
  expect([NO_RULES.hasMarks, cedar.asked]).toEqual([false, 0]);
});

test("asks a mark that looks at nothing of the call once", () => {
  const cedar = counting();
  const text = `@consent("person") ${BOOKING} unless { principal in Fairlead::Role::"admin" };`;
  const policy = createTestPolicy([harbour], [text], { cedar });
  for (let berth_id = 0; berth_id < 20; berth_id++) {
    const call = booking({ berth_id }, { now: berth_id });
    expect(policy.consentOf(ann, call).level).toBe("person");
  }
  expect(cedar.asked).toBe(1);
});

test("asks a mark on arguments once for the same arguments, and never where it is about something else", () => {
  const cedar = counting();
  const policy = createTestPolicy([harbour], [`@consent("person") ${SEVEN}`], { cedar });
  for (let round = 0; round < 20; round++) {
    policy.consentOf(ann, booking({ berth_id: round % 2 }, { now: round }));
    policy.consentOf(ann, { ...booking(), ...LIST });
  }
  expect(cedar.asked).toBe(2);
});
