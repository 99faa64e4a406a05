import { FairleadError } from "@fairlead/core/errors";
import type { Clock } from "@fairlead/core/ports";
import {
  isSharedStateAway,
  type Shared,
  type Take,
  type Window,
} from "@fairlead/core/storage/shared";
import { wait } from "@fairlead/core/wait";
import { type LocalWindow, localWindow } from "./local-window.ts";

const WINDOW_MS = 60_000;
const MAX_QUEUE_MS = 2_000;

export interface BudgetStatus {
  requests_per_minute: number;
  /** Requests that may leave now. */
  remaining: number;
  /** Requests that left in the last 60 s, through any replica. */
  sent_last_minute: number;
  /** Seconds until the budget is whole again. */
  full_in_s: number;
  /** Seconds until Cloudways, which refused a request as one too many, wants the next one. */
  paused_for_s: number;
  /** Shared state is away: the other figures are this replica's share and what left through it. */
  degraded: boolean;
}

/** How many requests the upstream account may still take, whoever shares it and through whichever replica. */
export interface Budget {
  /**
   * Pays for one request: waits a little for its turn, or throws `rate_limited`. While shared state is away a read is
   * paid from this replica's small share, and a write throws `upstream_unavailable`.
   */
  take(access: "read" | "write", signal: AbortSignal): Promise<void>;
  /** The upstream said 429: nothing leaves for so long. */
  pause(ms: number): Promise<void>;
  status(): Promise<BudgetStatus>;
}

/** `account` is a keyed hash: all that name the same one share its budget. */
export function createBudget(
  shared: Shared,
  clock: Clock,
  account: string,
  requestsPerMinute: number,
): Budget {
  const key = `upstream cloudways ${account}`;
  const window: Window = { limit: requestsPerMinute, windowMs: WINDOW_MS };
  const local = (): LocalWindow => localWindow(shared, clock, key, requestsPerMinute);

  /** Milliseconds to wait; 0 when the request may leave, and is counted. */
  async function tryTake(access: "read" | "write"): Promise<number> {
    const own = local();
    const pausedMs = own.pausedMs();
    if (pausedMs > 0) return pausedMs;
    // What left while nobody counted it is counted before anything else leaves.
    const owed = own.claimOwed();
    try {
      const take = await shared.takeWindow(key, window, 1 + owed);
      if (!take.admitted) own.owe(owed);
      return own.noted(take);
    } catch (error) {
      own.owe(owed);
      if (!isSharedStateAway(error) || access === "write") throw error;
      return own.takeShare();
    }
  }

  return {
    async take(access, signal) {
      let queuedMs = 0;
      for (let waitMs = await tryTake(access); waitMs > 0; waitMs = await tryTake(access)) {
        queuedMs += waitMs;
        if (queuedMs > MAX_QUEUE_MS) throw usedUp(requestsPerMinute, waitMs);
        await wait(clock, waitMs, signal);
      }
    },
    async pause(ms) {
      // Kept here as well: shared state may go away before the pause is over.
      local().pause(ms);
      await shared.pauseWindow(key, ms).catch(ignoreAway);
    },
    async status() {
      const own = local();
      try {
        return toStatus(requestsPerMinute, await shared.takeWindow(key, window, 0), own);
      } catch (error) {
        if (!isSharedStateAway(error)) throw error;
        return { requests_per_minute: requestsPerMinute, ...own.status(), degraded: true };
      }
    },
  };
}

/** A look costs nothing, so only a pause can refuse it. */
function toStatus(limit: number, look: Take, own: LocalWindow): BudgetStatus {
  const pausedMs = Math.max(look.admitted ? 0 : look.retryAfterMs, own.pausedMs());
  return {
    requests_per_minute: limit,
    remaining: pausedMs > 0 ? 0 : look.remaining,
    sent_last_minute: limit - look.remaining,
    full_in_s: Math.ceil(Math.max(look.resetMs, pausedMs) / 1000),
    paused_for_s: Math.ceil(pausedMs / 1000),
    degraded: false,
  };
}

function ignoreAway(error: unknown): void {
  if (!isSharedStateAway(error)) throw error;
}

function usedUp(requestsPerMinute: number, waitMs: number): FairleadError {
  const retry_after_s = Math.ceil(waitMs / 1000);
  return new FairleadError(
    "rate_limited",
    `The Cloudways account's budget of ${requestsPerMinute} requests a minute is used up. Try again in ${retry_after_s} s.`,
    { details: { retry_after_s, reason: "upstream_budget" } },
  );
}
