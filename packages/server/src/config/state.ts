import { join } from "node:path";
import type { Secret } from "@fairlead/core/secret";
import type { Settings } from "./settings.ts";
import type { Environment } from "./sources.ts";

/** Where state is kept. */
export interface StateConfig {
  /** PostgreSQL; undefined: the embedded store. */
  databaseUrl: Secret | undefined;
  /** Redis; undefined: embedded. */
  redisUrl: Secret | undefined;
  /** Begins every name in Redis; undefined: the usual one. */
  redisPrefix?: string | undefined;
  /** Directory of the embedded store and its key; undefined: in memory. */
  directory: string | undefined;
  synchronous: "normal" | "full";
  /** Connections to PostgreSQL. */
  poolSize: number;
  encryptionKey: Secret | undefined;
  previousKeys: readonly Secret[];
  keyCommand: string | undefined;
}

export function stateOf(values: Settings, environment: Environment): StateConfig {
  return {
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    redisPrefix: values.FAIRLEAD_REDIS_PREFIX,
    directory: directoryOf(values, environment),
    synchronous: values.FAIRLEAD_SQLITE_SYNC,
    poolSize: values.FAIRLEAD_DATABASE_POOL,
    encryptionKey: values.ENCRYPTION_KEY,
    previousKeys: values.ENCRYPTION_KEY_PREVIOUS ?? [],
    keyCommand: values.ENCRYPTION_KEY_COMMAND,
  };
}

function directoryOf({ FAIRLEAD_STATE }: Settings, environment: Environment): string | undefined {
  if (FAIRLEAD_STATE === "memory") return undefined;
  if (FAIRLEAD_STATE !== undefined) return FAIRLEAD_STATE;
  const { XDG_DATA_HOME, HOME, LOCALAPPDATA } = environment;
  if (isGiven(XDG_DATA_HOME)) return join(XDG_DATA_HOME, "fairlead");
  if (isGiven(HOME)) return join(HOME, ".local", "share", "fairlead");
  return isGiven(LOCALAPPDATA) ? join(LOCALAPPDATA, "fairlead") : undefined;
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== "";
}
