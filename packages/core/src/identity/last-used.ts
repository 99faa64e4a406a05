import type { Clock, Logger } from "../ports.ts";
import type { Store } from "../storage/store.ts";

/** Notes when keys were used, in batches; what is noted is approximate and may be lost. */
export interface LastUsed {
  note(key_id: string): void;
  close(): Promise<void>;
}

const NOTED_EVERY_MS = 60_000;
const FLUSH_MS = 10_000;
/** More keys than these in one batch go unnoted. */
const MOST = 10_000;

export function createLastUsed(store: Pick<Store, "keys">, clock: Clock, logger: Logger): LastUsed {
  let uses = new Map<string, number>();
  let stopTimer: (() => void) | undefined;

  async function flush(): Promise<void> {
    stopTimer?.();
    stopTimer = undefined;
    const batch = [...uses].map(([id, at]) => ({ id, at }));
    uses = new Map();
    if (batch.length === 0) return;
    await store.keys.touch(batch).catch((error: unknown) => {
      logger.debug({ err: error, keys: batch.length }, "the last use of keys could not be noted");
    });
  }

  return {
    note(key_id) {
      if (uses.size >= MOST) return;
      uses.set(key_id, clock.now());
      stopTimer ??= clock.after(FLUSH_MS, () => void flush());
    },
    close: flush,
  };
}

/** Calls `note` at most once a minute. */
export function oncePerMinute(clock: Clock, note: () => void): () => void {
  let notedAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = clock.now();
    if (now - notedAt < NOTED_EVERY_MS && now >= notedAt) return;
    notedAt = now;
    note();
  };
}
