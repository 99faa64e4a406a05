import { FairleadError } from "@fairlead/core/errors";
import type { Clock } from "@fairlead/core/ports";
import type { Bucket, Shared } from "@fairlead/core/storage/shared";
import { wait } from "./wait.ts";

const WINDOW_MS = 60_000;
const MAX_QUEUE_MS = 2_000;
const MAX_PAUSE_MS = 3_600_000;
const MAX_ACCOUNTS = 1_000;

export interface BudgetStatus {
  requests_per_minute: number;
  /** Requests that may leave now. */
  remaining: number;
  /** Requests that left through this process in the last 60 s. */
  sent_last_minute: number;
  /** Seconds until the budget is whole again. */
  full_in_s: number;
  /** Seconds until Cloudways, which refused a request as one too many, wants the next one. */
  paused_for_s: number;
}

/** How many requests the upstream account may still take, whoever shares it. */
export interface Budget {
  /** Pays for one request: waits a little for its turn, or throws `rate_limited`. */
  take(signal: AbortSignal): Promise<void>;
  /** The upstream said 429: nothing leaves for so long. */
  pause(ms: number): void;
  status(): Promise<BudgetStatus>;
}

/**
 * A bucket that starts full and refills evenly lets almost twice its size through in the first minute, which Cloudways
 * would refuse. So what left in the last 60 s is counted as well, for all connections to the account in this process.
 */
interface Window {
  sent: number[];
  pausedUntil: number;
}

const windows = new WeakMap<Shared, Map<string, Window>>();

export function createBudget(
  shared: Shared,
  clock: Clock,
  account: string,
  requestsPerMinute: number,
): Budget {
  const key = `upstream cloudways ${account}`;
  const bucket: Bucket = { capacity: requestsPerMinute, refillPerSecond: requestsPerMinute / 60 };

  /** Milliseconds to wait; 0 when the request may leave, and is counted. */
  async function tryTake(): Promise<number> {
    const now = clock.now();
    const window = windowOf(shared, key, now);
    if (window.pausedUntil > now) return window.pausedUntil - now;
    const oldest = window.sent.at(-requestsPerMinute);
    if (oldest !== undefined) return oldest + WINDOW_MS - now;
    window.sent.push(now);
    const take = await shared.take(key, bucket, 1);
    if (take.admitted) return 0;
    const taken = window.sent.indexOf(now);
    if (taken !== -1) window.sent.splice(taken, 1);
    return Math.max(1, take.retryAfterMs);
  }

  return {
    async take(signal) {
      let queuedMs = 0;
      for (let waitMs = await tryTake(); waitMs > 0; waitMs = await tryTake()) {
        queuedMs += waitMs;
        if (queuedMs > MAX_QUEUE_MS) throw usedUp(requestsPerMinute, waitMs);
        await wait(clock, waitMs, signal);
      }
    },
    pause(ms) {
      const window = windowOf(shared, key, clock.now());
      window.pausedUntil = Math.max(window.pausedUntil, clock.now() + ms);
    },
    async status() {
      const now = clock.now();
      const { sent, pausedUntil } = windowOf(shared, key, now);
      const { remaining, resetMs } = await shared.peek(key, bucket);
      const windowMs = (sent.at(-1) ?? now - WINDOW_MS) + WINDOW_MS - now;
      return {
        requests_per_minute: requestsPerMinute,
        remaining: pausedUntil > now ? 0 : Math.min(remaining, requestsPerMinute - sent.length),
        sent_last_minute: sent.length,
        full_in_s: Math.ceil(Math.max(resetMs, windowMs) / 1000),
        paused_for_s: Math.max(0, Math.ceil((pausedUntil - now) / 1000)),
      };
    },
  };
}

function windowOf(shared: Shared, key: string, now: number): Window {
  const accounts = windows.get(shared) ?? new Map<string, Window>();
  windows.set(shared, accounts);
  const window = accounts.get(key) ?? { sent: [], pausedUntil: 0 };
  // A clock that was set back must not make anybody wait until it has caught up.
  window.sent = window.sent.map((at) => Math.min(at, now));
  window.pausedUntil = Math.min(window.pausedUntil, now + MAX_PAUSE_MS);
  const firstRecent = window.sent.findIndex((at) => at > now - WINDOW_MS);
  window.sent.splice(0, firstRecent === -1 ? window.sent.length : firstRecent);
  // The least used stands first and leaves first; its share of the bucket still counts.
  accounts.delete(key);
  accounts.set(key, window);
  const [leastUsed] = accounts.keys();
  if (accounts.size > MAX_ACCOUNTS && leastUsed !== undefined) accounts.delete(leastUsed);
  return window;
}

function usedUp(requestsPerMinute: number, waitMs: number): FairleadError {
  const retry_after_s = Math.ceil(waitMs / 1000);
  return new FairleadError(
    "rate_limited",
    `The Cloudways account's budget of ${requestsPerMinute} requests a minute is used up. Try again in ${retry_after_s} s.`,
    { details: { retry_after_s, reason: "upstream_budget" } },
  );
}
