import type { AuditEvent } from "../observe/audit-event.ts";
import type { Clock, Logger } from "../ports.ts";
import type { AuditRow } from "../storage/records.ts";
import { type Prepared, prepare, type Salt } from "./body.ts";
import { createLosses } from "./losses.ts";
import { createStrangers } from "./strangers.ts";

/** Events that go together. */
export interface Batch {
  events: readonly Prepared[];
  /** The rows of an attempt whose outcome is not known: these, and no others, are to be written. */
  rows?: readonly AuditRow[];
}

export interface GatheredParts {
  write(batch: Batch): Promise<void>;
  salt: Salt;
  clock: Clock;
  logger: Logger;
  /** Events that may wait; beyond that they are counted, and the count is written down once it can be. */
  maxWaiting: number;
}

export interface Gathered {
  add(event: AuditEvent): void;
  /** Writes what waits. Throws when it cannot be written; it is tried again later. */
  flush(): Promise<void>;
  /** Events that wait, and those that were lost since the start. */
  readonly backlog: { waiting: number; lost: number };
  /** Writes what waits, tries no more, and says how many events were left. */
  close(): Promise<number>;
}

const BATCH_MS = 5;
const BATCH_EVENTS = 256;
const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 5_000;
/** How long refusals without a tenant are counted before the count is written down. */
const LEFT_OUT_MS = 60_000;

/**
 * Gathers events for some milliseconds and writes them together, one batch at a time and in their order. `add` is on
 * the path of every call: it does nothing but remember.
 */
export function createGathered({
  write,
  salt,
  clock,
  logger,
  maxWaiting,
}: GatheredParts): Gathered {
  const lost = createLosses("audit.lost");
  const strangers = createStrangers(clock);
  // Apart, so that those nobody knows cannot crowd out what a tenant has to hear of its own credentials.
  const refused = createStrangers(clock);
  const waiting: AuditEvent[] = [];
  let added = 0;
  let lostEver = 0;
  let written = 0;
  let batch: (Batch & { taken: number }) | undefined;
  let running: Promise<void> | undefined;
  let stopTimer: (() => void) | undefined;
  let stopCounting: (() => void) | undefined;
  let failures = 0;
  let closed = false;

  function later(ms: number): void {
    if (closed) return;
    stopTimer ??= clock.after(ms, () => {
      stopTimer = undefined;
      run().catch(() => {});
    });
  }

  function leaveOut(): void {
    if (closed) return;
    stopCounting ??= clock.after(LEFT_OUT_MS, () => {
      stopCounting = undefined;
      run().catch(() => {});
    });
  }

  function nextBatch(): typeof batch {
    const now = clock.now();
    const taken = waiting.splice(0, BATCH_EVENTS);
    const events = taken.map((event) => prepare(event, salt));
    // What was lost came after what waits.
    if (waiting.length === 0) {
      if (lost.count > 0) logger.error({ events: lost.count }, "audit events were lost meanwhile");
      const ageMs = closed ? 0 : LEFT_OUT_MS;
      events.push(...lost.take(now), ...strangers.take(now, ageMs), ...refused.take(now, ageMs));
    }
    return events.length === 0 ? undefined : { events, taken: taken.length };
  }

  /** Writes what waits now. What comes meanwhile is gathered again, so that batches stay worth their while. */
  async function drain(): Promise<void> {
    for (let left = waiting.length + 1; left > 0; left -= BATCH_EVENTS) {
      batch ??= nextBatch();
      if (batch === undefined) return;
      await write(batch);
      written += batch.taken;
      batch = undefined;
      if (failures > 0) logger.info({}, "audit events can be written again");
      failures = 0;
    }
  }

  function run(): Promise<void> {
    running ??= drain()
      .catch((error: unknown) => {
        if (failures === 0)
          logger.error({ err: error }, "audit events cannot be written; they wait");
        failures += 1;
        throw error;
      })
      .finally(() => {
        running = undefined;
        if (failures > 0) later(Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), MAX_RETRY_MS));
        else if (waiting.length > 0) later(BATCH_MS);
      });
    return running;
  }

  async function flush(): Promise<void> {
    const goal = added;
    while (written < goal) await run();
  }

  return {
    add(event) {
      if (event.tenant_id === undefined) {
        if (!strangers.admit(event)) return leaveOut();
      } else if (event.action === "admission" && event.outcome !== "ok" && !refused.admit(event)) {
        return leaveOut();
      }
      if (waiting.length >= maxWaiting) {
        lost.add(event.tenant_id, event.at);
        lostEver += 1;
      } else {
        waiting.push(event);
        added += 1;
      }
      if (stopTimer === undefined && running === undefined) later(BATCH_MS);
    },
    flush,
    get backlog() {
      return { waiting: waiting.length + (batch?.taken ?? 0), lost: lostEver };
    },
    async close() {
      closed = true;
      stopTimer?.();
      stopCounting?.();
      try {
        await flush();
        await run();
      } catch {} // logged where it happened
      return waiting.length + (batch?.events.length ?? 0) + lost.count;
    },
  };
}
