import { FairleadError } from "@fairlead/core/errors";
import type { Clock, RandomBytes } from "@fairlead/core/ports";
import { jittered, wait } from "@fairlead/core/wait";
import pRetry from "p-retry";

const REPETITIONS = 2;
const FIRST_BACKOFF_MS = 300;
/** Whoever is told to wait longer learns so at once and decides for himself. */
const MAX_RETRY_AFTER_MS = 5_000;

interface Ground {
  clock: Clock;
  random: RandomBytes;
}

/**
 * Repeats what may be repeated: a refusal for going too fast always, since nothing was done; a failure of the upstream
 * or the network only for reads. The waits go by the injected clock, so p-retry itself never waits.
 */
export function repeat<T>(
  { clock, random }: Ground,
  access: "read" | "write",
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  return pRetry(attempt, {
    retries: REPETITIONS,
    minTimeout: 0,
    signal,
    async shouldRetry({ error, retriesConsumed }) {
      const waitMs = waitBefore(error, access, retriesConsumed);
      if (waitMs === undefined) return false;
      await wait(clock, waitMs.exact + jittered(waitMs.spread, random), signal);
      return true;
    },
  });
}

function waitBefore(
  error: Error,
  access: "read" | "write",
  repetitions: number,
): { exact: number; spread: number } | undefined {
  if (!(error instanceof FairleadError)) return undefined;
  const backoffMs = FIRST_BACKOFF_MS * 2 ** repetitions;
  if (error.code === "rate_limited" && error.details?.reason === "upstream_limit") {
    const retryAfterMs = Number(error.details.retry_after_s) * 1000;
    if (retryAfterMs > MAX_RETRY_AFTER_MS) return undefined;
    return { exact: retryAfterMs, spread: backoffMs };
  }
  const isPassing = error.code === "upstream_unavailable" || error.code === "timeout";
  return access === "read" && isPassing && error.retryable
    ? { exact: 0, spread: backoffMs }
    : undefined;
}
