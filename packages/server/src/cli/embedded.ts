import { join } from "node:path";
import type { StateConfig } from "../config/state.ts";
import type { Invocation } from "./command.ts";
import { CliError } from "./exit.ts";
import { loadFor } from "./loading.ts";

/** Where the embedded store is. Ends the command where the records are elsewhere. */
export async function requireEmbedded(
  invocation: Invocation,
  instead: string,
): Promise<{ file: string; state: StateConfig; directory: string }> {
  const { config } = await loadFor(invocation, "once");
  const { state } = config;
  if (state.databaseUrl !== undefined)
    throw new CliError("failed", `The records are in PostgreSQL (DATABASE_URL). ${instead}`);
  if (state.directory === undefined)
    throw new CliError("failed", "The records are in memory only: there is no file of them.");
  return { file: storeFileIn(state.directory), state, directory: state.directory };
}

export function storeFileIn(directory: string): string {
  return join(directory, "fairlead.db");
}

/** The one file name that a command takes. */
export function requireFile({ words }: Invocation, command: string): string {
  const [file, another] = words;
  if (file === undefined || another !== undefined)
    throw new CliError("usage", `fairlead ${command} takes one file.`);
  return file;
}
