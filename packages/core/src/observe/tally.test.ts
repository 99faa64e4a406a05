import { createManualClock } from "@fairlead/testkit/clock";
import { createTestEngine } from "@fairlead/testkit/engine";
import { seededRandom } from "@fairlead/testkit/random";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { createCache } from "../cache/cache.ts";
import { createSharedTier } from "../cache/shared-tier.ts";
import { createSharedTokens } from "../connections/shared-tokens.ts";
import { defineConnector } from "../connector.ts";
import { FairleadError } from "../errors.ts";
import { SILENT } from "../ports.ts";
import { Secret } from "../secret.ts";
import { createMemoryShared } from "../storage/memory-shared.ts";
import type { Shared } from "../storage/shared.ts";
import { defineTool } from "../tool.ts";
import { createKeyedHash } from "../vault/keyed-hash.ts";
import { createSealer } from "../vault/sealer.ts";
import { createTally, noLookups, type Tally } from "./tally.ts";

const clock = createManualClock();
const sealer = createSealer({ keys: [Buffer.alloc(32, 7)] }, clock);
const signal = () => new AbortController().signal;

describe("lookups of a cache", () => {
  /** What several replicas would share, in one process. */
  let shared: Shared;
  beforeEach(() => {
    shared = { ...createMemoryShared(clock), reach: "file", listening: true };
  });

  function replica() {
    const tier = createSharedTier({
      ...{ shared, sealer, clock, random: seededRandom(), logger: SILENT, version: "1" },
      keyedHash: createKeyedHash(Buffer.alloc(32, 1)),
    });
    const counts = noLookups();
    const cache = createCache({ clock, tier }).scoped("answers ", { shared: true, counts });
    const policy = { ttlMs: 1_000, staleMs: 1_000 };
    const get = (load = async () => "tide") => cache.get("k", policy, signal(), load);
    return { counts, get };
  }

  test("are counted by how their answer came", async () => {
    const { counts, get } = replica();
    await Promise.all([get(), get(), get()]);
    expect(counts).toEqual({ ...noLookups(), misses: 1, joined: 2 });
    await get();
    clock.advance(1_500);
    await get();
    expect(counts).toEqual({ ...noLookups(), misses: 1, joined: 2, hits: 1, stale: 1 });
  });

  test("that another replica answered are no misses", async () => {
    const [one, other] = [replica(), replica()];
    await one.get();
    // Leaving it to the others takes some turns after its own answer.
    for (let turn = 0; turn < 10; turn += 1) await new Promise<void>((go) => setImmediate(go));
    await other.get();
    expect(other.counts).toEqual({ ...noLookups(), shared: 1 });
  });

  test("whose load failed are misses", async () => {
    const { counts, get } = replica();
    await get(() => Promise.reject(new Error("no tide"))).catch(() => {});
    expect(counts).toEqual({ ...noLookups(), misses: 1 });
  });
});

describe("a token", () => {
  const whose = { connector: "harbour", connection_id: "con_1", tenant_id: "ten_a" };
  let tally: Tally;
  let outcome: "ok" | "upstream_unavailable";

  function open() {
    tally = createTally();
    outcome = "ok";
    return createSharedTokens({
      ...{ shared: createMemoryShared(clock), sealer, clock, random: seededRandom() },
      ...{ logger: SILENT, tenant_id: "ten_a", watch: () => tally.watchToken(whose) },
    })({
      account: "a",
      renewAheadMs: 60_000,
      obtain: async () => {
        if (outcome === "ok") return { token: new Secret("t0ken"), lifetimeMs: 600_000 };
        throw new FairleadError("upstream_unavailable", "The harbour is closed.");
      },
    });
  }

  test("shows when it ends, and that it was obtained", async () => {
    const token = open();
    await token.get(signal());
    expect([...tally.tokens]).toEqual([
      { ...whose, expires_at: clock.now() + 600_000, failures: 0, last_code: undefined },
    ]);
    expect(tally.renewals.get("harbour")?.get("ok")).toBe(1);
    token.close();
    expect(tally.tokens.size).toBe(0);
  });

  test("counts failures in a row, and forgets them with the next success", async () => {
    const token = open();
    outcome = "upstream_unavailable";
    for (let n = 0; n < 2; n += 1) await token.get(signal()).catch(() => {});
    expect([...tally.tokens]).toMatchObject([{ failures: 2, last_code: "upstream_unavailable" }]);
    outcome = "ok";
    await token.get(signal());
    expect([...tally.tokens]).toMatchObject([{ failures: 0 }]);
    const outcomes = tally.renewals.get("harbour");
    expect([outcomes?.get("ok"), outcomes?.get("upstream_unavailable")]).toEqual([1, 2]);
    token.close();
  });
});

describe("an engine", () => {
  const harbour = defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    settings: z.object({}),
    createClient: () => undefined,
    tools: [
      defineTool({
        name: "harbour_get_tide",
        title: "Get the tide",
        description: "Says how high the water is.",
        effect: "read",
        cache: { ttlMs: 1_000 },
        input: z.object({}),
        output: z.object({ tide: z.string() }),
        handler: () => ({ tide: "high" }),
      }),
    ],
  });
  let close = async () => {};
  afterEach(() => close());

  test("tallies allowances by tier, and cached answers", async () => {
    const tally = createTally();
    const engine = await createTestEngine([harbour], {
      tally,
      config: { callerBucket: { capacity: 2, refillPerSecond: 0.001 } },
    });
    close = engine.close;
    await engine.connect("harbour");
    for (let n = 0; n < 3; n += 1) await engine.callTool("harbour_get_tide").catch(() => {});
    expect(tally.allowances.get("default")).toEqual({ admitted: 2, refused: 1, degraded: 0 });
    expect(tally.caches.answers).toEqual({ ...noLookups(), hits: 1, misses: 1 });
  });
});
