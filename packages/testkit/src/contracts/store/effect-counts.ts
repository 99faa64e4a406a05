import { expect, test } from "vitest";
import type { Stores } from "../test-store.ts";
import { effectCount } from "./records.ts";

const { period } = effectCount();

export function testEffectCounts(open: () => Stores): void {
  test("spends up to the limit, and gives back down to nothing", async () => {
    const { one, other } = open();
    const used = async () => (await other.effectCounts.list("ten_a", [period]))[0]?.used;
    const spend = (amount: number, limit = 10) =>
      one.effectCounts.spend(effectCount(), amount, limit);
    expect(await spend(-1)).toBe(true);
    expect(await spend(11)).toBe(false);
    expect(await used()).toBeUndefined();
    expect(await spend(7)).toBe(true);
    expect(await spend(4)).toBe(false);
    expect(await used()).toBe(7);
    expect(await spend(3)).toBe(true);
    expect(await spend(1)).toBe(false);
    expect(await spend(0)).toBe(true);
    // Also when the limit was lowered meanwhile.
    expect(await spend(-4, 2)).toBe(true);
    expect(await used()).toBe(6);
    expect(await spend(1, 5)).toBe(false);
    expect(await spend(-7)).toBe(true);
    expect(await used()).toBe(0);
    expect(await spend(10)).toBe(true);
  });

  test("counts money above what 32 bits hold", async () => {
    const { one } = open();
    const row = effectCount({ budget: "money_cents", period: "2026-11" });
    const limit = Number.MAX_SAFE_INTEGER;
    await one.effectCounts.spend(row, 5_000_000_000, limit);
    await one.effectCounts.spend(row, 5_000_000_000, limit);
    await one.effectCounts.spend(row, -1, limit);
    expect(await one.effectCounts.list("ten_a", ["2026-11"])).toEqual([
      { ...row, used: 9_999_999_999 },
    ]);
  });

  test("counts each principal, budget and period by itself", async () => {
    const { one } = open();
    const rows = [
      effectCount(),
      effectCount({ principal_id: "*" }),
      effectCount({ budget: "creates" }),
      effectCount({ period: "2026-12-01", expires_at: 19_000 }),
      effectCount({ tenant_id: "ten_b" }),
    ];
    for (const [n, row] of rows.entries())
      expect(await one.effectCounts.spend(row, n + 1, 5)).toBe(true);
    const used = async (tenant_id: string, periods: string[]) =>
      (await one.effectCounts.list(tenant_id, periods)).map((row) => row.used).sort();
    expect(await used("ten_a", [period])).toEqual([1, 2, 3]);
    expect(await used("ten_a", [period, "2026-12-01"])).toEqual([1, 2, 3, 4]);
    expect(await used("ten_b", [period])).toEqual([5]);
    expect(await used("ten_a", [])).toEqual([]);
  });

  test("of many who spend at once, no more do than the limit allows", async () => {
    const { one, other } = open();
    const spent = await Promise.all(
      Array.from({ length: 40 }, (_, n) => {
        const store = n % 2 === 0 ? one : other;
        const spend = (counts: typeof store.effectCounts) => counts.spend(effectCount(), 3, 50);
        return n % 4 < 2
          ? spend(store.effectCounts)
          : store.transaction((tx) => spend(tx.effectCounts));
      }),
    );
    expect(spent.filter(Boolean)).toHaveLength(16);
    expect((await one.effectCounts.list("ten_a", [period]))[0]?.used).toBe(48);
  });

  test("loses nothing of what is spent and given back at once", async () => {
    const { one, other } = open();
    await one.effectCounts.spend(effectCount(), 100, 1_000);
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        (n % 2 === 0 ? one : other).effectCounts.spend(effectCount(), n % 4 < 2 ? 5 : -3, 1_000),
      ),
    );
    expect((await one.effectCounts.list("ten_a", [period]))[0]?.used).toBe(140);
  });

  test("spends nothing in a transaction that is rolled back", async () => {
    const { one } = open();
    const failing = one.transaction(async (tx) => {
      expect(await tx.effectCounts.spend(effectCount(), 5, 10)).toBe(true);
      throw new Error("The tide turned.");
    });
    await expect(failing).rejects.toThrow("The tide turned.");
    expect(await one.effectCounts.list("ten_a", [period])).toEqual([]);
  });
}
