import { FairleadError } from "@fairlead/core/errors";
import type { Clock } from "@fairlead/core/ports";
import { reasonOf } from "@fairlead/core/wait";

/** Runs `work` with a signal that also aborts after `ms`, with a `timeout` that says what got no answer. */
export async function withinDeadline<T>(
  clock: Clock,
  ms: number,
  outer: AbortSignal,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const cancel = clock.after(ms, () => {
    const seconds = ms / 1000;
    deadline.abort(
      new FairleadError("timeout", `Cloudways did not answer ${what} in ${seconds} s.`),
    );
  });
  const signal = AbortSignal.any([outer, deadline.signal]);
  try {
    return await work(signal);
  } catch (error) {
    throw signal.aborted ? reasonOf(signal) : error;
  } finally {
    cancel();
  }
}
