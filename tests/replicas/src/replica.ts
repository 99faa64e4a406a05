import { join } from "node:path";
import { type Child, listening, start } from "./child.ts";

const ROOT = join(import.meta.dirname, "../../..");
const PROGRAM = join(ROOT, "packages/server/src/main.ts");

/** `fairlead serve` as a process of its own, and nothing of this process's environment in it. */
export interface Replica {
  readonly port: number;
  readonly url: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
  log(): string;
}

export async function startReplica(
  port: number,
  environment: Readonly<Record<string, string>>,
): Promise<Replica> {
  let child: Child | undefined;
  const replica: Replica = {
    port,
    url: `http://127.0.0.1:${port}`,
    async start() {
      const args = [
        "--conditions=fairlead-source",
        "--disable-warning=ExperimentalWarning",
        PROGRAM,
      ];
      child = start(process.execPath, [...args, "serve"], {
        PATH: process.env.PATH,
        ...environment,
        PORT: String(port),
      });
      await listening(port, child, 30_000);
    },
    kill: async () => child?.end("SIGKILL"),
    stop: async () => child?.end("SIGTERM"),
    log: () => child?.output() ?? "",
  };
  await replica.start();
  return replica;
}
