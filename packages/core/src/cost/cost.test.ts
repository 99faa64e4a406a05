import { createManualClock } from "@fairlead/testkit/clock";
import { describe, expect, test } from "vitest";
import type { UsageRow } from "../storage/records.ts";
import { createSqliteStore } from "../storage/sqlite.ts";
import { costOf, monthOf, parseMonth, priced } from "./cost.ts";

const PRICES = { upstream_call: 0.001, gigabyte_out: 0.05, gigabyte_month: 0.1 };
const MARCH = monthOf(Date.UTC(2026, 2, 14));
const MIDDLE = (MARCH.from + MARCH.to) / 2;

describe("a month", () => {
  test("begins and ends at midnight UTC", () => {
    expect(MARCH).toEqual({
      ...{ name: "2026-03", from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 3, 1) },
    });
    expect(monthOf(MARCH.to - 1)).toEqual(MARCH);
    expect(monthOf(MARCH.to).name).toBe("2026-04");
    expect(monthOf(Date.UTC(2026, 11, 31)).to).toBe(Date.UTC(2027, 0, 1));
  });

  test("is read by its name, and nothing else is", () => {
    expect(parseMonth("2026-03")).toEqual(MARCH);
    for (const name of ["2026-13", "2026-00", "2026-3", "26-03", "2026-03-01", ""]) {
      expect(parseMonth(name)).toBeUndefined();
    }
  });
});

describe("what is used", () => {
  test("costs what the operator says", () => {
    const used = { upstream_calls: 1_500, bytes_out: 2e9, stored_bytes: 4e9 };
    expect(priced(used, MARCH, PRICES, MIDDLE)).toEqual({
      ...used,
      cost: { upstream_calls: 1.5, bytes_out: 0.1, stored_bytes: 0.2, total: 1.8 },
    });
  });

  test("is charged for storage of a whole month, and no longer, once that is over", () => {
    const used = { upstream_calls: 0, bytes_out: 0, stored_bytes: 1e9 };
    expect(priced(used, MARCH, PRICES, MARCH.to + 1e9).cost.total).toBe(0.1);
    expect(priced(used, MARCH, PRICES, MARCH.from).cost.total).toBe(0);
  });

  test("is what the records of the tenant and the month say", async () => {
    const clock = createManualClock();
    const store = await createSqliteStore(":memory:", { clock });
    for (const id of ["ten_a", "ten_b"]) await addTenant(store, id);
    await store.usage.add([
      usage({ hour: MARCH.from, upstream_calls: 10 }),
      usage({ hour: MARCH.from, upstream_calls: 5, principal_id: "prn_other" }),
      usage({ hour: MARCH.to - 3_600_000, upstream_calls: 1, bytes_out: 3e9 }),
      usage({ hour: MARCH.from - 3_600_000, upstream_calls: 1_000 }),
      usage({ hour: MARCH.to, upstream_calls: 1_000 }),
      usage({ tenant_id: "ten_b", upstream_calls: 1_000 }),
    ]);
    const spent = await costOf(store, "ten_a", MARCH, PRICES, clock.now());
    expect(spent).toMatchObject({ upstream_calls: 16, bytes_out: 3e9 });
    expect(spent.cost).toMatchObject({ upstream_calls: 0.016, bytes_out: 0.15 });
    expect(spent.stored_bytes).toBe(await store.usage.storedBytes("ten_a"));
    await store.close();
  });
});

async function addTenant(
  store: Awaited<ReturnType<typeof createSqliteStore>>,
  id: string,
): Promise<void> {
  const common = { status: "active" as const, tier: null, repository: null, created_at: 0 };
  await store.tenants.insert({ id, name: id.replace("_", "-"), ...common });
}

function usage(changes: Partial<UsageRow>): UsageRow {
  return {
    ...{
      tenant_id: "ten_a",
      principal_id: "prn_a",
      tool: "harbour_get_tide",
      connector: "harbour",
    },
    ...{ effect: "read", hour: MARCH.from, calls: 1, errors: 0, upstream_calls: 0, bytes_out: 0 },
    ...changes,
  };
}
