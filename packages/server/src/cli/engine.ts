import type { Action, Reply } from "@fairlead/core/call/request";
import { NO_CLIENT } from "@fairlead/core/call/request";
import type { View } from "@fairlead/core/catalogue/view";
import type { Fairlead } from "@fairlead/core/fairlead";
import { LOCAL_USER } from "@fairlead/core/identity/principal";
import { build } from "../build.ts";
import { createLog } from "../observe/logger.ts";
import type { Invocation } from "./command.ts";
import { CliError } from "./exit.ts";
import { loadFor } from "./loading.ts";

/** The engine for one command, called by the person at the terminal. */
export interface CommandEngine {
  fairlead: Fairlead;
  view: View;
  call(action: Action): Promise<Exclude<Reply, { kind: "input_required" }>>;
}

/** Runs `use` with an engine and closes that afterwards. An interrupt cancels what is under way. */
export async function withEngine<T>(
  invocation: Invocation,
  use: (engine: CommandEngine) => Promise<T>,
): Promise<T> {
  const { config, connectors } = await loadFor(invocation, "once");
  const { fairlead, close } = await build({
    ...{ ...config, connectors, log: createLog(config.log) },
    beats: false,
  });
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  process.once("SIGINT", onSignal);
  process.once("SIGTERM", onSignal);
  const view = fairlead.view({ endpoint: "all" });
  try {
    return await use({
      fairlead,
      view,
      async call(action) {
        const reply = await fairlead.call({
          action,
          view,
          principal: LOCAL_USER,
          surface: "cli",
          client: NO_CLIENT,
          signal: interrupt.signal,
        });
        if (reply.kind !== "input_required") return reply;
        throw new CliError("failed", "This asks questions in between. Call it from an MCP client.");
      },
    });
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
    await close();
  }
}
