import type { Clock, Logger } from "../ports.ts";
import type { Change } from "./records.ts";
import type { Shared } from "./shared.ts";
import type { Store } from "./store.ts";

/** Tells this process what others changed, so that nothing is remembered longer than it is true. */
export interface ChangeFeed {
  /**
   * `onGap`: changes may have been missed; forget everything. What was being read from the Store when either is called
   * may be what was true before, and is not to be remembered.
   */
  on(listener: (change: Change) => void, onGap: () => void): () => void;
  /** Looks now, and has the other replicas look. To be called after each commit that appended a change. */
  nudge(): Promise<void>;
  /** Milliseconds since the changes were last read to their end. */
  readonly ageMs: number;
  close(): void;
}

interface Listener {
  changed: (change: Change) => void;
  gap: () => void;
}

/** A revoked key is refused everywhere within a second, also while nothing can be published. */
const POLL_MS = 400;
const BATCH = 500;
/** Others may go on changing what this process cannot read; past this, it trusts nothing that it remembers. */
const STALE_MS = 10_000;
const CHANNEL = "changes of records";

/**
 * Reads the Store's numbered changes twice a second: the records themselves are the truth, and a message on `Shared`
 * only makes it quicker.
 */
export async function createChangeFeed(
  store: Store,
  shared: Shared,
  clock: Clock,
  logger: Logger,
): Promise<ChangeFeed> {
  const listeners = new Set<Listener>();
  let seen = await store.changes.last();
  let readAt = clock.now();
  let reading: Promise<void> | undefined;
  let again = false;
  let isHeard = false;
  let closed = false;
  let stopTimer = () => {};
  let stopWatch = () => {};
  let subscription: Promise<(() => void) | undefined> | undefined;

  /** One listener's fault is not the others'. */
  function tell(what: (listener: Listener) => void): void {
    for (const listener of [...listeners]) {
      try {
        what(listener);
      } catch (error) {
        logger.error({ err: error }, "what changed could not be taken in");
      }
    }
  }

  function forget(): void {
    if (!closed) tell(({ gap }) => gap());
  }

  async function catchUp(): Promise<void> {
    const last = await store.changes.last();
    // The records are those of an earlier time: restored, or of a database that took over before it had them all.
    if (last < seen) forget();
    if (last <= seen) seen = last;
    while (seen < last && !closed) {
      const changes = await store.changes.since(seen, BATCH);
      if (changes.length === 0) break;
      for (const change of changes) {
        // Old numbers are swept: who slept longer than they are kept cannot know what it missed.
        if (change.seq !== seen + 1) forget();
        seen = change.seq;
        if (!closed) tell(({ changed }) => changed(change));
      }
    }
  }

  async function read(): Promise<void> {
    try {
      while (again && !closed) {
        again = false;
        const startedAt = clock.now();
        await catchUp();
        readAt = startedAt;
        if (!again) isHeard = false;
      }
    } catch (error) {
      logger.debug({ err: error }, "changes could not be read");
      if (isHeard || clock.now() - readAt > STALE_MS) forget();
    } finally {
      // Before anybody else runs: whoever looks from here on needs a reading of its own.
      reading = undefined;
    }
  }

  function look(): Promise<void> {
    again = true;
    reading ??= read();
    return reading;
  }

  function onMessage(): void {
    isHeard = true;
    void look();
  }

  /** Until it works: `Shared` may be away when this process starts. */
  function listen(): void {
    subscription ??= shared.subscribe(CHANNEL, onMessage, onMessage).catch(() => {
      subscription = undefined;
      return undefined;
    });
  }

  function poll(): void {
    stopTimer = clock.after(POLL_MS, () => {
      if (closed) return;
      listen();
      void look();
      poll();
    });
  }

  /** By a timer of its own: a reading that hangs ends too late to say that what is remembered is too old. */
  function watch(ms: number): void {
    stopWatch = clock.after(ms, () => {
      // An answer that is there already, and only not read yet, is none that hangs.
      setImmediate(() => {
        if (closed) return;
        const leftMs = readAt + STALE_MS - clock.now();
        if (leftMs <= 0) forget();
        watch(leftMs > 0 ? Math.min(leftMs, STALE_MS) : POLL_MS);
      });
    });
  }

  listen();
  await subscription;
  poll();
  watch(STALE_MS);
  return {
    on(changed, gap) {
      const listener = { changed, gap };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async nudge() {
      await look();
      await shared.publish(CHANNEL, "").catch(() => {});
    },
    get ageMs() {
      return clock.now() - readAt;
    },
    close() {
      closed = true;
      stopTimer();
      stopWatch();
      void subscription?.then((stop) => stop?.());
    },
  };
}
