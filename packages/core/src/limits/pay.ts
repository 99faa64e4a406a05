import type { AllowanceState } from "../call/request.ts";
import type { Effect } from "../effect.ts";
import { FairleadError } from "../errors.ts";
import type { Principal } from "../identity/principal.ts";
import type { Tally } from "../observe/tally.ts";
import type { Bucket } from "../storage/shared.ts";
import type { CallerLimit } from "./caller-limit.ts";

/** Takes from a caller's allowance, whatever it is for. `waitMs` is 0 where there was enough. */
export type TakeOf = (
  principal: Principal,
  weight: number,
  effect: Effect,
) => Promise<{ state: AllowanceState; waitMs: number }>;

/** The same for who only wants to go on: throws `rate_limited` where there was not enough. */
export type Pay = (principal: Principal, weight: number, effect: Effect) => Promise<AllowanceState>;

export function createTakeOf(parts: {
  callerLimit: CallerLimit;
  /** Of a caller that has no allowance of its own. */
  callerBucket: Bucket;
  tally: Pick<Tally, "took">;
}): TakeOf {
  return async ({ allowance, tenant_id, id }, weight, effect) => {
    const key = allowance?.key ?? `calls ${tenant_id} ${id}`;
    const bucket = allowance?.bucket ?? parts.callerBucket;
    const take = await parts.callerLimit(key, bucket, weight, effect);
    const state: AllowanceState = {
      tier: allowance?.tier ?? "default",
      limit: bucket.capacity,
      remaining: take.remaining,
      reset_s: Math.ceil(take.resetMs / 1000),
      degraded: take.degraded,
    };
    parts.tally.took(state.tier, take);
    return { state, waitMs: take.retryAfterMs };
  };
}

export function createPay(takeOf: TakeOf): Pay {
  return async (principal, weight, effect) => {
    const { state, waitMs } = await takeOf(principal, weight, effect);
    refuseUntil(waitMs, "this caller", state);
    return state;
  };
}

/** Throws `rate_limited` with when to come back, unless there is nothing to wait for. */
export function refuseUntil(waitMs: number, whose: string, state?: AllowanceState): void {
  if (waitMs === 0) return;
  const retry_after_s = Math.ceil(waitMs / 1000);
  throw new FairleadError(
    "rate_limited",
    `The limit of ${whose} is used up. Try again in ${retry_after_s} s.`,
    { details: { retry_after_s, reason: "call_limit", ...state } },
  );
}
