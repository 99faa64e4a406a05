import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = join(import.meta.dirname, "../..");

export interface Demo {
  mcp_url: string;
  connectors: { id: string; mcp_url: string; fake_url: string }[];
  api_key: string;
  pid: number;
}

export interface RunningDemo extends Demo {
  stop(): Promise<number | null>;
}

/** The command line of the program as a checkout runs it. */
export const PROGRAM = [
  "--conditions=fairlead-source",
  "--disable-warning=ExperimentalWarning",
  join(ROOT, "packages/server/src/main.ts"),
];

/** Starts `fairlead demo --json --port 0` and waits for its line. */
export async function startDemo(): Promise<RunningDemo> {
  const child = spawn(process.execPath, [...PROGRAM, "demo", "--json", "--port", "0"], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { PATH: process.env.PATH ?? "" },
  });
  const demo = await firstLine(child);
  return {
    ...demo,
    stop() {
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
      child.kill("SIGTERM");
      return ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<Demo> {
  if (child.stdout === null) throw new Error("The demo has no standard output.");
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line);
  throw new Error("The demo ended without a line.");
}
