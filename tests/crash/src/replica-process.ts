import { fork } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { KillPoint } from "./kill-points.ts";
import type { Reply, Said, Start, Told } from "./messages.ts";

/** A replica, as the test holds it. */
export interface Replica {
  readonly isAlive: boolean;
  /** How it was answered; undefined where it died before it said so. */
  call(tool: string, given: Record<string, unknown>): Promise<Reply | undefined>;
  arm(point: KillPoint | undefined): void;
  /** Moves its time on; over as well when it died of it. */
  advance(ms: number): Promise<void>;
}

/** A process that has loaded its program, and begins when it is needed: loading takes most of the time. */
export interface Spare {
  begin(start: Start): Promise<Replica>;
  kill(): Promise<void>;
}

const PROGRAM = join(import.meta.dirname, "replica.ts");
/** Processes are started often: they find here what the ones before compiled. */
const COMPILED = join(tmpdir(), "fairlead-crash-compiled");

export function startSpare(): Spare {
  const child = fork(PROGRAM, [], {
    execArgv: ["--conditions=fairlead-source", "--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
  });
  const calls = new Map<number, (reply: Reply | undefined) => void>();
  const { promise: ready, resolve: onReady, reject } = Promise.withResolvers<void>();
  ready.catch(() => {});
  let serial = 0;
  let isAlive = true;
  let onAdvanced = () => {};

  const tell = (told: Told) => {
    if (child.connected) child.send(told, () => {});
  };
  child.on("error", () => {});
  child.on("message", (said: Said) => {
    if (said.is === "ready") onReady();
    if (said.is === "advanced") onAdvanced();
    if (said.is === "reply") calls.get(said.id)?.(said.reply);
  });
  const ended = new Promise<void>((resolve) => {
    // What it said last is read before that.
    child.once("close", (code) => {
      isAlive = false;
      reject(new Error(`A replica ended with ${code} before it was ready.`));
      onAdvanced();
      for (const answer of calls.values()) answer(undefined);
      resolve();
    });
  });

  const replica: Replica = {
    get isAlive() {
      return isAlive && child.signalCode === null;
    },
    call(tool, given) {
      serial += 1;
      const id = serial;
      return new Promise((resolve) => {
        if (!isAlive) return resolve(undefined);
        calls.set(id, resolve);
        tell({ do: "call", id, tool, given });
      });
    },
    arm: (point) => tell({ do: "arm", point }),
    advance(ms) {
      return new Promise((resolve) => {
        if (!isAlive) return resolve();
        onAdvanced = resolve;
        tell({ do: "advance", ms });
      });
    },
  };
  return {
    async begin(start) {
      tell({ do: "begin", start });
      await ready;
      return replica;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
