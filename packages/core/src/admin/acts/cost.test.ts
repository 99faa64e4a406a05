import { createTestAdmin, type TestAdmin } from "@fairlead/testkit/admin";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterEach, expect, test } from "vitest";
import type { UsageRow } from "../../storage/records.ts";

const PRICES = { upstream_call: 0.01, gigabyte_out: 0.05, gigabyte_month: 0 };
const grounds: TestAdmin[] = [];

async function open(options?: Parameters<typeof createTestAdmin>[0]): Promise<TestAdmin> {
  const ground = await createTestAdmin(options);
  grounds.push(ground);
  await ground.store.usage.add([
    row({ hour: Date.UTC(2026, 2, 2), upstream_calls: 500, bytes_out: 2e9 }),
    row({ hour: Date.UTC(2026, 1, 2), upstream_calls: 7 }),
    row({ tenant_id: "ten_umbra", hour: Date.UTC(2026, 2, 2), upstream_calls: 90_000 }),
  ]);
  return ground;
}

const row = (changes: Partial<UsageRow>): UsageRow => ({
  ...{ tenant_id: "ten_acme", principal_id: "prn_viewer", tool: "harbour_list_berths" },
  ...{ connector: "harbour", effect: "read", hour: 0 },
  ...{ calls: 1, errors: 0, upstream_calls: 0, bytes_out: 0 },
  ...changes,
});

afterEach(async () => {
  for (const ground of grounds.splice(0)) await ground.close();
});

test("tells what this month has cost the own tenant, and how much of its budget that is", async () => {
  const { act, store } = await open({ cost: { prices: PRICES, budget: 10 } });
  expect(await act("cost.get", {}, "admin")).toEqual({
    ...{ month: "2026-03", upstream_calls: 500, bytes_out: 2e9 },
    stored_bytes: await store.usage.storedBytes("ten_acme"),
    cost: { upstream_calls: 5, bytes_out: 0.1, stored_bytes: 0, total: 5.1 },
    ...{ budget: 10, budget_used: 0.51, prices: PRICES },
  });
});

test("tells of a month that is over", async () => {
  const { act } = await open({ cost: { prices: PRICES, budget: undefined } });
  const february = await act("cost.get", { month: "2026-02" });
  expect(february).toMatchObject({ upstream_calls: 7, cost: { total: 0.07 } });
  expect(february).not.toHaveProperty("budget");
});

test("counts where nothing has a price", async () => {
  const { act } = await open();
  expect(await act("cost.get")).toMatchObject({ upstream_calls: 500, cost: { total: 0 } });
});

test("tells whoever runs this Fairlead of any tenant", async () => {
  const { act } = await open({ cost: { prices: PRICES, budget: undefined } });
  const spent = await act("cost.get", { tenant: "umbra" }, "host");
  expect(spent).toMatchObject({ upstream_calls: 90_000, cost: { total: 900 } });
});

test.each(["2026-04", "2026-13", "march", ""])("knows no month %j yet", async (month) => {
  const { act } = await open();
  expect((await failureOf(act("cost.get", { month }))).code).toBe("invalid_input");
});

test("is not for who may not manage", async () => {
  const { act } = await open();
  expect((await failureOf(act("cost.get", {}, "developer"))).code).toBe("forbidden");
});
