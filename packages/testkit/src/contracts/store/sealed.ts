import type { Page, PageRequest } from "@fairlead/core/storage/records";
import { beforeEach, expect, test } from "vitest";
import { failureOf } from "../../failure-of.ts";
import type { Stores } from "../test-store.ts";
import { dataKey, journalRow, operation, plan, undo } from "./records.ts";

/** What a data key sealed, of plans, the journal, operations and undo handles. */
export function testSealed(open: () => Stores): void {
  beforeEach(async () => {
    const { one } = open();
    await one.dataKeys.insert(dataKey());
    await one.dataKeys.insert(dataKey({ id: "dk_b" }));
    await one.dataKeys.insert(dataKey({ id: "dk_other", tenant_id: "ten_b" }));
  });

  test("finds rows by the data key that sealed any field of them", async () => {
    const { one } = open();
    const b = "v1.dk_b.c2Vh";
    await one.plans.insert(plan({ sealed_state: null }));
    await one.plans.insert(plan({ id: "pln_b", sealed_arguments: b }));
    await one.journal.add(journalRow());
    await one.journal.add(
      journalRow({ id: "jrn_b", sealed_arguments: b, sealed_state: null, sealed_outcome: b }),
    );
    await one.journal.add(journalRow({ id: "jrn_c", sealed_outcome: b }));
    await one.operations.insert(operation());
    await one.operations.insert(operation({ id: "opn_b", sealed_result: b, sealed_call: null }));
    await one.operations.insert(operation({ id: "opn_c", sealed_call: null }));
    await one.undos.insert(undo());
    await one.undos.insert(undo({ id: "und_b", sealed_arguments: b }));
    // No data key of this tenant could have sealed it.
    await one.undos.insert(undo({ id: "und_c", tenant_id: "ten_b" }));

    const found = async (key: string) => {
      const all = { limit: 10 };
      const pages: Page<{ id: string }>[] = [
        await one.plans.listSealedWith(key, all),
        await one.journal.listSealedWith(key, all),
        await one.operations.listSealedWith(key, all),
        await one.undos.listSealedWith(key, all),
      ];
      return pages.flatMap(({ items }) => items.map(({ id }) => id)).join(" ");
    };
    expect(await found("dk_a")).toBe("pln_a pln_b jrn_a jrn_c opn_a und_a");
    expect(await found("dk_b")).toBe("pln_b jrn_b jrn_c opn_b und_b");
    expect(await found("dk_other")).toBe("");
    expect(await found("dk_x")).toBe("");
    expect((await one.plans.listSealedWith("dk_b", { limit: 10 })).items).toEqual([
      plan({ id: "pln_b", sealed_arguments: b }),
    ]);
  });

  test("looks at a page at a time, and misses none", async () => {
    const { one } = open();
    for (const n of [3, 1, 5, 2, 4]) {
      const changes = n > 2 ? { sealed_arguments: "v1.dk_b.c2Vh", sealed_state: null } : {};
      await one.journal.add(journalRow({ id: `jrn_${n}`, ...changes }));
    }
    const pages: string[][] = [];
    let cursor: string | null | undefined;
    do {
      const request: PageRequest = { limit: 2, cursor: cursor ?? undefined };
      const page = await one.journal.listSealedWith("dk_b", request);
      pages.push(page.items.map(({ id }) => id));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(pages).toEqual([[], ["jrn_3", "jrn_4"], ["jrn_5"]]);
    const { code } = await failureOf(one.journal.listSealedWith("dk_b", { limit: 2, cursor: "x" }));
    expect(code).toBe("invalid_input");
  });

  test("puts anew what was sealed only where it is as it was", async () => {
    const { one, other } = open();
    const b = "v1.dk_b.c2Vh";
    await one.plans.insert(plan());
    expect(await other.plans.reseal(plan(), plan({ sealed_arguments: b }))).toBe(true);
    expect(await other.plans.reseal(plan(), plan({ sealed_state: b }))).toBe(false);
    const half = plan({ sealed_arguments: b });
    expect(await other.plans.reseal({ ...half, sealed_state: null }, half)).toBe(false);
    expect(await one.plans.find("ten_a", "pln_a")).toEqual(half);

    await one.journal.add(journalRow());
    const outcome = { state: "done", sealed_outcome: "v1.dk_a.b3V0" } as const;
    await one.journal.move("ten_a", "jrn_a", "intended", outcome);
    const anew = { sealed_arguments: b, sealed_state: b, sealed_outcome: b };
    expect(await other.journal.reseal(journalRow(), anew)).toBe(false);
    expect(await other.journal.reseal(journalRow(outcome), anew)).toBe(true);
    expect(await one.journal.find("ten_a", "jrn_a")).toEqual(journalRow({ ...outcome, ...anew }));

    await one.undos.insert(undo());
    expect(await other.undos.reseal(undo(), { sealed_arguments: b })).toBe(true);
    expect(await other.undos.reseal(undo(), { sealed_arguments: "x" })).toBe(false);
    expect(await one.undos.find("ten_a", "und_a")).toEqual(undo({ sealed_arguments: b }));
  });

  test("seals an operation anew as its next version, so that nobody writes the old text back", async () => {
    const { one, other } = open();
    await one.operations.insert(operation());
    const anew = { sealed_result: null, sealed_call: "v1.dk_b.c2Vh" };
    expect(await other.operations.reseal(operation(), anew)).toBe(true);
    expect(await one.operations.update(operation({ version: 2 }))).toBe(false);
    expect(await other.operations.reseal(operation(), anew)).toBe(false);
    expect(await one.operations.find("ten_a", "opn_a")).toEqual(operation({ ...anew, version: 2 }));
  });

  test("lets exactly one of many seal a row anew", async () => {
    const { one, other } = open();
    await one.journal.add(journalRow());
    const resealed = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        (n % 2 === 0 ? one : other).journal.reseal(
          journalRow(),
          journalRow({ sealed_arguments: `v1.dk_b.${n}` }),
        ),
      ),
    );
    expect(resealed.filter(Boolean)).toHaveLength(1);
    const kept = await one.journal.find("ten_a", "jrn_a");
    expect(kept?.sealed_arguments).toBe(`v1.dk_b.${resealed.indexOf(true)}`);
  });
}
