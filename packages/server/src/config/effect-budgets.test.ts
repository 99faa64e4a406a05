import { expect, test } from "vitest";
import { effectBudgetsOf, effectLimits } from "./effect-budgets.ts";

test.each([
  ["deletes=5,creates=3,money=200", { deletes: 5, creates: 3, money_cents: 20_000 }],
  ["deletes=0", { deletes: 0 }],
  ["money=19.99", { money_cents: 1_999 }],
  ["money=0.1", { money_cents: 10 }],
  [" creates = 2 ,\n deletes=1", { creates: 2, deletes: 1 }],
])("reads %j", (text, limits) => expect(effectLimits.parse(text)).toEqual(limits));

test.each([
  ["deletes", '"deletes" is none'],
  ["delete=5", '"delete=5" is none'],
  ["deletes=-1", '"deletes=-1" is none'],
  ["deletes=1.5", '"deletes=1.5" is none'],
  ["money=1.999", '"money=1.999" is none'],
  ["money=1e9", '"money=1e9" is none'],
  ["money_cents=5", '"money_cents=5" is none'],
  ["deletes=5=6", '"deletes=5=6" is none'],
  ["deletes=5,deletes=6", 'names "deletes" twice'],
])("refuses %j", (text, words) => {
  expect(effectLimits.safeParse(text).error?.issues[0]?.message).toContain(words);
});

test("has no bounds where nothing is said", () => {
  expect(effectBudgetsOf({})).toEqual({ principal: {}, tenant: {} });
  expect(effectBudgetsOf({ FAIRLEAD_TENANT_EFFECT_BUDGETS: { deletes: 1 } })).toEqual({
    ...{ principal: {}, tenant: { deletes: 1 } },
  });
});
