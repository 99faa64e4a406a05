import { hash } from "node:crypto";
import { FairleadError } from "../errors.ts";
import type { InputNeeded, InputResponses } from "../interaction.ts";
import { isRecord } from "../is-record.ts";
import type { Sealer } from "../vault/sealer.ts";
import type { Parsed } from "./perform.ts";
import type { CallRequest, Reply } from "./request.ts";

/** How long a person may think before the question lapses. */
export const ROUND_TTL_MS = 15 * 60_000;

/** What earlier rounds of a call brought: answers, and what the handler put by. */
export interface Round {
  answers: InputResponses;
  state: unknown;
  /** The plan that an earlier round asked about; only then does an answer to that question mean anything. */
  plan_id?: string | undefined;
}

/** Key of the question whether a plan may be carried out. */
export const CONSENT_KEY = "fairlead_consent";

export const FIRST_ROUND: Round = Object.freeze({ answers: Object.freeze({}), state: undefined });

/**
 * Reads what came back with a repeated call. The state passed through the client's hands, so it is sealed and bound to
 * caller, action and arguments (MCP 2026-07-28, basic/patterns/mrtr, "Server Requirements").
 */
export async function openRound(
  { sealer }: { sealer: Sealer },
  request: CallRequest,
  parsed: Parsed,
): Promise<Round> {
  const { requestState, inputResponses } = request.client;
  if (inputResponses !== undefined && !isResponses(inputResponses)) throw badResponses();
  if (requestState === undefined) {
    return inputResponses === undefined
      ? FIRST_ROUND
      : { answers: inputResponses, state: undefined };
  }
  const payload = await sealer.open("round", requestState);
  if (payload === undefined || payload.bound !== binding(request)) {
    throw new FairleadError(
      "invalid_input",
      `The requestState does not belong to this call of ${parsed.tool?.name ?? request.action.kind}, or has lapsed. Repeat the call without it.`,
      { details: { reason: "invalid_request_state" } },
    );
  }
  const earlier = isRecord(payload.answers) ? payload.answers : {};
  const plan_id = typeof payload.plan_id === "string" ? payload.plan_id : undefined;
  return { answers: { ...earlier, ...inputResponses }, state: payload.state, plan_id };
}

export async function sealRound(
  { sealer }: { sealer: Sealer },
  request: CallRequest,
  round: Round,
  needed: InputNeeded,
): Promise<Reply> {
  // What was answered before it was asked is no answer.
  const { [CONSENT_KEY]: consent, ...others } = round.answers;
  const isAsked = CONSENT_KEY in needed.requests;
  const payload = {
    bound: binding(request),
    answers: isAsked || consent === undefined ? others : round.answers,
    state: isAsked ? round.state : needed.state,
    plan_id: needed.plan_id ?? round.plan_id,
  };
  const requestState = await sealer.seal("round", payload, ROUND_TTL_MS);
  return { kind: "input_required", requests: needed.requests, requestState };
}

function isResponses(value: unknown): value is InputResponses {
  return isRecord(value) && Object.values(value).every(isRecord);
}

function badResponses(): FairleadError {
  return new FairleadError(
    "invalid_input",
    "inputResponses has to be an object with one answer object for each question.",
    { details: { reason: "invalid_input_responses" } },
  );
}

function binding({ action, principal, view }: CallRequest): string {
  const salient = JSON.stringify([principal.tenant_id, principal.id, view.key, action]);
  return hash("sha256", salient, "hex");
}
