import { type Clock, type Logger, SILENT } from "../ports.ts";
import { createSharedOn, openSharedFile } from "./file-shared.ts";
import { createHandover } from "./joined-shared-handover.ts";
import { createKeptLevels } from "./joined-shared-levels.ts";
import { createSharedLock } from "./joined-shared-lock.ts";
import { createRoll } from "./joined-shared-roll.ts";
import { type Bucket, type Shared, sharedStateAway, type Take } from "./shared.ts";

export interface JoinedSharedParts {
  path: string;
  clock: Clock;
  logger?: Logger;
}

/** How soon a keeper hears that another process wants the levels. */
const POLL_MS = 100;
/** A keeper that has not looked for so long looks before it takes. Far below what gets one dismissed. */
const UNLOOKED_MS = 1_000;
const BEAT_MS = 1_000;
/** Who has taken nothing for so many beats writes its levels, and lets its timers rest. */
const IDLE_BEATS = 5;
const MAX_KEPT = 50_000;
/** So many are written in a few milliseconds. */
const BATCH = 2_000;

/**
 * What several processes of one machine agree on that open the same file. While only one of them takes tokens, it is the
 * keeper: it has the levels of the buckets in memory, since callers' limits are asked with every call. When a second one
 * takes, it asks the keeper to hand over and waits; from then on both take from the file, until one is alone for a
 * minute. Which of the two counts is a row in the file, read in the same step as a level: at no moment do both.
 *
 * Everything else is in the file at all times, windows above all, since an upstream locks the accounts that overrun
 * them. A keeper writes its levels every second: being killed costs it the tokens taken since, closing costs none.
 */
export function createJoinedShared({ path, clock, logger = SILENT }: JoinedSharedParts): Shared {
  const open = openSharedFile(path, clock);
  const { database, steps, handle } = open;
  const file = createSharedOn(open, clock);
  const lock = createSharedLock(`${path}-keeper`);
  const roll = createRoll(database, handle);
  const kept = createKeptLevels(open.levels);
  const handover = createHandover({ steps, roll, clock, logger, handle });
  let isKeeper = false;
  let lookedAt = 0;
  let isSigned = false;
  let isUsed = false;
  let idleBeats = 0;
  let stopPolling = () => {};
  let stopBeating: (() => void) | undefined;
  let isClosed = false;

  /** Becomes the keeper when nobody else takes tokens. */
  function tryKeep(): void {
    if (!lock.tryHold()) return;
    try {
      isKeeper = steps.step((now) => {
        const former = roll.keeper();
        if (former !== undefined) {
          // It does not hold the lock any more, so it is dead, or is this process, whose step failed half way.
          roll.dismiss(former.handle);
          roll.strike(former.handle);
        }
        if (roll.hasOthers(now)) return false;
        roll.sign(now);
        roll.keep();
        lookedAt = now;
        return true;
      });
    } finally {
      if (isKeeper) pollLater();
      else lock.release();
    }
  }

  function leaveKeeping(): void {
    isKeeper = false;
    kept.clear();
    stopPolling();
    lock.release();
  }

  /** Writes levels, unless somebody dismissed this process: then what is in the file counts. */
  function write(most: number, also: (now: number) => void): void {
    const written = steps.step((now) => {
      if (roll.keeper()?.handle !== handle) return undefined;
      const keys = kept.write(most);
      also(now);
      return keys;
    });
    if (written === undefined) lose();
    else kept.settle(written);
  }

  function lose(): void {
    logger.warn(
      {},
      "this process did not answer for so long that another one went on without it; tokens it had taken just before that count no more",
    );
    leaveKeeping();
  }

  function handOver(): void {
    write(Number.POSITIVE_INFINITY, () => roll.dismiss(handle));
    if (isKeeper) leaveKeeping();
  }

  /** Whether what is in memory counts. */
  function mayKeep(now: number): boolean {
    const isFresh = now >= lookedAt && now - lookedAt <= UNLOOKED_MS;
    if (isKeeper && !isFresh) look();
    return isKeeper;
  }

  function look(): void {
    const keeper = reading(roll.keeper);
    lookedAt = clock.now();
    if (keeper?.handle !== handle) lose();
    else if (keeper.isAsked) handOver();
  }

  /** Reading waits for nobody, so it is also done while steps are not. */
  function reading<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw sharedStateAway(error);
    }
  }

  function pollLater(): void {
    stopPolling = clock.after(POLL_MS, () => {
      attempt(look);
      if (isKeeper) pollLater();
    });
  }

  /** What does not work now is tried again, and until then nobody takes what they may not. */
  function attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      logger.debug({ err: error }, "the state that processes share could not be written");
    }
  }

  function beat(): void {
    idleBeats = isUsed ? 0 : idleBeats + 1;
    isUsed = false;
    attempt(() => {
      if (isKeeper && idleBeats >= IDLE_BEATS) handOver();
      else if (isKeeper) write(BATCH, roll.sign);
      else if (idleBeats < IDLE_BEATS) joinAgain();
    });
    if (isKeeper || idleBeats < IDLE_BEATS) beatLater();
    else stopBeating = undefined;
  }

  function joinAgain(): void {
    if (idleBeats === 0) steps.step(roll.sign);
    tryKeep();
  }

  function beatLater(): void {
    stopBeating = clock.after(BEAT_MS, beat);
  }

  function wake(): void {
    isUsed = true;
    if (stopBeating !== undefined || isClosed) return;
    idleBeats = 0;
    isSigned = false;
    beatLater();
    attempt(tryKeep);
  }

  /** Undefined when this process finds that it was dismissed. */
  function takeKept(key: string, bucket: Bucket, cost: number, now: number): Take | undefined {
    if (kept.size >= MAX_KEPT) {
      write(BATCH, () => {});
      kept.dropWritten();
    }
    if (!isKeeper) return undefined;
    return reading(() => kept.take(key, bucket, cost, now));
  }

  async function take(key: string, bucket: Bucket, cost: number): Promise<Take> {
    wake();
    for (;;) {
      const now = clock.now();
      const taken =
        (mayKeep(now) ? takeKept(key, bucket, cost, now) : undefined) ??
        steps.step((at) => takeFromFile(key, bucket, cost, at));
      if (taken !== undefined) return taken;
      await handover.wait();
    }
  }

  /** Undefined while another process keeps the levels. */
  function takeFromFile(key: string, bucket: Bucket, cost: number, now: number): Take | undefined {
    const keeper = roll.keeper();
    if (keeper !== undefined && keeper.handle !== handle) return undefined;
    if (!isSigned) roll.sign(now);
    isSigned = true;
    return open.levels.take(key, bucket, cost, now);
  }

  function leave(): void {
    if (isKeeper) handOver();
    steps.step(() => roll.strike(handle));
  }

  return {
    ...file,
    get listening() {
      return file.listening;
    },
    get isAlone() {
      return isKeeper;
    },
    take,
    peek: (key, bucket) => take(key, bucket, 0),
    async close() {
      if (isClosed) return;
      isClosed = true;
      stopBeating?.();
      stopPolling();
      handover.close();
      attempt(leave);
      isKeeper = false;
      lock.close();
      await file.close();
    },
  };
}
