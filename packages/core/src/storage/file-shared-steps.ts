import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../ports.ts";
import { sharedStateAway } from "./shared.ts";

/** After a step that had to wait in vain: waiting holds up the whole process, so it is not done for every call. */
const AWAY_MS = 1_000;

/** What runs on the file; both throw `upstream_unavailable`, reason `shared_state`, while it cannot be reached. */
export interface FileSteps {
  reach<T>(work: (now: number) => T): T;
  /** Nobody else sees the half of it, and nothing of it stays when `work` throws. */
  step<T>(work: (now: number) => T): T;
}

export function createFileSteps(database: DatabaseSync, clock: Clock): FileSteps {
  const begin = database.prepare("begin immediate");
  const commit = database.prepare("commit");
  const rollback = database.prepare("rollback");
  let awayUntil = 0;

  function reach<T>(work: (now: number) => T): T {
    const now = clock.now();
    awayUntil = Math.min(awayUntil, now + AWAY_MS);
    if (now < awayUntil) throw sharedStateAway();
    try {
      return work(now);
    } catch (error) {
      if (database.isOpen && database.isTransaction) rollback.run();
      awayUntil = now + AWAY_MS;
      throw sharedStateAway(error);
    }
  }

  return {
    reach,
    step: (work) =>
      reach(() => {
        begin.run();
        // Read once it is this one's turn: a time from before the wait would lie behind what others wrote meanwhile.
        const result = work(clock.now());
        commit.run();
        return result;
      }),
  };
}
