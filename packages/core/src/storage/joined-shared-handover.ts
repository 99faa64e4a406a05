import type { Clock, Logger } from "../ports.ts";
import type { FileSteps } from "./file-shared-steps.ts";
import type { Roll } from "./joined-shared-roll.ts";
import { sharedStateAway } from "./shared.ts";

const TURN_MS = 20;
/** A keeper answers within a tenth of a second, unless it is busy. */
const PATIENT_TURNS = 100;
/** Turns, not the time of day: neither a clock that is set nor a machine that slept must cut a keeper's time short. */
const DISMISSED_AFTER_TURNS = 500;
const STAY_ALIVE_MS = 60_000;

interface Waiter {
  resolve: () => void;
  reject: (error: Error) => void;
}

export interface Handover {
  /**
   * Resolves when the keeper has written the levels to the file, or counts no more. Throws `upstream_unavailable`, reason
   * `shared_state`, when it has not answered for two seconds, and from then on at once.
   */
  wait(): Promise<void>;
  close(): void;
}

export interface HandoverParts {
  steps: FileSteps;
  roll: Roll;
  clock: Clock;
  logger: Logger;
  /** This process's own handle. */
  handle: number;
}

/**
 * Gets the levels out of another process's memory. One that lives and does not answer for ten seconds, as it is
 * stopped, is dismissed: it finds that out before it next takes from its memory, and what it took after it last wrote
 * is forgotten, as if it had been killed.
 */
export function createHandover(parts: HandoverParts): Handover {
  const { steps, roll, clock, logger, handle: me } = parts;
  const waiters = new Set<Waiter>();
  let turns = 0;
  /** Turns in which the keeper was seen to live and to go on keeping. */
  let unanswered = 0;
  let asked: number | undefined;
  let stopTimer: (() => void) | undefined;
  let stayAlive: NodeJS.Timeout | undefined;
  let isClosed = false;

  /** True when the file is what counts. */
  function look(): boolean {
    return steps.step((now) => {
      const keeper = roll.keeper();
      if (keeper === undefined || keeper.handle === me) return true;
      if (keeper.handle !== asked) unanswered = 0;
      asked = keeper.handle;
      if (unanswered >= DISMISSED_AFTER_TURNS) {
        logger.warn({}, "another process on the same state does not answer; it is left out");
        roll.dismiss(keeper.handle);
        roll.strike(keeper.handle);
        return true;
      }
      if (keeper.isAsked) unanswered += 1;
      else roll.ask(keeper.handle);
      roll.sign(now);
      return false;
    });
  }

  function tell(what: (waiter: Waiter) => void): void {
    const told = [...waiters];
    waiters.clear();
    clearInterval(stayAlive);
    told.forEach(what);
  }

  function turn(): void {
    stopTimer = undefined;
    if (isClosed) return;
    if (isDone()) {
      asked = undefined;
      tell(({ resolve }) => resolve());
      return;
    }
    turns += 1;
    if (turns >= PATIENT_TURNS) tell(({ reject }) => reject(sharedStateAway()));
    stopTimer = clock.after(TURN_MS, turn);
  }

  function isDone(): boolean {
    try {
      return look();
    } catch {
      return false; // the file is busy or away; it is looked at again
    }
  }

  return {
    wait: () =>
      new Promise((resolve, reject) => {
        if (isClosed || (stopTimer !== undefined && turns >= PATIENT_TURNS)) {
          return reject(sharedStateAway());
        }
        // The clock's timers do not keep a process alive, and a command that waits here may have nothing else that does.
        if (waiters.size === 0) stayAlive = setInterval(() => {}, STAY_ALIVE_MS);
        waiters.add({ resolve, reject });
        if (stopTimer !== undefined) return;
        turns = 0;
        turn();
      }),
    close() {
      isClosed = true;
      stopTimer?.();
      tell(({ reject }) => reject(sharedStateAway()));
    },
  };
}
