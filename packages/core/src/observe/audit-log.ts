import type { Store } from "../storage/store.ts";
import type { AuditEvent, Recorder } from "./audit-event.ts";

/**
 * The chained log. `record` gathers events and writes them in batches of milliseconds; what a crash can cost is those.
 * `transaction` is for what must not be lost: the event is written in the same transaction as the change.
 */
export interface AuditLog extends Recorder {
  /** Runs `work` and appends the event it returns, all in one transaction, which is what makes an act acknowledged. */
  transaction<T>(work: (store: Store) => Promise<{ result: T; event: AuditEvent }>): Promise<T>;
  /**
   * The same for what many do at the same time: what comes while a commit is under way shares the next one, so that
   * `work` may run more than once, and an error of it leaves nothing of its own behind. Without an event none is written.
   */
  join<T>(
    work: (store: Store) => Promise<{ result: T; event?: AuditEvent | undefined }>,
  ): Promise<T>;
  /** Writes what was gathered. */
  flush(): Promise<void>;
  /** Events that wait to be written, and those of this process that never will be. */
  readonly backlog: { waiting: number; lost: number };
  close(): Promise<void>;
}
