import type { AuditRow } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import type { Prepared } from "./body.ts";
import type { Appended, Chains } from "./chains.ts";

/**
 * Runs `work` and appends the events it gives, in one transaction. `onDoubt` hears of the rows when the transaction was
 * to be committed and no answer came: they may be there or not.
 */
export type Transact = <T>(
  work: (tx: Store) => Promise<{ result: T; events: readonly Prepared[] }>,
  onDoubt?: (rows: readonly AuditRow[]) => void,
) => Promise<T>;

export function createTransactions(store: Store, chains: Chains): Transact {
  return async (work, onDoubt) => {
    const attempt: { appended?: Appended } = {};
    try {
      const result = await store.transaction(async (tx) => {
        // A driver may run it again, after an attempt that it rolled back.
        attempt.appended?.release();
        delete attempt.appended;
        const { result, events } = await work(tx);
        attempt.appended = await chains.append(events, tx);
        return result;
      });
      attempt.appended?.commit();
      return result;
    } catch (error) {
      // Nothing comes after the rows but the commit: its outcome is what is not known.
      attempt.appended?.abandon();
      if (attempt.appended !== undefined) onDoubt?.(attempt.appended.rows);
      throw error;
    }
  };
}
