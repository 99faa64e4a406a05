import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createManualClock, until } from "@fairlead/testkit/clock";
import { seededRandom } from "@fairlead/testkit/random";
import { afterEach, expect, test } from "vitest";
import { SILENT } from "../ports.ts";
import { createFileShared } from "../storage/file-shared.ts";
import { createKeyedHash } from "../vault/keyed-hash.ts";
import { createSealer } from "../vault/sealer.ts";
import { createCache } from "./cache.ts";
import { createSharedTier } from "./shared-tier.ts";

const KEY = Buffer.alloc(32, 7);
const POLICY = { ttlMs: 3_600_000 };

const ending: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** Two processes of one user on the same records, such as two editors: here two handles on one file. */
async function setUp() {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-cache-"));
  ending.push(() => rmSync(directory, { recursive: true }));
  const clock = createManualClock();
  let level = 0;
  async function open(seed: number) {
    const random = seededRandom(seed);
    const shared = createFileShared(join(directory, "shared.db"), clock);
    const tier = createSharedTier({
      ...{ shared, clock, random, logger: SILENT, version: "1.0.0" },
      sealer: createSealer({ keys: [KEY], random }, clock),
      keyedHash: createKeyedHash(KEY),
    });
    ending.push(() => {
      tier?.close();
      return shared.close();
    });
    await until(() => tier?.listening === true);
    const cache = createCache({ clock, tier }).scoped("", { shared: true });
    const ask = () =>
      cache.get("tide", POLICY, new AbortController().signal, async () => {
        level += 1;
        return level;
      });
    return { cache, ask };
  }
  return { clock, a: await open(1), b: await open(2) };
}

/** Waits with the clock running, a millisecond a turn. */
async function passing<T>(clock: { advance(ms: number): void }, work: Promise<T>): Promise<T> {
  let isDone = false;
  const note = () => {
    isDone = true;
  };
  work.then(note, note);
  await until(() => {
    if (!isDone) clock.advance(1);
    return isDone;
  });
  return work;
}

test("processes on one file load once", async () => {
  const { clock, a, b } = await setUp();
  expect(await passing(clock, Promise.all([a.ask(), b.ask()]))).toEqual([1, 1]);
});

test("an invalidation in one process reaches the memory of the other", async () => {
  const { clock, a, b } = await setUp();
  await passing(clock, a.ask());
  await passing(clock, b.ask());
  await passing(clock, a.cache.delete("tide"));
  clock.advance(1_000);
  expect(await passing(clock, b.ask())).toBe(2);
});
