import { sql } from "kysely";
import type { Page, PageRequest } from "../records.ts";
import { limitOf, parseCursor, toPage } from "./page.ts";
import type { Db, Tables } from "./tables.ts";

type SealingTable = "plans" | "journal" | "operations" | "undos";

/**
 * A page of a tenant's rows, in the order of ids, of which those are handed out that a data key sealed one of `fields`
 * of. A data key belongs to one tenant, and its id stands in what it sealed. Keys rotate seldom, so an index by them
 * would cost every write more than reading a tenant's rows costs a rotation.
 */
export async function pageSealedWith<T extends SealingTable, K extends keyof Tables[T] & string>(
  db: Db,
  { table, fields }: { table: T; fields: readonly K[] },
  data_key_id: string,
  page: PageRequest,
): Promise<Page<Tables[T]>> {
  const after = parseCursor(page.cursor, ["string"]);
  const { rows } = await sql<Tables[T]>`select * from ${sql.table(table)}
    where tenant_id = (select tenant_id from data_keys where id = ${data_key_id})
    and id > ${after?.[0] ?? ""} order by id limit ${limitOf(page) + 1}`.execute(db);
  const { items, next_cursor } = toPage(rows, page, ({ id }) => [id]);
  const isSealedWith = (row: Tables[T]) =>
    fields.some((field) => String(row[field]).includes(data_key_id));
  return { items: items.filter(isSealedWith).map((row) => ({ ...row })), next_cursor };
}
