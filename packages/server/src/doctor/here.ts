import { createServer } from "node:net";
import type { Config, Loaded } from "../config/config.ts";
import { nearest } from "../config/names.ts";
import { formatWarning } from "../config/problem.ts";
import type { Environment } from "../config/sources.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** Checks of this machine and what it was told; nothing here reaches outside. */
export async function checkHere(loaded: Loaded, environment: Environment): Promise<Finding[]> {
  return [
    checkRuntime(process.versions.node),
    ...loaded.warnings.map((each) => warn("configuration", formatWarning(each))),
    ...checkNames(loaded, environment),
    checkKey(loaded.config),
    await checkPort(loaded.config),
  ];
}

export function checkRuntime(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 19)) return ok("runtime", `Node ${version}`);
  return fail("runtime", `Node ${version} is too old.`, "Install Node 22.19 or newer.");
}

/** Only names of ours can be refused at start; a misspelt one of a connector is found here. */
function checkNames({ connectors }: Loaded, environment: Environment): Finding[] {
  return connectors.flatMap(({ id, environment: settings = {} }) => {
    const valid = Object.values(settings).flatMap(({ name }) => [name, `${name}_FILE`]);
    return Object.keys(environment)
      .filter((name) => name.startsWith(`${id.toUpperCase()}_`) && !valid.includes(name))
      .flatMap((name) => {
        const meant = nearest(name, valid);
        if (meant === undefined) return [];
        return [
          warn("configuration", `${name} is no setting.`, `If it means ${meant}, rename it.`),
        ];
      });
  });
}

function checkKey({ state, publicUrl }: Config): Finding {
  const { encryptionKey, keyCommand, directory } = state;
  if (encryptionKey !== undefined) return ok("encryption key", "ENCRYPTION_KEY is set.");
  if (keyCommand !== undefined) return ok("encryption key", "ENCRYPTION_KEY_COMMAND is set.");
  if (directory !== undefined) {
    return ok("encryption key", `A key file in ${directory} is used; back it up with the store.`);
  }
  const message = "State is in memory, and so is the key: both end with the process.";
  if (publicUrl === undefined) return ok("encryption key", message);
  return warn("encryption key", message, "Set FAIRLEAD_STATE to a directory, or DATABASE_URL.");
}

async function checkPort({ http }: Config): Promise<Finding> {
  const where = `${http.host}:${http.port}`;
  const problem = await tryToListen(http.host, http.port);
  if (problem === undefined) return ok("port", `${where} is free.`);
  return warn(
    "port",
    problem === "EADDRINUSE"
      ? `Something already listens on ${where}; if that is Fairlead, all is well.`
      : `This user cannot listen on ${where} (${problem}).`,
    "Otherwise set PORT to another one.",
  );
}

function tryToListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve("code" in error ? String(error.code) : error.message));
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}
