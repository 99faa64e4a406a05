import { CONSENT_KEY, type Round } from "../call/round.ts";
import type { CallContext } from "../context.ts";
import { FairleadError } from "../errors.ts";
import { InputNeeded, type InputRequest, parseElicitation } from "../interaction.ts";
import {
  findPlan,
  makePlan,
  type PlannedCall,
  type PlansGround,
  type Reading,
  readState,
  requireSameState,
} from "../plan/plans.ts";
import { planInWords, type ShownPlan } from "../plan/shown.ts";
import type { PlanRow } from "../storage/write-records.ts";
import { decide, isAgreed } from "./approvals.ts";
import { strongest } from "./level.ts";
import type { NeededConsent } from "./needed.ts";

export interface ConsentGround extends PlansGround {
  /** Where a person approves a plan in a browser; undefined where there is no such page. */
  approveAt: (plan_id: string) => string | undefined;
}

export interface ConsentCall extends PlannedCall {
  needed: NeededConsent;
  round: Round;
  /** The plan that the caller names as agreed to. */
  confirm: string | undefined;
  /** Whether the client can put a question to its person. */
  canAsk: boolean;
  /** Whether the state is read anyway, so that the call can be taken back. */
  readsState: boolean;
}

/** A call that may go ahead. */
export interface Consented {
  plan: PlanRow | undefined;
  /** The state just before it; null where none was read. */
  reading: Reading;
}

/** Thrown where a plan waits for people whom this call cannot ask: carries what a durable operation needs. */
export class ConsentRequired extends FairleadError {
  readonly plan: PlanRow;
  readonly shown: ShownPlan;

  constructor(plan: PlanRow, shown: ShownPlan, message: string, details: Record<string, unknown>) {
    super("consent_required", message, {
      details: { plan_id: plan.id, level: plan.consent, ...details, plan: shown },
    });
    this.plan = plan;
    this.shown = shown;
  }
}

/**
 * Lets a call through that was agreed to, in the way its effect, its tool and the policies ask for. Else makes the plan
 * and asks: throws `InputNeeded` where the client can put the question to a person, `ConsentRequired` where it cannot.
 */
export async function consent(
  ground: ConsentGround,
  call: ConsentCall,
  ctx: CallContext<never>,
): Promise<Consented> {
  const { needed, round } = call;
  const plan_id = round.plan_id ?? call.confirm;
  if (plan_id !== undefined) return applyPlan(ground, call, plan_id, ctx);
  if (needed.level === "none") {
    const reading = call.readsState ? await readState(call, ctx) : NOTHING_READ;
    return { plan: undefined, reading };
  }
  const { row, shown } = await makePlan(ground, call, await readState(call, ctx), needed);
  throw ask(ground, call, row, shown);
}

const NOTHING_READ: Reading = Object.freeze({ change: undefined, state: null });

async function applyPlan(
  ground: ConsentGround,
  call: ConsentCall,
  plan_id: string,
  ctx: CallContext<never>,
): Promise<Consented> {
  const { row, state } = await findPlan(ground, call, plan_id);
  const shown: ShownPlan = JSON.parse(row.shown);
  // A policy may ask for more by now than it did when the plan was made.
  const level = strongest(row.consent, call.needed.level);
  const approvals_needed = Math.max(row.approvals_needed, call.needed.approvals);
  const plan: PlanRow = { ...row, consent: level, approvals_needed };
  if (level === "person" || level === "approver") await requireAgreed(ground, call, plan, shown);
  const reading = await readState(call, ctx);
  requireSameState(plan_id, state, reading.state);
  return { plan, reading };
}

async function requireAgreed(
  ground: ConsentGround,
  call: ConsentCall,
  plan: PlanRow,
  shown: ShownPlan,
): Promise<void> {
  if (plan.consent === "person" && call.round.plan_id === plan.id)
    await recordAnswer(ground, call, plan);
  // Others may be needed by now although the caller's own person was enough when they spoke.
  if (await isAgreed(ground.store, plan)) return;
  throw ask(ground, call, plan, shown);
}

/** What the person at the client said. Only an answer to the question of this very plan reaches this. */
async function recordAnswer(
  { store, clock }: ConsentGround,
  { round, principal }: ConsentCall,
  plan: PlanRow,
): Promise<void> {
  const given = round.answers[CONSENT_KEY];
  if (given === undefined) return;
  const { action, content } = parseElicitation(given, CONSENT_KEY);
  const isYes = action === "accept" && content?.approve === true;
  await store
    .transaction((tx) =>
      decide(tx, {
        ...{ tenant_id: plan.tenant_id, plan_id: plan.id, principal, isOperator: false },
        ...{ decision: isYes ? "approve" : "deny", way: "elicitation", reason: null },
        now: clock.now(),
      }),
    )
    .catch((thrown: unknown) => {
      // The same answer, come again with a call that was repeated.
      if (!isYes || !(thrown instanceof FairleadError) || thrown.details?.reason !== "spoken")
        throw thrown;
    });
  if (isYes) return;
  throw new FairleadError(
    "forbidden",
    `The person who was asked did not agree to ${plan.id}. Nothing was changed.`,
    { details: { reason: "declined", plan_id: plan.id } },
  );
}

/** The question to whoever can answer it. */
function ask(
  ground: ConsentGround,
  call: ConsentCall,
  plan: PlanRow,
  shown: ShownPlan,
): InputNeeded | ConsentRequired {
  const { id, consent: level } = plan;
  if (level === "person" && call.canAsk && call.round.answers[CONSENT_KEY] === undefined) {
    return new InputNeeded({ [CONSENT_KEY]: questionOf(shown) }, undefined, id);
  }
  const words = planInWords(shown);
  if (level === "confirm" || level === "none") {
    const how = `If this is what you want, repeat the call with confirm "${id}", or call fairlead_apply with it.`;
    return new ConsentRequired(plan, shown, `Nothing was changed yet. ${words}\n${how}`, {});
  }
  const url = ground.approveAt(id);
  const where = [
    ...(url === undefined ? [] : [`at ${url}`]),
    `on the server with: fairlead approve ${id}`,
  ].join(", or ");
  const who =
    level === "person"
      ? "A person has to approve it"
      : `${plan.approvals_needed === 1 ? "Somebody" : `${plan.approvals_needed} people`} other than the caller's own have to approve it`;
  return new ConsentRequired(
    plan,
    shown,
    `Nothing was changed yet. ${words}\n${who}, ${where}. Then call fairlead_apply with "${id}". It lapses at ${shown.expires_at}.`,
    url === undefined ? {} : { approve_at: url },
  );
}

function questionOf(shown: ShownPlan): InputRequest {
  return {
    method: "elicitation/create",
    params: {
      mode: "form",
      message: planInWords(shown),
      requestedSchema: {
        type: "object",
        properties: {
          approve: {
            type: "boolean",
            title: "Carry it out",
            description: `${shown.tool} does this once you agree. Without it nothing is changed.`,
          },
        },
        required: ["approve"],
      },
    },
  };
}
