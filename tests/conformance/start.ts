import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { conformance } from "./src/connector.ts";

export interface Running {
  /** The endpoint the suite talks to. */
  url: string;
  close(): Promise<void>;
}

const PROGRAM = join(import.meta.dirname, "../../packages/server/src/main.ts");
const FIXTURES = join(import.meta.dirname, "src/connector.ts");

/** Starts the program as its users do, `serve --local`, with the suite's fixtures as a connector of its own. */
export async function start(): Promise<Running> {
  const args = ["serve", "--local", "--port", "0", "--connector-module", FIXTURES];
  const child = spawn(process.execPath, ["--conditions=fairlead-source", PROGRAM, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      PATH: process.env.PATH ?? "",
      LOG_FORMAT: "json",
      LOG_LEVEL: "info,audit=error",
      // The suite is one caller and makes some 400 calls in a few seconds.
      RATE_LIMIT_REQUESTS: "100000",
    },
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  for await (const line of createInterface({ input: child.stderr })) {
    const { msg, url } = JSON.parse(line) as { msg: string; url?: string };
    if (msg !== "listening" || url === undefined) continue;
    child.stderr.resume();
    return {
      url: `${url}/mcp/${conformance.id}`,
      async close() {
        child.kill("SIGTERM");
        await ended;
      },
    };
  }
  throw new Error("The server ended before it listened.");
}
