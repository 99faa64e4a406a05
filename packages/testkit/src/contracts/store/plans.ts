import { expect, test } from "vitest";
import { failureOf } from "../../failure-of.ts";
import type { Stores } from "../test-store.ts";
import { addOwners, approval, delegation, journalRow, plan, principal } from "./records.ts";

/** Plans, approvals and delegations. */
export function testPlans(open: () => Stores): void {
  test("gives a plan back as it was written, also of a tenant that is no record", async () => {
    const { one, other } = open();
    const bare = plan({ id: "pln_b", tenant_id: "ten_derived", ...BARE });
    await one.plans.insert(plan());
    await one.plans.insert(bare);
    expect(await other.plans.find("ten_a", "pln_a")).toEqual(plan());
    expect(await other.plans.find("ten_derived", "pln_b")).toEqual(bare);
    expect(await other.plans.find("ten_a", "pln_b")).toBeUndefined();
    expect((await failureOf(other.plans.insert(plan()))).code).toBe("conflict");
  });

  test("lists plans a page at a time, newest first, none twice and none missing", async () => {
    const { one } = open();
    // Some of the same moment: then ids decide.
    for (const n of [5, 3, 1, 4, 2]) {
      const principal_id = n % 2 === 0 ? "prn_even" : "prn_odd";
      const created_at = 1_000 + Math.floor(n / 2);
      await one.plans.insert(plan({ id: `pln_${n}`, principal_id, created_at }));
    }
    const pages = async (query: { principal_id?: string; open_at?: number }) => {
      const seen: string[][] = [];
      let cursor: string | null | undefined;
      do {
        const request = { ...query, limit: 2, cursor: cursor ?? undefined };
        const page = await one.plans.list("ten_a", request);
        seen.push(page.items.map(({ id }) => id));
        cursor = page.next_cursor;
      } while (cursor !== null);
      return seen;
    };
    expect(await pages({})).toEqual([["pln_5", "pln_4"], ["pln_3", "pln_2"], ["pln_1"]]);
    expect(await pages({ open_at: 2_000 })).toEqual(await pages({}));
    expect(await pages({ principal_id: "prn_odd" })).toEqual([["pln_5", "pln_3"], ["pln_1"]]);
    expect(await pages({ principal_id: "prn_even", open_at: 2_000 })).toEqual([["pln_4", "pln_2"]]);
    const { code } = await failureOf(one.plans.list("ten_a", { limit: 2, cursor: "nonsense" }));
    expect(code).toBe("invalid_input");
  });

  test("lists as open what is neither denied nor lapsed nor used", async () => {
    const { one } = open();
    await one.plans.insert(plan({ id: "pln_open" }));
    await one.plans.insert(plan({ id: "pln_denied", denied_at: 2_000 }));
    await one.plans.insert(plan({ id: "pln_lapsed", expires_at: 3_000 }));
    await one.plans.insert(plan({ id: "pln_used" }));
    await one.plans.insert(plan({ id: "pln_used_elsewhere" }));
    await one.journal.add(journalRow({ plan_id: "pln_used" }));
    await one.journal.add(journalRow({ tenant_id: "ten_b", plan_id: "pln_used_elsewhere" }));
    const { items } = await one.plans.list("ten_a", { limit: 10, open_at: 3_000 });
    expect(items.map(({ id }) => id)).toEqual(["pln_used_elsewhere", "pln_open"]);
    expect((await one.plans.list("ten_a", { limit: 10 })).items).toHaveLength(5);
  });

  test("lets exactly one of many deny a plan", async () => {
    const { one, other } = open();
    await one.plans.insert(plan());
    const denied = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        (n % 2 === 0 ? one : other).plans.deny("ten_a", "pln_a", 2_000 + n),
      ),
    );
    expect(denied.filter(Boolean)).toHaveLength(1);
    const kept = await one.plans.find("ten_a", "pln_a");
    expect(kept).toEqual(plan({ denied_at: 2_000 + denied.indexOf(true) }));
    expect(await one.plans.deny("ten_a", "pln_x", 2_000)).toBe(false);
  });

  test("takes one word of each person on a plan", async () => {
    const { one, other } = open();
    await one.plans.insert(plan());
    const words = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        (n % 2 === 0 ? one : other).approvals.add(approval({ at: 2_000 + n })),
      ),
    );
    expect(words.filter(Boolean)).toHaveLength(1);
    const first = approval({ at: 2_000 + words.indexOf(true) });
    const second = approval({
      ...{ principal_id: "prn_c", on_behalf_of: "prn_d", decision: "deny", way: "cli" },
      ...{ reason: null, at: 4_000 },
    });
    expect(await one.approvals.add(second)).toBe(true);
    expect(await other.approvals.listOf("ten_a", "pln_a")).toEqual([first, second]);
    expect(await one.approvals.listOf("ten_a", "pln_x")).toEqual([]);
  });

  test("takes no word on a plan that is not there, or is another tenant's", async () => {
    const { one } = open();
    await one.plans.insert(plan());
    for (const word of [approval({ plan_id: "pln_x" }), approval({ tenant_id: "ten_b" })])
      expect((await failureOf(one.approvals.add(word))).code).toBe("not_found");
  });

  test("lists the delegations that hold at a time, of a tenant or to one person", async () => {
    const { one, other } = open();
    await addOwners(one);
    await one.principals.insert(principal({ id: "prn_a2" }));
    await one.delegations.insert(delegation());
    const back = delegation({
      ...{ id: "dlg_b", from_principal_id: "prn_a2", to_principal_id: "prn_a" },
      ...{ created_at: 2_000, expires_at: 5_000 },
    });
    await one.delegations.insert(back);
    const list = (at: number, to_principal_id?: string) =>
      other.delegations.list("ten_a", { at, to_principal_id });
    expect(await list(999)).toEqual([]);
    expect(await list(1_000)).toEqual([delegation()]);
    expect(await list(2_000)).toEqual([delegation(), back]);
    expect(await list(2_000, "prn_a")).toEqual([back]);
    expect(await list(5_000)).toEqual([delegation()]);
    expect(await list(9_000)).toEqual([]);
    await one.delegations.delete("ten_a", "dlg_a");
    expect(await list(2_000)).toEqual([back]);
  });

  test("lends no right from or to somebody who is not of the tenant, nor past their end", async () => {
    const { one } = open();
    await addOwners(one);
    for (const changes of [{}, { to_principal_id: "prn_b" }, { from_principal_id: "prn_b" }]) {
      const failure = await failureOf(one.delegations.insert(delegation(changes)));
      expect(failure.code).toBe("not_found");
    }
    await one.principals.insert(principal({ id: "prn_a2" }));
    await one.delegations.insert(delegation());
    await one.principals.delete("ten_a", "prn_a2");
    expect(await one.delegations.list("ten_a", { at: 1_000 })).toEqual([]);
  });
}

const BARE = { connection_id: null, sealed_state: null, denied_at: 1_500 };
