import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createManualClock, until } from "@fairlead/testkit/clock";
import { seededRandom } from "@fairlead/testkit/random";
import { afterEach, expect, test } from "vitest";
import { type Clock, SILENT } from "../ports.ts";
import { createJoinedShared } from "../storage/joined-shared.ts";
import { createKeyedHash } from "../vault/keyed-hash.ts";
import { createSealer } from "../vault/sealer.ts";
import { createCache } from "./cache.ts";
import { createSharedTier } from "./shared-tier.ts";

const KEY = Buffer.alloc(32, 7);
const BUCKET = { capacity: 5, refillPerSecond: 1 };
const ending: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

function setUp() {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-cache-"));
  ending.push(() => rmSync(directory, { recursive: true }));
  const manual = createManualClock();
  const clock: Clock = { now: manual.now, after: manual.after };
  const loads: string[] = [];
  async function open(name: string) {
    const random = seededRandom(name.length);
    const shared = createJoinedShared({ path: join(directory, "shared.db"), clock });
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
      cache.get("tide", { ttlMs: 3_600_000 }, new AbortController().signal, async () => {
        loads.push(name);
        return `tide ${loads.length}`;
      });
    return { cache, ask, shared };
  }
  return { clock: manual, loads, open };
}

test("a process that is alone leaves no answers behind, and another one loads its own", async () => {
  const { loads, open } = setUp();
  const first = await open("first");
  await first.shared.take("k", BUCKET, 1);
  expect(first.shared.isAlone).toBe(true);
  expect(await first.ask()).toBe("tide 1");
  expect(await first.ask()).toBe("tide 1");
  const second = await open("second");
  expect(await second.ask()).toBe("tide 2");
  expect(loads).toEqual(["first", "second"]);
});

test("what a process loaded while it was alone is dropped when one that came later invalidates it", async () => {
  const { clock, open } = setUp();
  const first = await open("first");
  await first.shared.take("k", BUCKET, 1);
  expect(await first.ask()).toBe("tide 1");
  const second = await open("second");
  await second.cache.delete("tide");
  clock.advance(1_000);
  expect(await first.ask()).toBe("tide 2");
});

test("what a process invalidates while it is alone is not found by one that comes later", async () => {
  const { clock, open } = setUp();
  const former = await open("former");
  expect(await former.ask()).toBe("tide 1"); // takes no tokens, so not alone: it leaves what it loaded
  const alone = await open("alone");
  expect(await alone.ask()).toBe("tide 1");
  await alone.shared.take("k", BUCKET, 1);
  expect(alone.shared.isAlone).toBe(true);
  await alone.cache.delete("tide");
  clock.advance(1_000);
  expect(await (await open("later")).ask()).toBe("tide 2");
});
