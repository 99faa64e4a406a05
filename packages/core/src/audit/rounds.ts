import type { Clock, Logger } from "../ports.ts";
import type { Shared } from "../storage/shared.ts";

export interface Round {
  /** Names it in shared state. */
  name: string;
  everyMs: number;
  /** One process does it, and no other for so long. */
  onceInMs: number;
  work: () => Promise<unknown>;
}

/**
 * Does something again and again, on one of all replicas at a time. That only saves work: what is done must come to no
 * harm when two do it at once, as they do while shared state is away.
 */
export function startRound(
  { name, everyMs, onceInMs, work }: Round,
  { shared, clock, logger }: { shared: Shared; clock: Clock; logger: Logger },
): () => Promise<void> {
  let closed = false;
  let running: Promise<void> | undefined;
  let stopTimer = () => {};

  async function go(): Promise<void> {
    const isMine = await shared.setIfAbsent(name, "", onceInMs).catch(() => true);
    if (!isMine || closed) return;
    try {
      await work();
    } catch (error) {
      logger.error({ err: error }, `${name} failed`);
      await shared.delete(name).catch(() => {});
    }
  }

  function next(): void {
    stopTimer = clock.after(everyMs, () => {
      running = go().finally(() => {
        running = undefined;
        if (!closed) next();
      });
    });
  }

  next();
  return async () => {
    closed = true;
    stopTimer();
    await running;
  };
}
