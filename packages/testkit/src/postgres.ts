import process from "node:process";
import { Secret } from "@fairlead/core/secret";
import { type PostgresOptions, usePostgres } from "fairlead/storage/postgres";
import { sql } from "kysely";

/** A PostgreSQL that tests may use: every test file makes a schema of its own in it. */
export const POSTGRES_URL =
  process.env.FAIRLEAD_TEST_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/test";

const HERE: PostgresOptions = { url: new Secret(POSTGRES_URL), poolSize: 1 };

/** Resolves when it answers; for `requireService`. */
export async function probePostgres(): Promise<void> {
  await usePostgres(HERE, (db) => sql`select 1`.execute(db));
}

export interface TestSchema {
  /** To open a store on it. */
  options: PostgresOptions;
  /** Deletes every record and leaves the tables. */
  empty(): Promise<void>;
  drop(): Promise<void>;
}

/** A schema without tables. Its name is the test file's own, so that files may run at once. */
export async function createSchema(name: string): Promise<TestSchema> {
  const schema = `test_${name}`;
  const drop = async () => {
    await usePostgres(HERE, (db) =>
      sql`drop schema if exists ${sql.id(schema)} cascade`.execute(db),
    );
  };
  await drop();
  await usePostgres(HERE, (db) => sql`create schema ${sql.id(schema)}`.execute(db));
  return {
    options: { ...HERE, schema, poolSize: 5 },
    empty: () => usePostgres({ ...HERE, schema }, (db) => emptyTables(db, schema)),
    drop,
  };
}

type Db = Parameters<Parameters<typeof usePostgres>[1]>[0];

async function emptyTables(db: Db, schema: string): Promise<void> {
  const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables
    where schemaname = ${schema} and tablename not in ('migrations', 'counters')`.execute(db);
  if (rows.length === 0) return;
  // Quicker than `truncate` where there are a few rows.
  const deletes = rows.map(({ name }) => `delete from "${name}"`);
  await sql.raw([...deletes, "update counters set value = 0"].join(";")).execute(db);
}
