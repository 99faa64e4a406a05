import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NO_CLIENT } from "@fairlead/core/call/request";
import { defineConnector } from "@fairlead/core/connector";
import { LOCAL_USER } from "@fairlead/core/identity/principal";
import { defineTool } from "@fairlead/core/tool";
import { createLog } from "fairlead/observe/logger";
import { startServe } from "fairlead/serve";
import { z } from "zod";
import type { Journal } from "../journal.ts";
import type { Plan } from "../options.ts";
import { servicesState } from "../state.ts";

export interface WritesRow {
  /** Where the records are, with the mode of SQLite. */
  readonly what: string;
  /** One per round: what a write takes longer than the same handler as an uncached read, p50, ms. */
  readonly addedMs: readonly number[];
  /** One per round: writes a second of 64 callers at once, each its own request. */
  readonly perSecond: readonly number[];
}

export const writesLabels = {
  normal: "SQLite, synchronous=NORMAL",
  full: "SQLite, synchronous=FULL",
  services: "PostgreSQL and Redis",
} as const;

const CALLERS = 64;
const OUT_OF_REACH = "1000000000";

const common = {
  input: z.object({ berth: z.number() }),
  output: z.object({ berth: z.number() }),
  needsConnection: false,
  handler: ({ berth }: { berth: number }) => ({ berth }),
};
const connector = defineConnector({
  id: "bench",
  title: "Bench",
  description: "Does nothing, and writes that down.",
  settings: z.object({}),
  createClient: () => ({}),
  marksEffects: true,
  tools: [
    defineTool({
      ...common,
      name: "bench_look",
      title: "Look",
      description: "Looks.",
      effect: "read",
    }),
    defineTool({
      ...common,
      name: "bench_book",
      title: "Book",
      description: "Books.",
      effect: "write",
    }),
  ],
});

/** What planning nothing, asking nobody and writing down everything costs a change, in the whole engine. */
export async function measureWrites(plan: Plan, journal: Journal): Promise<WritesRow[]> {
  const rows: WritesRow[] = [];
  for (const what of Object.values(writesLabels)) {
    const { engine, close } = await open(what);
    try {
      const addedMs: number[] = [];
      const perSecond: number[] = [];
      await rate(engine, plan.warm.durationMs / 2);
      for (let round = 1; round <= plan.rounds; round += 1) {
        journal.step(`writes ${round}/${plan.rounds}: ${what}`);
        const ms = plan.measure.durationMs / 2;
        addedMs.push((await p50(engine, "bench_book", ms)) - (await p50(engine, "bench_look", ms)));
        perSecond.push(await rate(engine, plan.measure.durationMs));
      }
      rows.push({ what, addedMs, perSecond });
    } finally {
      await close();
    }
  }
  return rows;
}

type Engine = Awaited<ReturnType<typeof startServe>>["fairlead"];

async function open(what: string): Promise<{ engine: Engine; close: () => Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-bench-"));
  const server = await startServe({
    environment: {
      ...{ PORT: "0", FAIRLEAD_CONNECTORS: "", RATE_LIMIT_WINDOW: "1" },
      ...{ RATE_LIMIT_REQUESTS: OUT_OF_REACH, FAIRLEAD_ADDRESS_REQUESTS: OUT_OF_REACH },
      ...(what === writesLabels.services
        ? await services()
        : {
            FAIRLEAD_STATE: directory,
            FAIRLEAD_SQLITE_SYNC: what === writesLabels.full ? "full" : "normal",
          }),
    },
    local: true,
    extraConnectors: [connector],
    log: createLog({ level: "error", modules: {}, readable: false, batched: true }),
  });
  return {
    engine: server.fairlead,
    async close() {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function services(): Promise<Record<string, string>> {
  const { databaseUrl, redisUrl, encryptionKey } = await servicesState();
  return {
    DATABASE_URL: databaseUrl.reveal(),
    REDIS_URL: redisUrl?.reveal() ?? "",
    ENCRYPTION_KEY: encryptionKey?.reveal() ?? "",
  };
}

let berth = 0;

async function callOnce(engine: Engine, name: string): Promise<void> {
  berth += 1;
  await engine.call({
    action: { kind: "tool", name, arguments: { berth } },
    view: engine.view({ endpoint: "all" }),
    ...{ principal: LOCAL_USER, surface: "http", client: NO_CLIENT },
  });
}

/** One after the other. */
async function p50(engine: Engine, name: string, ms: number): Promise<number> {
  const took: number[] = [];
  const until = performance.now() + ms;
  do {
    const begun = performance.now();
    await callOnce(engine, name);
    took.push(performance.now() - begun);
  } while (performance.now() < until);
  return took.sort((one, other) => one - other)[Math.floor(took.length / 2)] ?? 0;
}

async function rate(engine: Engine, ms: number): Promise<number> {
  const begun = performance.now();
  let count = 0;
  async function caller(): Promise<void> {
    while (performance.now() - begun < ms) {
      await callOnce(engine, "bench_book");
      count += 1;
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return (count / (performance.now() - begun)) * 1000;
}
