import { randomBytes } from "node:crypto";
import { Secret } from "@fairlead/core/secret";
import type { StateConfig } from "fairlead/config/state";
import { usePostgres } from "fairlead/storage/postgres";
import { sql } from "kysely";

const DATABASE = process.env.BENCH_DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/test";
const REDIS = process.env.BENCH_REDIS_URL ?? "redis://127.0.0.1:6379";

/** State in a directory, as with nothing installed. */
export function embeddedState(directory: string): StateConfig {
  return {
    ...{ databaseUrl: undefined, redisUrl: undefined, directory, synchronous: "normal" },
    ...{ poolSize: 5, encryptionKey: undefined, previousKeys: [], keyCommand: undefined },
  };
}

/** State in PostgreSQL, in a schema of this run's own, and in Redis. Throws where they cannot be reached. */
export async function servicesState(): Promise<StateConfig & { databaseUrl: Secret }> {
  const schema = `bench_${randomBytes(6).toString("hex")}`;
  const url = new Secret(DATABASE);
  await usePostgres({ url, poolSize: 1 }, (db) => sql`create schema ${sql.id(schema)}`.execute(db));
  const own = new URL(DATABASE);
  own.searchParams.set("options", `-c search_path=${schema}`);
  return {
    ...{ directory: undefined, synchronous: "normal", poolSize: 5 },
    ...{ previousKeys: [], keyCommand: undefined },
    databaseUrl: new Secret(own.href),
    redisUrl: new Secret(REDIS),
    encryptionKey: new Secret(randomBytes(32).toString("hex")),
  };
}
