import type { PlanView, Said } from "@fairlead/core/consent/plan-view";
import type { ShownPlan } from "@fairlead/core/plan/shown";

const CHARACTERS_NOBODY_SEES = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Names come from upstreams: what would turn a line around, or hide a part of it, is shown as a mark instead. */
export function visible(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(CHARACTERS_NOBODY_SEES, "\ufffd");
}

/** A value of a plan, whole: nobody agrees to what is cut off. */
export function valueInWords(value: unknown): string {
  return visible(typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? ""));
}

export const UNDO_WORDS: Readonly<Record<ShownPlan["undo"]["kind"], string>> = {
  reversible: "Can be taken back",
  compensable: "Can be repaired",
  irreversible: "Cannot be taken back",
};

export function statusInWords({ status }: Pick<PlanView, "status">): string {
  switch (status) {
    case "open":
      return "Waits for approval";
    case "approved":
      return "Approved";
    case "denied":
      return "Denied";
    case "lapsed":
      return "Lapsed";
    case "used":
      return "Carried out";
  }
}

export function needInWords({ consent, approvals_needed: needed }: PlanView): string {
  switch (consent) {
    case "none":
      return "nobody";
    case "confirm":
      return "only whoever asks, once more";
    case "person":
      return "one person who may do this";
    case "approver":
      return needed > 1
        ? `${needed} people who may do this, other than whoever asks`
        : "one person who may do this, other than whoever asks";
  }
}

const WAYS: Readonly<Record<Said["way"], string>> = {
  elicitation: "in the client",
  page: "on this page",
  rest: "over REST",
  cli: "at the operator's terminal",
};

export function saidBy({ by, for: whose, decision, way }: Said): string {
  const behalf = whose === null ? "" : ` for ${whose}`;
  return visible(
    `${by}${behalf} ${decision === "approve" ? "approved" : "denied"} it ${WAYS[way]}`,
  );
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export function leftInWords(ms: number): string {
  if (ms < MINUTE_MS) return "in less than a minute";
  const [count, unit] =
    ms < 2 * HOUR_MS ? [Math.floor(ms / MINUTE_MS), "minute"] : [Math.floor(ms / HOUR_MS), "hour"];
  return `in ${count} ${unit}${count === 1 ? "" : "s"}`;
}

const TIME = new Intl.DateTimeFormat("en-GB", {
  ...{ timeZone: "UTC", dateStyle: "medium", timeStyle: "short" },
});

export function timeInWords(at: number): string {
  return `${TIME.format(at)} UTC`;
}
