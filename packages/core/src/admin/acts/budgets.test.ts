import { createTestAdmin, type TestAdmin } from "@fairlead/testkit/admin";
import { afterEach, expect, test } from "vitest";

let ground: TestAdmin;
afterEach(() => ground.close());

const day = { period: "2026-03-14", ends_at: Date.UTC(2026, 2, 15) };
const month = { period: "2026-03", ends_at: Date.UTC(2026, 3, 1) };

async function spend(principal_id: string, amount: number): Promise<void> {
  const row = { tenant_id: "ten_acme", budget: "deletes" as const, principal_id };
  const at = { period: day.period, expires_at: day.ends_at };
  await ground.store.effectCounts.spend({ ...row, ...at }, amount, 100);
}

test("shows what bounds there are and how far they are used", async () => {
  const effectBudgets = { principal: { deletes: 5 }, tenant: { deletes: 9, money_cents: 20_000 } };
  ground = await createTestAdmin({ effectBudgets });
  await spend("prn_viewer", 2);
  await spend("prn_developer", 4);
  await spend("*", 6);
  const shared = [
    { budget: "deletes", whose: "tenant", principal_id: null, used: 6, limit: 9, ...day },
    {
      budget: "money_cents",
      whose: "tenant",
      principal_id: null,
      used: 0,
      limit: 20_000,
      ...month,
    },
  ];
  const of = (principal_id: string, used: number) => ({
    ...{ budget: "deletes", whose: "caller", principal_id, used, limit: 5, ...day },
  });
  const { items } = await ground.act("budgets.get", {}, "viewer");
  expect(items).toHaveLength(3);
  expect(items).toEqual(expect.arrayContaining([of("prn_viewer", 2), ...shared]));
  const { items: all } = await ground.act("budgets.get", {}, "admin");
  expect(all).toHaveLength(5);
  expect(all).toEqual(
    expect.arrayContaining([
      ...[of("prn_admin", 0), of("prn_viewer", 2), of("prn_developer", 4), ...shared],
    ]),
  );
  expect((await ground.act("budgets.get", { tenant: "acme" }, "host")).items).toHaveLength(4);
});

test("shows nothing where nothing is bounded", async () => {
  ground = await createTestAdmin();
  expect(await ground.act("budgets.get", {}, "viewer")).toEqual({ items: [] });
});
