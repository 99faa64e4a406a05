import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `fairlead serve` as a process of its own, on one port for all its lives. */
export interface Server {
  readonly url: string;
  /** Starts it by a clock that is so far ahead, as if it had been away for that long. */
  start(aheadMs?: number): Promise<void>;
  kill(): Promise<void>;
}

const MAIN = join(import.meta.dirname, "../../../packages/server/src/main.ts");
const FLAGS = ["--conditions=fairlead-source", "--disable-warning=ExperimentalWarning"];

export function createServer(port: number, environment: Record<string, string>): Server {
  let child: ChildProcess | undefined;
  const stopWithUs = () => child?.kill("SIGKILL");
  process.once("exit", stopWithUs);
  return {
    url: `http://127.0.0.1:${port}`,
    async start(aheadMs = 0) {
      const clock = `const now = Date.now.bind(Date); Date.now = () => now() + ${aheadMs};`;
      const ahead = `data:text/javascript,${encodeURIComponent(clock)}`;
      child = spawn(process.execPath, [...FLAGS, "--import", ahead, MAIN, "serve"], {
        stdio: ["ignore", "ignore", "pipe"],
        env: {
          PATH: process.env.PATH,
          NODE_COMPILE_CACHE: join(tmpdir(), "fairlead-soak-compiled"),
          ...environment,
          PORT: String(port),
        },
      });
      await listening(child);
    },
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Goes on reading what it says: a log that nobody takes would hold it up. */
function listening(child: ChildProcess): Promise<void> {
  let said = "";
  return new Promise((resolve, reject) => {
    child.stderr?.on("data", (part: Buffer) => {
      said = (said + part.toString()).slice(-20_000);
      if (said.includes('"listening"')) resolve();
    });
    child.once("exit", () => reject(new Error(`It did not start: ${said}`)));
  });
}
