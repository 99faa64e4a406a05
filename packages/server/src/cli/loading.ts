import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Connector } from "@fairlead/core/connector";
import { type Loaded, loadConfig, type Mode } from "../config/config.ts";
import { loadConnectorModule } from "../config/connectors.ts";
import type { Environment } from "../config/sources.ts";
import { readEnvironmentFile } from "../config/sources.ts";
import type { Invocation } from "./command.ts";
import { CliError } from "./exit.ts";

/** Reads the configuration a command runs with. */
export async function loadFor(invocation: Invocation, mode: Mode): Promise<Loaded> {
  return loadConfig({
    mode,
    environment: environmentOf(invocation),
    flags: invocation.flags,
    local: invocation.options.local === true,
    isTerminal: process.stderr.isTTY === true,
    extraConnectors: await extraConnectorsOf(invocation),
  });
}

/** The variables of the process, over those of the file that `--env-file` names. */
export function environmentOf({ environment, options }: Invocation): Environment {
  const path = options["env-file"];
  if (typeof path !== "string") return environment;
  try {
    return { ...readEnvironmentFile(path), ...environment };
  } catch {
    throw new CliError("usage", `--env-file: ${path} cannot be read. Check the path.`);
  }
}

async function extraConnectorsOf({ options }: Invocation): Promise<Connector[]> {
  const paths = options["connector-module"];
  if (!Array.isArray(paths)) return [];
  return Promise.all(
    paths.map((path: string) => loadConnectorModule(pathToFileURL(resolve(path)).href)),
  );
}
