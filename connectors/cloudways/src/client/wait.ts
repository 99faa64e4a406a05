import { FairleadError } from "@fairlead/core/errors";
import type { Clock } from "@fairlead/core/ports";

/** Resolves after `ms`, or rejects with the signal's reason. */
export function wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(reasonOf(signal));
    const leave = () => {
      cancel();
      reject(reasonOf(signal));
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener("abort", leave);
      resolve();
    });
    signal.addEventListener("abort", leave, { once: true });
  });
}

/** What `shared` gives, unless this one passenger leaves before; the work itself goes on for the others. */
export function join<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(reasonOf(signal));
    const leave = () => reject(reasonOf(signal));
    signal.addEventListener("abort", leave, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

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

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  if (reason instanceof FairleadError) return reason;
  return new FairleadError("cancelled", "The call was cancelled before Cloudways answered.", {
    cause: reason,
  });
}
