import { existsSync } from "node:fs";
import { SYSTEM_CLOCK } from "@fairlead/core/ports";
import { findPending, MIGRATIONS, migrate } from "@fairlead/core/storage/sql/migrations/migrate";
import type { DialectName } from "@fairlead/core/storage/sql/migrations/migration";
import type { Db } from "@fairlead/core/storage/sql/tables";
import { openSqlite } from "@fairlead/core/storage/sqlite";
import type { StateConfig } from "../config/state.ts";
import { MIGRATION_TIMEOUT_MS, usePostgres } from "../storage/postgres.ts";
import type { Invocation } from "./command.ts";
import { storeFileIn } from "./embedded.ts";
import { CliError, EXIT } from "./exit.ts";
import { loadFor } from "./loading.ts";
import { print, printJson, wantsJson } from "./output.ts";

export async function runMigrate(invocation: Invocation): Promise<number> {
  if (invocation.words.length > 0)
    throw new CliError("usage", "fairlead migrate takes no words, only options.");
  const { config } = await loadFor(invocation, "once");
  const isCheck = invocation.options.check === true;
  const steps = await stepsOf(config.state, isCheck);
  if (wantsJson(invocation)) printJson({ [isCheck ? "pending" : "applied"]: steps });
  else if (steps.length === 0) print("The records are up to date.");
  else print(`${isCheck ? "To be done" : "Done"}: ${steps.join(", ")}`);
  return isCheck && steps.length > 0 ? EXIT.failed.code : EXIT.ok.code;
}

async function stepsOf(state: StateConfig, isCheck: boolean): Promise<string[]> {
  const { databaseUrl, directory } = state;
  const step = (dialect: DialectName) => (db: Db) =>
    isCheck ? findPending(db, dialect) : migrate(db, dialect, SYSTEM_CLOCK);
  if (databaseUrl !== undefined) {
    const options = { url: databaseUrl, poolSize: 1, statementTimeoutMs: MIGRATION_TIMEOUT_MS };
    return usePostgres(options, step("postgres"));
  }
  // In memory they are made anew with every process.
  if (directory === undefined) return [];
  const file = storeFileIn(directory);
  if (isCheck && !existsSync(file)) return MIGRATIONS.map(({ name }) => name);
  const { db, database } = openSqlite(file);
  try {
    return await step("sqlite")(db);
  } finally {
    database.close();
  }
}
