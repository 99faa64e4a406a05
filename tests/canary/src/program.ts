import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export type Environment = Readonly<Record<string, string>>;

const FLAGS = ["--conditions=fairlead-source", "--disable-warning=ExperimentalWarning"];
const MAIN = join(import.meta.dirname, "../../../packages/server/src/main.ts");

export interface Program {
  port: number;
  /** All that it wrote, on both of its outputs. */
  output(): string;
  snapshot(file: string): Promise<void>;
  stop(): Promise<void>;
}

/** The server as a process whose environment is this and nothing else. */
export async function startProgram(environment: Environment): Promise<Program> {
  const child = fork(join(import.meta.dirname, "child.ts"), {
    env: { PATH: process.env.PATH, ...environment },
    execArgv: [...FLAGS, "--expose-gc", "--heap-snapshot-string-limit=1000000"],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const output = collect(child);
  const ended = once(child, "exit");
  const first = await Promise.race([once(child, "message"), ended.then(() => [{}])]);
  const { port } = first[0] as { port?: number };
  if (port === undefined) throw new Error(`It did not start: ${output()}`);
  return {
    port,
    output,
    async snapshot(file) {
      const written = once(child, "message");
      child.send(file);
      await written;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.send("stop");
      await ended;
    },
  };
}

export interface Ended {
  code: number | null;
  output: string;
  /** Of the standard output alone. */
  answer: string;
}

/** One command of the program, with this on its standard input, which ends at once or when the output says so. */
export async function runCommand(
  args: readonly string[],
  environment: Environment,
  input = "",
  isOver: (output: string) => boolean = () => true,
): Promise<Ended> {
  const child = spawn(process.execPath, [...FLAGS, MAIN, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const output = collect(child);
  let answer = "";
  child.stdout.on("data", (part: Buffer) => {
    answer += part.toString();
    if (isOver(answer)) child.stdin.end();
  });
  child.stdin.write(input);
  if (isOver("")) child.stdin.end();
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output: output(), answer };
}

function collect(child: ChildProcess): () => string {
  const parts: Buffer[] = [];
  child.stdout?.on("data", (part: Buffer) => parts.push(part));
  child.stderr?.on("data", (part: Buffer) => parts.push(part));
  return () => Buffer.concat(parts).toString();
}
