import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import { type ConsentLevel, isConsentLevel } from "../consent/level.ts";

/** What a rule marks calls with: the consent without which it forbids them. */
export interface Mark {
  level: Exclude<ConsentLevel, "none">;
  /** How many people have to approve; 0 unless the level is `approver`. */
  approvals: number;
}

/** Cedar's own type has no `null`, which is what it gives for an annotation without a value. */
type Annotations = Readonly<Record<string, string | null>>;

/** Reads `@consent("approver") @approvals("2")`. Throws where they ask for nothing that there is. */
export function markOf({
  effect,
  annotations = {},
}: Pick<PolicyJson, "effect"> & { annotations?: Annotations }): Mark | undefined {
  const { consent, approvals } = annotations;
  if (consent === undefined) {
    if (approvals === undefined) return undefined;
    throw new Error(`@approvals belongs to @consent("approver"), and this rule has no @consent`);
  }
  if (!isConsentLevel(consent) || consent === "none") {
    throw new Error(`@consent takes "confirm", "person" or "approver", not ${quoted(consent)}`);
  }
  if (effect !== "forbid") {
    throw new Error(
      `@consent belongs to a forbid, which then forbids what lacks the consent; this is a ${effect}`,
    );
  }
  return { level: consent, approvals: approvalsOf(consent, approvals) };
}

function approvalsOf(level: Mark["level"], approvals: string | null | undefined): number {
  if (level !== "approver") {
    if (approvals === undefined) return 0;
    throw new Error(`@approvals belongs to @consent("approver"), not to @consent("${level}")`);
  }
  if (approvals === undefined || approvals === "1") return 1;
  if (approvals === "2") return 2;
  throw new Error(`@approvals takes "1" or "2", not ${quoted(approvals)}`);
}

/** What somebody wrote, short enough for a sentence. */
function quoted(value: string | null): string {
  const text = value ?? "";
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
