import { CompiledQuery, type RawBuilder, sql } from "kysely";
import type { Db, Tables } from "./tables.ts";

/** Texts by what they are of, for each database that is open. As many as there are callers: names come from code. */
const texts = new WeakMap<object, Map<string, string>>();

/**
 * Inserts a row, unless it is taken and `tail` says so; resolves with how many were inserted. For what runs with every
 * write: compiling a statement of twenty columns anew each time costs more than the database does.
 */
export function insertRow(
  db: Db,
  table: keyof Tables,
  row: object,
  tail: "" | "on conflict do nothing" = "",
): Promise<bigint> {
  const columns = Object.keys(row);
  return run(db, `insert ${table} ${columns} ${tail}`, Object.values(row), () => {
    const names = sql.join(columns.map((column) => sql.ref(column)));
    return sql`insert into ${sql.table(table)} (${names}) values (${sql.join(columns)}) ${sql.raw(tail)}`;
  });
}

/**
 * Inserts rows that are not there yet, given as their values one after the other; resolves with how many were inserted.
 * For what runs with every call. Each number of rows is a statement of its own, so there should be few of them.
 */
export function insertMissing(
  db: Db,
  table: keyof Tables,
  columns: readonly string[],
  values: readonly unknown[],
): Promise<bigint> {
  const count = values.length / columns.length;
  return run(db, `insert ${count} ${table} ${columns}`, values, () => {
    const names = sql.join(columns.map((column) => sql.ref(column)));
    const rows = Array.from({ length: count }, () => sql`(${sql.join(columns)})`);
    return sql`insert into ${sql.table(table)} (${names}) values ${sql.join(rows)} on conflict do nothing`;
  });
}

/** Changes the rows that have exactly these values; resolves with how many were changed. For the same. */
export function updateRows(
  db: Db,
  table: keyof Tables,
  changes: object,
  where: Readonly<Record<string, string | number>>,
): Promise<bigint> {
  const [columns, keys] = [Object.keys(changes), Object.keys(where)];
  const values = [...Object.values(changes), ...Object.values(where)];
  return run(db, `update ${table} ${columns} ${keys}`, values, () => {
    const set = sql.join(columns.map((column) => sql`${sql.ref(column)} = ${column}`));
    const conditions = keys.map((key) => sql`${sql.ref(key)} = ${key}`);
    return sql`update ${sql.table(table)} set ${set} where ${sql.join(conditions, sql` and `)}`;
  });
}

async function run(
  db: Db,
  what: string,
  values: readonly unknown[],
  build: () => RawBuilder<unknown>,
): Promise<bigint> {
  const text = textOf(db, what, build);
  const { numAffectedRows = 0n } = await db.executeQuery(CompiledQuery.raw(text, [...values]));
  return numAffectedRows;
}

function textOf(db: Db, what: string, build: () => RawBuilder<unknown>): string {
  // A transaction has the adapter of its database.
  const { adapter } = db.getExecutor();
  const known = texts.get(adapter) ?? new Map<string, string>();
  texts.set(adapter, known);
  const text = known.get(what) ?? build().compile(db).sql;
  known.set(what, text);
  return text;
}
