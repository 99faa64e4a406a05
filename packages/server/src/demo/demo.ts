import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment, Flags } from "../config/sources.ts";
import { type RunningServer, startServe } from "../serve.ts";
import { FAKES, type RunningFake } from "./fakes.ts";

export interface DemoOptions {
  environment: Environment;
  flags: Flags;
  /** The port that was asked for; without one it is 7000, or any when that is taken. */
  port: string | undefined;
  isTerminal: boolean;
}

/** What programs read when the demo is ready. */
export interface DemoFacts {
  mcp_url: string;
  connectors: { id: string; mcp_url: string; fake_url: string }[];
  api_key: string;
  /** Its records, for `FAIRLEAD_STATE=… fairlead approve`; gone when the demo ends. */
  state: string;
  pid: number;
}

export interface Demo {
  facts: DemoFacts;
  /** True when the usual port was taken. */
  movedAside: boolean;
  close(): Promise<void>;
}

const USUAL_PORT = "7000";

/** Starts every imitation and the real server in front of them. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const state = await mkdtemp(join(tmpdir(), "fairlead-demo-"));
  const fakes = await Promise.all(FAKES.map((start) => start()));
  const closeRest = async () => {
    await Promise.all(fakes.map((fake) => fake.close()));
    await rm(state, { recursive: true, force: true });
  };
  const apiKey = `fl_${randomBytes(24).toString("base64url")}`;
  const start = (port: string) =>
    startServe({
      environment: environmentFor(options.environment, fakes, { apiKey, port, state }),
      flags: options.flags,
      isTerminal: options.isTerminal,
    });
  try {
    const { server, movedAside } = await startSomewhere(start, options.port);
    return {
      facts: factsOf(server, fakes, { apiKey, state }),
      movedAside,
      async close() {
        await server.close();
        await closeRest();
      },
    };
  } catch (error) {
    await closeRest();
    throw error;
  }
}

async function startSomewhere(
  start: (port: string) => Promise<RunningServer>,
  asked: string | undefined,
): Promise<{ server: RunningServer; movedAside: boolean }> {
  if (asked !== undefined) return { server: await start(asked), movedAside: false };
  try {
    return { server: await start(USUAL_PORT), movedAside: false };
  } catch (error) {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!isTaken) throw error;
    return { server: await start("0"), movedAside: true };
  }
}

/** Limits and logging may be tried out; accounts, keys and addresses of the real world stay outside. */
const PASSED_ON = /^(LOG_|RATE_LIMIT_|FAIRLEAD_(?!API_KEY))/;

function environmentFor(
  given: Environment,
  fakes: readonly RunningFake[],
  { apiKey, port, state }: { apiKey: string; port: string; state: string },
): Environment {
  const own = Object.entries(given).filter(([name]) => PASSED_ON.test(name));
  return {
    ...Object.fromEntries(own),
    ...Object.assign({}, ...fakes.map(({ environment }) => environment)),
    FAIRLEAD_API_KEY: apiKey,
    FAIRLEAD_STATE: state,
    PORT: port,
  };
}

function factsOf(
  { url }: RunningServer,
  fakes: readonly RunningFake[],
  { apiKey, state }: { apiKey: string; state: string },
): DemoFacts {
  return {
    mcp_url: `${url}/mcp`,
    connectors: fakes.map((fake) => ({
      id: fake.connector,
      mcp_url: `${url}/mcp/${fake.connector}`,
      fake_url: fake.url,
    })),
    api_key: apiKey,
    state,
    pid: process.pid,
  };
}
