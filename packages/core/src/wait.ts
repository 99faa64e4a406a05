import { FairleadError } from "./errors.ts";
import type { Clock, RandomBytes } from "./ports.ts";

/** Between a half and the whole of it, so that callers and replicas that failed together do not return together. */
export function jittered(ms: number, random: RandomBytes): number {
  return Math.round((ms / 2) * (1 + random(2).readUInt16BE() / 0xffff));
}

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

/** What `work` gives, unless this one passenger leaves before; the work itself goes on for the others. */
export function join<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(reasonOf(signal));
    const leave = () => reject(reasonOf(signal));
    signal.addEventListener("abort", leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

/** Why a signal was aborted, as an error of ours. */
export function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  if (reason instanceof FairleadError) return reason;
  return new FairleadError("cancelled", "The call was cancelled before there was an answer.", {
    cause: reason,
  });
}
