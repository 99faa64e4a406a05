import { testQueryPlans } from "@fairlead/testkit/contracts/test-query-plans";
import { CompiledQuery, Kysely } from "kysely";
import { SYSTEM_CLOCK } from "../../ports.ts";
import { openSqlite } from "../sqlite.ts";
import { migrate } from "./migrations/migrate.ts";
import { createSqliteDialect } from "./sqlite-dialect.ts";
import { createSqlStore } from "./store.ts";
import type { Tables } from "./tables.ts";

testQueryPlans(async (onQuery) => {
  const { db, database } = openSqlite(":memory:");
  await migrate(db, "sqlite", SYSTEM_CLOCK);
  const tables = new Set(
    database
      .prepare("select name from sqlite_master where type = 'table'")
      .all()
      .map(({ name }) => String(name)),
  );
  const heard = new Kysely<Tables>({
    dialect: createSqliteDialect(database, 1_000),
    log: onQuery,
  });
  const close = async () => database.close();
  return {
    store: createSqlStore({ db: heard, clock: SYSTEM_CLOCK, bytes: async () => 0, close }),
    async explain({ sql, parameters }) {
      const query = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]);
      const { rows } = await db.executeQuery<{ detail: string }>(query);
      const details = rows.map(({ detail }) => detail);
      return {
        scanned: details.flatMap((detail) => {
          // "SCAN x USING INDEX" in order, for a page of it, stops when the page is full.
          const [, name = "", index] =
            /^SCAN (\w+)( USING (?:COVERING )?INDEX)?/.exec(detail) ?? [];
          return index === undefined && tables.has(realName(sql, name)) ? [name] : [];
        }),
        // A whole number that is the primary key goes by another name.
        conditions: details
          .filter((detail) => detail.startsWith("SEARCH"))
          .join("; ")
          .replaceAll("rowid", "seq"),
        sorts: details.some((detail) => detail.includes("TEMP B-TREE FOR ORDER BY")),
      };
    },
  };
});

/** Plans speak of aliases. */
function realName(sql: string, name: string): string {
  return new RegExp(`(\\w+) (?:as )?${name}\\b`).exec(sql.replaceAll('"', ""))?.[1] === "audit"
    ? "audit"
    : name;
}
