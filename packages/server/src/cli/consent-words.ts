import type { ConsentLevel } from "@fairlead/core/consent/level";

/** `confirm`, `person`, `approver`, `2 approvers`. */
export function consentInWords(asked: { level: ConsentLevel; approvals: number }): string {
  const { level, approvals } = asked;
  return approvals > 1 ? `${approvals} ${level}s` : level;
}
