import type { Action, ClientSide, Reply } from "@fairlead/core/call/request";
import { NO_CLIENT } from "@fairlead/core/call/request";
import type { View } from "@fairlead/core/catalogue/view";
import type { Fairlead } from "@fairlead/core/fairlead";
import { LOCAL_USER } from "@fairlead/core/identity/principal";
import type { OperationView } from "@fairlead/core/operations/view";
import { build } from "../build.ts";
import { createLog } from "../observe/logger.ts";
import type { Invocation } from "./command.ts";
import { CliError } from "./exit.ts";
import { loadFor } from "./loading.ts";
import { working } from "./progress.ts";
import { answerAtTerminal, TERMINAL_CAPABILITIES } from "./questions.ts";
import { isAtTerminal } from "./terminal.ts";

/** What a command gets in the end: its questions were answered, and what took long was waited for. */
export type FinalReply = Exclude<Reply, { kind: "input_required" | "task" }>;

/** The engine for one command, called by the person at the terminal. */
export interface CommandEngine {
  fairlead: Fairlead;
  view: View;
  /** `doing` is shown while it takes. */
  call(action: Action, doing: string): Promise<FinalReply>;
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
  const caller: Caller = { fairlead, view, signal: interrupt.signal };
  try {
    return await use({ fairlead, view, call: (action, doing) => call(caller, action, doing) });
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
    await close();
  }
}

interface Caller {
  fairlead: Fairlead;
  view: View;
  signal: AbortSignal;
}

/** Where nobody is there to ask or to wait, a call that needs that ends with what is needed. */
async function call(caller: Caller, action: Action, doing: string): Promise<FinalReply> {
  const { fairlead, view, signal } = caller;
  const side: ClientSide = isAtTerminal()
    ? { capabilities: TERMINAL_CAPABILITIES, takesTasks: true }
    : NO_CLIENT;
  const common = { action, view, principal: LOCAL_USER, surface: "cli", signal } as const;
  let client = side;
  for (;;) {
    const reply = await working(doing, () => fairlead.call({ ...common, client }));
    if (reply.kind === "task") return follow(caller, reply.operation, doing);
    if (reply.kind !== "input_required") return reply;
    const { requestState, requests } = reply;
    client = { ...side, requestState, inputResponses: await answerAtTerminal(requests) };
  }
}

const A_DAY_MS = 86_400_000;

async function follow(
  { fairlead, signal }: Caller,
  operation: OperationView,
  doing: string,
): Promise<FinalReply> {
  const { operations } = fairlead;
  const id = operation.operation_id;
  for (let view = operation; ; ) {
    view = await working(doing, (say) => {
      const tell = ({ message }: OperationView) => say(message ?? "");
      tell(view);
      return operations.waitFor(LOCAL_USER, id, A_DAY_MS, tell, signal);
    });
    if (view.status === "input_required" && !signal.aborted) {
      await operations.answer(LOCAL_USER, id, await answerAtTerminal(view.asks ?? {}));
    } else if (view.ended_at !== null) {
      const answer = await operations.outcomeOf(LOCAL_USER, id);
      return { kind: "tool", answer, holdsSecret: false };
    } else {
      throw new CliError("failed", leftOpen(view));
    }
  }
}

/** Its outcome is unknown, or nobody waits for it any longer. */
function leftOpen({ operation_id, status, message }: OperationView): string {
  const said = message === null ? "" : ` ${message}`;
  return `${operation_id} is ${status}.${said} See: fairlead operations get ${operation_id}`;
}
