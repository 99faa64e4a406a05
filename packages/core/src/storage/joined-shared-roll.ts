import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";

/** Who has taken tokens lately, and who of them keeps the levels in its memory. Each call belongs in a step. */
export interface Roll {
  /** The one whose memory counts; while there is none, the file does. */
  keeper(): { handle: number; isAsked: boolean } | undefined;
  keep(): void;
  /** Asks the keeper to write the levels to the file and to keep them no more. */
  ask(keeper: number): void;
  dismiss(keeper: number): void;
  /** Notes that this process takes tokens. */
  sign(now: number): void;
  strike(handle: number): void;
  /** Whether another process took tokens in the last minute and has not left. */
  hasOthers(now: number): boolean;
}

/** Only says when it is worth keeping levels in memory again; that nothing is counted twice does not hang on it. */
const LATELY_MS = 60_000;

const keeperRow = z.object({ handle: z.number(), asked: z.number() }).optional();

export function createRoll(database: DatabaseSync, me: number): Roll {
  const sql = {
    keeper: database.prepare("select handle, asked from keeper"),
    keep: database.prepare("insert into keeper values (1, ?, 0)"),
    ask: database.prepare("update keeper set asked = 1 where handle = ?"),
    dismiss: database.prepare("delete from keeper where handle = ?"),
    sign: database.prepare("insert or replace into members values (?, ?)"),
    strike: database.prepare("delete from members where handle = ?"),
    forget: database.prepare(`delete from members where abs(? - seen_at) > ${LATELY_MS}`),
    others: database.prepare("select 1 from members where handle <> ? limit 1"),
  };

  return {
    keeper() {
      const row = keeperRow.parse(sql.keeper.get());
      return row && { handle: row.handle, isAsked: row.asked !== 0 };
    },
    keep: () => void sql.keep.run(me),
    ask: (keeper) => void sql.ask.run(keeper),
    dismiss: (keeper) => void sql.dismiss.run(keeper),
    sign: (now) => void sql.sign.run(me, now),
    strike: (handle) => void sql.strike.run(handle),
    hasOthers(now) {
      sql.forget.run(now);
      return sql.others.get(me) !== undefined;
    },
  };
}
