import type { AuditEvent } from "../observe/audit-event.ts";
import type { Store } from "../storage/store.ts";
import type { Prepared } from "./body.ts";
import type { Transact } from "./transactions.ts";

/** A part of a transaction that many share: what it gives, and the event of it if it did something. */
export type Part<T> = (store: Store) => Promise<{ result: T; event?: AuditEvent | undefined }>;

interface Waiting {
  part: Part<unknown>;
  done: (result: unknown, event: AuditEvent | undefined) => void;
  failed: (error: unknown) => void;
}

type Outcome =
  | { of: Waiting; result: unknown; event: AuditEvent | undefined }
  | { of: Waiting; error: unknown };

/** So many parts share a commit at most: none waits long for the others. */
const MAX_PARTS = 64;

/**
 * Commits what arrives while another commit is under way in one transaction of its own: as many commits as the disk
 * takes, whatever the number of callers, and none waits for a timer. A part that throws leaves nothing behind and does
 * the others no harm. Parts may run more than once and must not depend on it.
 */
export function createGroupCommit(
  transact: Transact,
  prepare: (event: AuditEvent) => Prepared,
): <T>(part: Part<T>, onCommit: (event: AuditEvent) => void) => Promise<T> {
  const waiting: Waiting[] = [];
  let isRunning = false;

  async function run(): Promise<void> {
    isRunning = true;
    // Those that were asked for in the same moment go together from the start.
    await Promise.resolve();
    while (waiting.length > 0) await commit(waiting.splice(0, MAX_PARTS));
    isRunning = false;
  }

  async function commit(parts: readonly Waiting[]): Promise<void> {
    try {
      settle(await together(parts, runAll));
    } catch (thrown) {
      if (!(thrown instanceof PartFailed)) {
        for (const { failed } of parts) failed(thrown);
        return;
      }
      if (parts.length === 1) {
        parts[0]?.failed(thrown.cause);
        return;
      }
      // Seldom: then each part gets a savepoint, which would be most of what a write costs otherwise.
      await together(parts, runEach).then(settle, (error: unknown) => {
        for (const { failed } of parts) failed(error);
      });
    }
  }

  function together(
    parts: readonly Waiting[],
    work: (store: Store, parts: readonly Waiting[]) => Promise<Outcome[]>,
  ): Promise<Outcome[]> {
    return transact(async (store) => {
      const outcomes = await work(store, parts);
      const events = outcomes.flatMap((outcome) =>
        "event" in outcome && outcome.event !== undefined ? [prepare(outcome.event)] : [],
      );
      return { result: outcomes, events };
    });
  }

  return (part, onCommit) =>
    new Promise((resolve, reject) => {
      waiting.push({
        part,
        done(result, event) {
          if (event !== undefined) onCommit(event);
          resolve(result as never);
        },
        failed: reject,
      });
      if (!isRunning) void run();
    });
}

class PartFailed extends Error {}

async function runAll(store: Store, parts: readonly Waiting[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const of of parts) {
    try {
      const { result, event } = await of.part(store);
      outcomes.push({ of, result, event });
    } catch (cause) {
      throw new PartFailed("a part failed", { cause });
    }
  }
  return outcomes;
}

async function runEach(store: Store, parts: readonly Waiting[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const of of parts) {
    try {
      const { result, event } = await store.attempt(of.part);
      outcomes.push({ of, result, event });
    } catch (error) {
      outcomes.push({ of, error });
    }
  }
  return outcomes;
}

function settle(outcomes: readonly Outcome[]): void {
  for (const outcome of outcomes) {
    if ("error" in outcome) outcome.of.failed(outcome.error);
    else outcome.of.done(outcome.result, outcome.event);
  }
}
