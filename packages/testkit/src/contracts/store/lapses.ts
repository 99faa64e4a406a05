import { expect, test } from "vitest";
import type { Stores } from "../test-store.ts";
import {
  addOwners,
  approval,
  delegation,
  effectCount,
  journalRow,
  operation,
  plan,
  principal,
  undo,
} from "./records.ts";

const DAY_MS = 86_400_000;
const NOW = 2_000 * DAY_MS;

/** What is swept of plans, the journal, operations and what belongs to them. */
export function testLapses(open: () => Stores): void {
  test("sweeps plans a day after they lapsed, with what was said on them, unless they were used", async () => {
    const { one } = open();
    for (const [id, expires_at] of [
      ["pln_long", NOW - DAY_MS],
      ["pln_used", NOW - DAY_MS],
      ["pln_lately", NOW - DAY_MS + 1],
    ] as const) {
      await one.plans.insert(plan({ id, expires_at }));
      await one.approvals.add(approval({ plan_id: id }));
    }
    await one.journal.add(journalRow({ plan_id: "pln_used" }));
    // A row of another tenant that names it keeps nothing.
    await one.journal.add(journalRow({ tenant_id: "ten_b", plan_id: "pln_long" }));
    await one.sweep(NOW);
    const kept = async () =>
      (await one.plans.list("ten_a", { limit: 10 })).items.map(({ id }) => id).sort();
    expect(await kept()).toEqual(["pln_lately", "pln_used"]);
    expect(await one.approvals.listOf("ten_a", "pln_long")).toEqual([]);
    expect(await one.approvals.listOf("ten_a", "pln_used")).toHaveLength(1);
    await one.sweep(NOW + 1);
    expect(await kept()).toEqual(["pln_used"]);
  });

  test("sweeps a plan that was used once its journal row is gone", async () => {
    const { one } = open();
    await one.plans.insert(plan({ expires_at: NOW - 100 * DAY_MS }));
    await one.journal.add(journalRow({ plan_id: "pln_a", ended_at: NOW - 380 * DAY_MS }));
    await one.sweep(NOW);
    await one.sweep(NOW + 29 * DAY_MS);
    expect(await one.plans.find("ten_a", "pln_a")).toBeDefined();
    await one.sweep(NOW + 30 * DAY_MS);
    expect(await one.plans.find("ten_a", "pln_a")).toBeUndefined();
  });

  test("sweeps journal rows 400 days after their end, and none that has not ended", async () => {
    const { one } = open();
    const end = NOW - 400 * DAY_MS;
    await one.journal.add(journalRow({ id: "jrn_old", state: "done", ended_at: end - 1 }));
    await one.journal.add(journalRow({ id: "jrn_edge", state: "failed", ended_at: end }));
    await one.journal.add(journalRow({ id: "jrn_open", state: "unknown", created_at: 1 }));
    await one.sweep(NOW);
    const kept = await Promise.all(
      ["jrn_old", "jrn_edge", "jrn_open"].map((id) => one.journal.find("ten_a", id)),
    );
    expect(kept.map((row) => row !== undefined)).toEqual([false, true, true]);
  });

  test("sweeps more than fits into one piece", async () => {
    const { one } = open();
    await one.transaction(async (tx) => {
      for (let n = 0; n < 2_100; n++)
        await tx.journal.add(journalRow({ id: `jrn_${n}`, ended_at: n < 2_050 ? 1 : NOW }));
    });
    await one.dataKeys.insert({
      ...{ id: "dk_a", tenant_id: "ten_a", master_key_id: "mk_1", wrapped: "", created_at: 1 },
      active: true,
    });
    await one.sweep(NOW);
    const { items, next_cursor } = await one.journal.listSealedWith("dk_a", { limit: 1_000 });
    expect([items.length, next_cursor]).toEqual([50, null]);
  });

  test("sweeps operations, undo handles, delegations and counts that have lapsed", async () => {
    const { one } = open();
    await addOwners(one);
    await one.principals.insert(principal({ id: "prn_a2" }));
    for (const [n, expires_at] of [NOW, NOW + 1].entries()) {
      await one.operations.insert(operation({ id: `opn_${n}`, expires_at, ended_at: 2_000 }));
      await one.undos.insert(undo({ id: `und_${n}`, expires_at }));
      await one.delegations.insert(delegation({ id: `dlg_${n}`, expires_at }));
      await one.effectCounts.spend(effectCount({ period: `p${n}`, expires_at }), 1, 1);
    }
    await one.operations.insert(operation({ id: "opn_2" }));
    const left = async () => {
      const { items } = await one.operations.list("ten_a", { limit: 10 });
      const undos = await Promise.all(["und_0", "und_1"].map((id) => one.undos.find("ten_a", id)));
      return [
        ...items.map(({ id }) => id),
        ...undos.flatMap((row) => row?.id ?? []),
        ...(await one.delegations.list("ten_a", { at: 1_000 })).map(({ id }) => id),
        ...(await one.effectCounts.list("ten_a", ["p0", "p1"])).map(({ period }) => period),
      ].join(" ");
    };
    await one.sweep(NOW);
    expect(await left()).toBe("opn_2 opn_1 und_1 dlg_1 p1");
    await one.sweep(NOW + 1);
    expect(await left()).toBe("opn_2");
  });
}
