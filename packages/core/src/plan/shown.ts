import { z } from "zod";
import { CONSENT_LEVELS } from "../consent/level.ts";
import { EFFECT_BUDGETS } from "../safe-write.ts";

/** A plan as people and models see it. Secret arguments are hidden in it. Times are ISO 8601, UTC. */
export const shownPlan = z.object({
  plan_id: z.string(),
  tool: z.string(),
  effect: z.enum(["read", "write", "destroy"]),
  connection: z.string().nullable(),
  arguments: z.unknown(),
  summary: z.string(),
  changes: z.array(
    z.object({
      on: z.string(),
      does: z.string(),
      from: z.unknown().optional(),
      to: z.unknown().optional(),
    }),
  ),
  loses: z.array(z.string()),
  undo: z.object({
    kind: z.enum(["reversible", "compensable", "irreversible"]),
    how: z.string(),
  }),
  /** False where nothing told what is there now. */
  state_known: z.boolean(),
  consent: z.enum(CONSENT_LEVELS),
  approvals_needed: z.number(),
  /** What it takes from budgets of effects, and what is left of them before it. */
  budgets: z.array(
    z.object({
      budget: z.enum(EFFECT_BUDGETS),
      whose: z.enum(["caller", "tenant"]),
      period: z.string(),
      takes: z.number(),
      used: z.number(),
      limit: z.number(),
    }),
  ),
  hash: z.string(),
  created_at: z.string(),
  expires_at: z.string(),
});

export type ShownPlan = z.output<typeof shownPlan>;

/** The plan in words: what a person is asked to agree to. */
export function planInWords(plan: ShownPlan): string {
  const { summary, changes, loses, undo, connection, state_known: isKnown } = plan;
  return [
    summary,
    ...(connection === null ? [] : [`Connection: ${connection}.`]),
    ...(isKnown ? [] : ["What is there now could not be read."]),
    ...changes.map(({ on, does, from, to }) => `- ${on} ${does}${changeOf(from, to)}`),
    ...(loses.length === 0
      ? []
      : ["What is lost or interrupted:", ...loses.map((each) => `- ${each}`)]),
    `Way back (${undo.kind}): ${undo.how}`,
    ...plan.budgets.map(
      ({ budget, whose, period, takes, used, limit }) =>
        `Takes ${takes} of the ${whose}'s ${budget} of ${period}: ${used} of ${limit} are used.`,
    ),
  ].join("\n");
}

const LONGEST_SHOWN = 300;

function changeOf(from: unknown, to: unknown): string {
  if (from === undefined && to === undefined) return "";
  const [before, after] = [from, to].map((value) => {
    const text =
      value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
    return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  });
  if (from === undefined) return `: ${after}`;
  return to === undefined ? ` (now: ${before})` : `: ${before} → ${after}`;
}
