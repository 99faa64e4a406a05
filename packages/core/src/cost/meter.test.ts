import { createManualClock, until } from "@fairlead/testkit/clock";
import { createCollectingLogger } from "@fairlead/testkit/logger";
import { createBreakableShared } from "@fairlead/testkit/shared";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createMemoryShared } from "../storage/memory-shared.ts";
import { createSqliteStore } from "../storage/sqlite.ts";
import type { Store } from "../storage/store.ts";
import { FREE, monthOf } from "./cost.ts";
import { type CostMeter, type Crossing, createCostMeter } from "./meter.ts";

const MINUTE_MS = 60_000;
const clock = createManualClock();
const month = monthOf(clock.now());
let store: Store;
let shared: ReturnType<typeof createBreakableShared>;
let crossings: Crossing[];
let meters: CostMeter[];

function create(own: Pick<Store, "usage"> = store): CostMeter {
  const meter = createCostMeter({
    ...{ store: own, shared, clock, logger: createCollectingLogger() },
    config: { prices: { ...FREE, upstream_call: 0.01 }, budget: 10 },
    onCrossed: (crossing) => crossings.push(crossing),
  });
  meters.push(meter);
  return meter;
}

async function spend(tenant_id: string, upstream_calls: number): Promise<void> {
  if ((await store.tenants.find(tenant_id)) === undefined) {
    const common = { status: "active" as const, tier: null, repository: null, created_at: 0 };
    await store.tenants.insert({ id: tenant_id, name: tenant_id.replace("_", "-"), ...common });
  }
  await store.usage.add([
    {
      ...{ tenant_id, principal_id: "prn_a", tool: "harbour_get_tide", connector: "harbour" },
      ...{ effect: "read", hour: month.from, calls: 1, errors: 0, upstream_calls, bytes_out: 0 },
    },
  ]);
}

beforeEach(async () => {
  store = await createSqliteStore(":memory:", { clock });
  shared = createBreakableShared(createMemoryShared(clock));
  crossings = [];
  meters = [];
});

afterEach(async () => {
  for (const meter of meters) await meter.close();
  await store.close();
});

test("says nothing below 80 % of a budget, and what was reached from there on", async () => {
  const meter = create();
  await spend("ten_a", 799);
  await meter.look();
  expect(crossings).toEqual([]);
  await spend("ten_a", 1);
  await meter.look();
  const own = { tenant_id: "ten_a", month: month.name, budget: 10 };
  expect(crossings).toEqual([{ ...own, percent: 80, cost: 8 }]);
  await spend("ten_a", 200);
  await meter.look();
  expect(crossings.slice(1)).toEqual([
    { ...own, percent: 80, cost: 10 },
    { ...own, percent: 100, cost: 10 },
  ]);
});

test("leaves for every replica how many tenants are past what", async () => {
  const [one, other] = [create(), create()];
  expect(await other.latest()).toBeUndefined();
  for (const [id, calls] of [
    ["ten_a", 850],
    ["ten_b", 1_000],
    ["ten_c", 3],
  ] as const)
    await spend(id, calls);
  await one.look();
  expect(await other.latest()).toEqual({ at: clock.now(), tenants: { "80": 2, "100": 1 } });
});

test("looks every five minutes, on one of all replicas", async () => {
  let looks = 0;
  const counting: Pick<Store, "usage"> = {
    usage: {
      ...store.usage,
      totals: (query) => {
        looks += 1;
        return store.usage.totals(query);
      },
    },
  };
  await spend("ten_a", 900);
  for (let n = 0; n < 3; n += 1) create(counting);
  for (let round = 1; round <= 2; round += 1) {
    clock.advance(5 * MINUTE_MS);
    await until(() => crossings.length === round);
  }
  expect(looks).toBe(2);
});

test("waits while shared state is away, since nobody could tell what was told", async () => {
  await spend("ten_a", 900);
  create();
  shared.isAway = true;
  clock.advance(5 * MINUTE_MS);
  for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((go) => setImmediate(go));
  expect(crossings).toEqual([]);
  shared.isAway = false;
  clock.advance(5 * MINUTE_MS);
  await until(() => crossings.length === 1);
});

test("asks what a tenant stores no more than once an hour", async () => {
  let asked = 0;
  const counting: Pick<Store, "usage"> = {
    usage: {
      ...store.usage,
      storedBytes: async () => {
        asked += 1;
        return 100e9;
      },
    },
  };
  await spend("ten_a", 0);
  const meter = createCostMeter({
    ...{ store: counting, shared, clock, logger: createCollectingLogger() },
    config: { prices: { ...FREE, gigabyte_month: 1 }, budget: 10 },
    onCrossed: (crossing) => crossings.push(crossing),
  });
  meters.push(meter);
  await meter.look();
  await meter.look();
  expect(asked).toBe(1);
  expect(crossings[0]).toMatchObject({ tenant_id: "ten_a", percent: 80 });
  clock.advance(60 * MINUTE_MS);
  await meter.look();
  expect(asked).toBe(2);
});
