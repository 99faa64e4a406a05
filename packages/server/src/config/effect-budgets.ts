import type { EffectBudgets, EffectLimits } from "@fairlead/core/journal/effect-budgets";
import { list } from "./kinds.ts";

/** What is counted in the setting, and how much of what the journal counts one of it is. */
const COUNTED = {
  deletes: { budget: "deletes", factor: 1, shape: /^\d{1,9}$/ },
  creates: { budget: "creates", factor: 1, shape: /^\d{1,9}$/ },
  money: { budget: "money_cents", factor: 100, shape: /^\d{1,9}(?:\.\d{1,2})?$/ },
} as const;

const NAMES = Object.keys(COUNTED) as (keyof typeof COUNTED)[];

/** `deletes=5,creates=3,money=200`; what is not named has no bounds, and of what is 0 there is nothing. */
export const effectLimits = list.transform((words, ctx): EffectLimits => {
  const limits: Partial<Record<keyof EffectLimits, number>> = {};
  for (const word of words) {
    const [name, amount = "", ...more] = word.split("=").map((part) => part.trim());
    const known = NAMES.find((each) => each === name);
    const counted = known === undefined ? undefined : COUNTED[known];
    if (counted === undefined || more.length > 0 || !counted.shape.test(amount)) {
      ctx.addIssue(
        `has to list deletes, creates or money with how much, such as deletes=5,money=200; "${word}" is none`,
      );
    } else if (counted.budget in limits) {
      ctx.addIssue(`names "${name}" twice`);
    } else {
      limits[counted.budget] = Math.round(Number(amount) * counted.factor);
    }
  }
  return limits;
});

export function effectBudgetsOf(values: {
  FAIRLEAD_EFFECT_BUDGETS?: EffectLimits | undefined;
  FAIRLEAD_TENANT_EFFECT_BUDGETS?: EffectLimits | undefined;
}): EffectBudgets {
  return {
    principal: values.FAIRLEAD_EFFECT_BUDGETS ?? {},
    tenant: values.FAIRLEAD_TENANT_EFFECT_BUDGETS ?? {},
  };
}
