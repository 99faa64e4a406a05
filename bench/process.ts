import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { availableParallelism, devNull } from "node:os";

/** A child process that answers one question at a time over IPC. */
export interface Program extends AsyncDisposable {
  ask(question: object, timeoutMs?: number): Promise<unknown>;
  /** The first message the child sends on its own. */
  readonly firstMessage: Promise<unknown>;
}

export interface Launch {
  readonly file: string;
  readonly args?: readonly string[];
  readonly nodeArgs?: readonly string[];
  readonly core: number;
  /** Shows what it writes to standard error; for the generator, and for a server that will not start. */
  readonly readsErrors?: boolean;
}

const answerTimeoutMs = 60_000;

/** Whether processes get a core of their own: server and generator then never wait for each other. */
export const isPinned =
  availableParallelism() > 1 && spawnSync("taskset", ["-c", "0", "true"]).status === 0;

/** The command line that runs this Node binary on one core, where `taskset` exists. */
export function toCommand({ file, args = [], nodeArgs = [], core }: Launch): [string, string[]] {
  const node = [...nodeArgs, file, ...args];
  if (!isPinned) return [process.execPath, node];
  return ["taskset", ["-c", String(core), process.execPath, ...node]];
}

export function launch(options: Launch): Program {
  const [command, args] = toCommand(options);
  // A server's log is written in full, but nobody reads it: reading would be work for the generator.
  const errors = options.readsErrors === true ? "inherit" : openSync(devNull, "w");
  const child = spawn(command, args, { stdio: ["ignore", "inherit", errors, "ipc"] });
  if (typeof errors === "number") closeSync(errors);
  const stopWithUs = () => child.kill("SIGKILL");
  process.once("exit", stopWithUs);
  child.once("exit", () => process.off("exit", stopWithUs));
  const firstMessage = nextMessage(child, options.file, answerTimeoutMs);
  firstMessage.catch(() => undefined);

  return {
    firstMessage,
    ask(question, timeoutMs = answerTimeoutMs) {
      const answer = nextMessage(child, options.file, timeoutMs);
      child.send(question);
      return answer;
    },
    [Symbol.asyncDispose]: () => stop(child),
  };
}

function nextMessage(child: ChildProcess, name: string, timeoutMs: number): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const onExit = (code: number | null) => reject(new Error(`${name} ended with ${code}`));
  const timer = setTimeout(
    () => reject(new Error(`${name} did not answer in ${timeoutMs} ms`)),
    timeoutMs,
  );
  child.once("message", resolve).once("exit", onExit).once("error", reject);
  return promise.finally(() => {
    clearTimeout(timer);
    child.off("message", resolve).off("exit", onExit).off("error", reject);
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once("exit", () => resolve());
  child.kill("SIGKILL");
  await promise;
}
