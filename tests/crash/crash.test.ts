import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createSchema, POSTGRES_URL, probePostgres } from "@fairlead/testkit/postgres";
import { probeRedis, REDIS_URL } from "@fairlead/testkit/redis";
import { requireService } from "@fairlead/testkit/services";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { startInstallation } from "./src/installation.ts";
import type { Place } from "./src/place.ts";
import { play, type Tally } from "./src/play.ts";
import { scenarios } from "./src/scenario.ts";

/** More for a night; a seed, and the path that a failure names, to see the same again. */
const RUNS = Number(process.env.FAIRLEAD_CRASH_RUNS ?? 6);
const SEED = process.env.FAIRLEAD_CRASH_SEED;
const PATH = process.env.FAIRLEAD_CRASH_PATH;
const RUN_MS = 12_000;
const SETTLE_MS = 20_000;

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

function testCrashes(place: () => Promise<Place>): void {
  test(
    "no effect is doubled, none reported that did not happen, none lost",
    async () => {
      const installation = await startInstallation(await place(), SETTLE_MS);
      const tally: Tally = {
        ...{ writes: 0, effects: 0, unknown: 0, settledByEvidence: 0, settledByPerson: 0 },
      };
      try {
        await fc.assert(
          fc.asyncProperty(scenarios, (scenario) => play(installation, scenario, tally)),
          {
            numRuns: RUNS,
            ...(SEED === undefined ? {} : { seed: Number(SEED) }),
            ...(PATH === undefined ? {} : { path: PATH }),
            // A run takes seconds: what failed is shown as it is.
            endOnFailure: true,
          },
        );
      } finally {
        await installation.close();
      }
      console.info({ ...tally, deaths: installation.deaths });
      expect(tally.writes).toBeGreaterThan(0);
    },
    30_000 + RUNS * RUN_MS,
  );
}

describe("writes of two processes on one directory, killed at any point", () => {
  testCrashes(async () => {
    const directory = mkdtempSync(join(tmpdir(), "fairlead-crash-"));
    closing.push(() => rmSync(directory, { recursive: true, force: true }));
    return { directory };
  });
});

const describeServices = await requireService("PostgreSQL and Redis", async (signal) => {
  await probePostgres();
  await probeRedis(signal);
});

describeServices("writes of two processes on PostgreSQL and Redis, killed at any point", () => {
  testCrashes(async () => {
    const schema = await createSchema("writes_crash");
    closing.push(schema.drop);
    const prefix = `crash-${process.pid}`;
    return { postgres: POSTGRES_URL, schema: "test_writes_crash", redis: REDIS_URL, prefix };
  });
});
