import type { Clock } from "./auth.ts";
import { Refusal } from "./refusal.ts";

export type RetryAfter = "seconds" | "text" | "absent";

const windowMs = 60_000;

/** Counts the account's accepted calls in the last minute; the next one over the budget is refused. */
export function createBudget(clock: Clock, perMinute: number, retryAfter: RetryAfter) {
  const taken: number[] = [];

  return {
    take(): void {
      if (perMinute === Number.POSITIVE_INFINITY) return;
      const now = clock.now();
      while (taken[0] !== undefined && taken[0] <= now - windowMs) taken.shift();
      if (taken.length < perMinute) {
        taken.push(now);
        return;
      }
      const waitSeconds = Math.ceil(((taken[0] ?? now) + windowMs - now) / 1000);
      throw new Refusal(429, { message: "Too many requests" }, toHeaders(waitSeconds, retryAfter));
    },
  };
}

function toHeaders(waitSeconds: number, retryAfter: RetryAfter): Record<string, string> {
  if (retryAfter === "absent") return {};
  return { "retry-after": retryAfter === "text" ? "in a moment" : `${waitSeconds}` };
}
