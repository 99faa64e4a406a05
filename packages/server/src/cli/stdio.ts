import { Console } from "node:console";
import type { Connector } from "@fairlead/core/connector";
import { z } from "zod";
import { build } from "../build.ts";
import { formatWarning } from "../config/problem.ts";
import { createLog } from "../observe/logger.ts";
import { runStdio } from "../stdio/run.ts";
import type { Invocation } from "./command.ts";
import { CliError } from "./exit.ts";
import { loadFor } from "./loading.ts";
import { untilStopped } from "./shutdown.ts";

export async function runStdioCommand(invocation: Invocation): Promise<void> {
  // For a handful of calls, compiling the schemas costs more than it saves.
  z.config({ jitless: true });
  // Standard output belongs to the protocol; whatever a dependency prints must not end up in it.
  globalThis.console = new Console(process.stderr, process.stderr);
  const { config, connectors, warnings } = await loadFor(invocation, "stdio");
  const endpoint = endpointOf(invocation, connectors);
  const log = createLog(config.log);
  for (const warning of warnings) log.warn({}, formatWarning(warning));
  const { fairlead, close } = await build({ ...config, connectors, log });
  const streams = { input: process.stdin, output: process.stdout };
  const server = runStdio(fairlead, fairlead.view({ endpoint }), streams);
  await Promise.race([untilStopped(), server.ended]);
  await fairlead.drain(config.http.drainMs);
  await server.close();
  await close();
}

function endpointOf({ options }: Invocation, connectors: readonly Connector[]): string {
  const { endpoint } = options;
  if (typeof endpoint !== "string") return "all";
  if (connectors.some(({ id }) => id === endpoint)) return endpoint;
  const known = connectors.map(({ id }) => id).join(", ");
  throw new CliError("usage", `--endpoint can be: ${known}.`);
}
