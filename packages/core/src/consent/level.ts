/** What must happen between plan and apply, from nothing to other people's word. */
export const CONSENT_LEVELS = ["none", "confirm", "person", "approver"] as const;

/**
 * `confirm`: the caller repeats the call with the plan's id; a model can. `person`: a human says yes. `approver`: people
 * other than the caller's do.
 */
export type ConsentLevel = (typeof CONSENT_LEVELS)[number];

export function isConsentLevel(value: unknown): value is ConsentLevel {
  return CONSENT_LEVELS.some((level) => level === value);
}

export function strongest(...levels: readonly (ConsentLevel | undefined)[]): ConsentLevel {
  const ranks = levels.map((level) => (level === undefined ? 0 : CONSENT_LEVELS.indexOf(level)));
  return CONSENT_LEVELS[Math.max(0, ...ranks)] ?? "none";
}
