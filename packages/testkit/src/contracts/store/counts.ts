import { expect, test } from "vitest";
import type { Stores } from "../test-store.ts";
import { addOwners, auditRow, connection, usageRow } from "./records.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Usage and activity. */
export function testCounts(open: () => Stores): void {
  test("knows nothing of a principal that was never active", async () => {
    expect(await open().one.activity.find("ten_a", "prn_a")).toBeUndefined();
  });

  test("keeps the earliest time as first seen and the latest as last active", async () => {
    const { one, other } = open();
    const who = { tenant_id: "ten_a", principal_id: "prn_a" };
    await one.activity.touch([
      { ...who, at: 3_000 },
      { ...who, at: 2_000 },
      { ...who, at: 4_000 },
    ]);
    await other.activity.touch([{ ...who, at: 3_500 }]);
    expect(await one.activity.find("ten_a", "prn_a")).toEqual({
      first_seen_at: 2_000,
      last_active_at: 4_000,
    });
    await other.activity.touch([{ ...who, at: 1_000 }]);
    await other.activity.touch([{ ...who, at: 5_000 }]);
    expect(await one.activity.find("ten_a", "prn_a")).toEqual({
      first_seen_at: 1_000,
      last_active_at: 5_000,
    });
  });

  test("keeps apart names that would read alike in a row", async () => {
    const { one } = open();
    await one.activity.touch([{ tenant_id: "a", principal_id: "b c", at: 1 }]);
    await one.activity.touch([{ tenant_id: "a b", principal_id: "c", at: 2 }]);
    expect((await one.activity.find("a", "b c"))?.last_active_at).toBe(1);
    expect((await one.activity.find("a b", "c"))?.last_active_at).toBe(2);
  });

  test("keeps them apart within a batch as well", async () => {
    const { one } = open();
    await one.activity.touch([
      { tenant_id: "a", principal_id: "b c", at: 1 },
      { tenant_id: "a b", principal_id: "c", at: 2 },
    ]);
    expect((await one.activity.find("a", "b c"))?.last_active_at).toBe(1);
    expect((await one.activity.find("a b", "c"))?.last_active_at).toBe(2);
  });

  test("adds usage to what is there", async () => {
    const { one, other } = open();
    await one.usage.add([usageRow(), usageRow({ calls: 4 })]);
    await other.usage.add([usageRow({ errors: 0 })]);
    expect(await one.usage.list("ten_a", { from: 0, to: 10 * HOUR_MS })).toEqual([
      usageRow({ calls: 10, errors: 2, upstream_calls: 6, bytes_out: 3_000 }),
    ]);
  });

  test("loses no usage that is added at the same time", async () => {
    const { one, other } = open();
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? one : other).usage.add(
          ["c", "a", "b"].map((tool) => usageRow({ tool, calls: 1 })),
        ),
      ),
    );
    const rows = await one.usage.list("ten_a", { from: 0, to: 10 * HOUR_MS });
    expect(rows.map(({ tool, calls }) => [tool, calls])).toEqual([
      ["a", 20],
      ["b", 20],
      ["c", 20],
    ]);
  });

  test("counts per principal, tool and hour", async () => {
    const { one } = open();
    const rows = [
      usageRow({ hour: HOUR_MS }),
      usageRow({ hour: 2 * HOUR_MS }),
      usageRow({ hour: 2 * HOUR_MS, tool: "resource harbour://piers" }),
      usageRow({ hour: 2 * HOUR_MS, principal_id: "prn_c" }),
      usageRow({ hour: 3 * HOUR_MS }),
    ];
    await one.usage.add(rows);
    const [, second, third, fourth] = rows;
    const from = 2 * HOUR_MS;
    const to = 3 * HOUR_MS;
    expect(await one.usage.list("ten_a", { from, to })).toEqual([second, third, fourth]);
    expect(await one.usage.list("ten_a", { from, to, principal_id: "prn_c" })).toEqual([fourth]);
  });

  test("adds more usage than fits into one statement", async () => {
    const { one } = open();
    await one.usage.add(Array.from({ length: 7_000 }, (_, n) => usageRow({ tool: `tool_${n}` })));
    expect(await one.usage.list("ten_a", { from: 0, to: 2 * HOUR_MS })).toHaveLength(7_000);
  });

  test("counts bytes above what 32 bits hold", async () => {
    const { one } = open();
    await one.usage.add([usageRow({ bytes_out: 5_000_000_000 })]);
    await one.usage.add([usageRow({ bytes_out: 5_000_000_000 })]);
    const [row] = await one.usage.list("ten_a", { from: 0, to: 2 * HOUR_MS });
    expect(row?.bytes_out).toBe(10_000_000_000);
  });

  test("sums up what each tenant used in some hours", async () => {
    const { one } = open();
    await one.usage.add([
      usageRow({ hour: 0, calls: 1 }),
      usageRow({ hour: HOUR_MS, calls: 2, errors: 1, upstream_calls: 3, bytes_out: 5_000_000_000 }),
      usageRow({
        hour: HOUR_MS,
        tool: "another",
        calls: 4,
        errors: 0,
        upstream_calls: 0,
        bytes_out: 7,
      }),
      usageRow({ hour: HOUR_MS, tenant_id: "ten_b", calls: 9 }),
      usageRow({ hour: 2 * HOUR_MS, calls: 8 }),
    ]);
    const span = { from: HOUR_MS, to: 2 * HOUR_MS };
    const sums = { calls: 6, errors: 1, upstream_calls: 3, bytes_out: 5_000_000_007 };
    expect(await one.usage.total("ten_a", span)).toEqual({ tenant_id: "ten_a", ...sums });
    const totals = await one.usage.totals(span);
    expect(totals.map(({ tenant_id, calls }) => [tenant_id, calls])).toEqual([
      ["ten_a", 6],
      ["ten_b", 9],
    ]);
    expect(await one.usage.total("ten_nobody", span)).toMatchObject({ calls: 0, bytes_out: 0 });
  });

  test("sweeps usage of more than 800 days ago, or 90 where the tenant is no record", async () => {
    const { one } = open();
    await addOwners(one);
    const now = 1_000 * DAY_MS;
    const hours = [199, 200, 909, 910].map((day) => day * DAY_MS);
    for (const tenant_id of ["ten_a", "ten_derived", "ten_other"]) {
      await one.usage.add(hours.map((hour) => usageRow({ tenant_id, hour })));
    }
    await one.sweep(now);
    const kept = async (tenant_id: string) =>
      (await one.usage.list(tenant_id, { from: 0, to: now })).map(({ hour }) => hour / DAY_MS);
    expect(await kept("ten_a")).toEqual([200, 909, 910]);
    expect(await kept("ten_derived")).toEqual([910]);
    expect(await kept("ten_other")).toEqual([910]);
  });

  test("sweeps who was not active for 800 days, or 90 where the tenant is no record", async () => {
    const { one } = open();
    await addOwners(one);
    const now = 1_000 * DAY_MS;
    const days = [199, 200, 909, 910];
    for (const tenant_id of ["ten_a", "ten_derived"]) {
      const rows = days.map((day) => ({ tenant_id, principal_id: `p${day}`, at: day * DAY_MS }));
      await one.activity.touch(rows);
    }
    await one.activity.touch([{ tenant_id: "ten_derived", principal_id: "p199", at: now }]);
    await one.sweep(now);
    const kept = async (tenant_id: string) => {
      const found = await Promise.all(days.map((day) => one.activity.find(tenant_id, `p${day}`)));
      return days.filter((_, n) => found[n] !== undefined);
    };
    expect(await kept("ten_a")).toEqual([200, 909, 910]);
    expect(await kept("ten_derived")).toEqual([199, 910]);
  });

  test("knows what the whole database takes", async () => {
    const { one } = open();
    expect(await one.bytes()).toBeGreaterThan(10_000);
  });

  test("knows roughly what a tenant's records take", async () => {
    const { one } = open();
    await addOwners(one);
    const before = await one.usage.storedBytes("ten_a");
    await one.connections.insert(connection({ settings: { note: "x".repeat(10_000) } }));
    const grown = (await one.usage.storedBytes("ten_a")) - before;
    expect(grown).toBeGreaterThan(10_000);
    expect(grown).toBeLessThan(12_000);
    await one.audit.append([auditRow()]);
    expect(await one.usage.storedBytes("ten_a")).toBeGreaterThan(before + grown);
    expect(await one.usage.storedBytes("ten_nobody")).toBe(0);
  });
}
