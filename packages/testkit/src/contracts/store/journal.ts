import type { JournalRow } from "@fairlead/core/storage/write-records";
import { describe, expect, test } from "vitest";
import type { Stores } from "../test-store.ts";
import { journalRow, tenant } from "./records.ts";

/** What two rows of a tenant may not have both. */
const PLACES: Readonly<Record<string, Partial<JournalRow>>> = {
  id: { id: "jrn_same" },
  key: { key: "same" },
  plan: { plan_id: "pln_same" },
  "open request": { open_hash: "same" },
  lane: { lane: "con_a server 7" },
};

const SENT = { state: "sent", sent_at: 2_000, check_at: 62_000 } as const;
const DONE = {
  state: "done",
  ...{ ended_at: 3_000, sealed_outcome: "v1.dk_a.b3V0", check_at: null },
  ...{ open_hash: null, lane: null },
} as const;

export function testJournal(open: () => Stores): void {
  test("gives a row back as it was written, also of a tenant that is no record", async () => {
    const { one, other } = open();
    const full = journalRow({
      ...{ id: "jrn_b", tenant_id: "ten_derived", plan_id: "pln_a", operation_id: "opn_a" },
      ...{ open_hash: "h", lane: "l", state: "done", sealed_outcome: "v1.dk_a.b3V0" },
      ...{ sent_at: 2_000, ended_at: 3_000, check_at: 4_000, settled_by: "evidence" },
    });
    const bare = journalRow({ connection_id: null, sealed_state: null });
    expect(await one.journal.add(full)).toBe(true);
    expect(await one.journal.add(bare)).toBe(true);
    expect(await other.journal.find("ten_derived", "jrn_b")).toEqual(full);
    expect(await other.journal.find("ten_a", "jrn_a")).toEqual(bare);
    expect(await other.journal.find("ten_a", "jrn_b")).toBeUndefined();
  });

  test("finds a row by its key, its plan and its lane", async () => {
    const { one, other } = open();
    const row = journalRow({ plan_id: "pln_a", lane: "con_a server 7" });
    await one.journal.add(row);
    expect(await other.journal.findByKey("ten_a", "prn_a", "key of jrn_a")).toEqual(row);
    expect(await other.journal.findByKey("ten_a", "prn_c", "key of jrn_a")).toBeUndefined();
    expect(await other.journal.findByPlan("ten_a", "pln_a")).toEqual(row);
    expect(await other.journal.findByPlan("ten_a", "pln_b")).toBeUndefined();
    expect(await other.journal.findByLane("ten_a", "con_a server 7")).toEqual(row);
    expect(await other.journal.findByLane("ten_a", "con_a server 8")).toBeUndefined();
  });

  test("finds an identical request for as long as it is open or unknown", async () => {
    const { one } = open();
    await one.journal.add(journalRow());
    const isOpen = async () =>
      (await one.journal.findOpen("ten_a", "request of jrn_a")) !== undefined;
    expect(await isOpen()).toBe(true);
    for (const [from, state, expected] of [
      ["intended", "sent", true],
      ["sent", "unknown", true],
      ["unknown", "failed", false],
      ["failed", "sent", true],
      ["sent", "done", false],
    ] as const) {
      expect(await one.journal.move("ten_a", "jrn_a", from, { state })).toBe(true);
      expect([state, await isOpen()]).toEqual([state, expected]);
    }
    expect(await one.journal.findOpen("ten_a", "another")).toBeUndefined();
  });

  describe.each(Object.entries(PLACES))("two of the same %s", (what, place) => {
    test("of many who add at once, exactly one does", async () => {
      const { one, other } = open();
      const added = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? one : other).journal.add(journalRow({ id: `jrn_${n}`, ...place })),
        ),
      );
      expect(added.filter(Boolean)).toHaveLength(1);
    });

    test("in transactions at once, exactly one is added, and all go on", async () => {
      const { one, other } = open();
      const added = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? one : other).transaction(async (tx) => {
            const isAdded = await tx.journal.add(journalRow({ id: `jrn_${n}`, ...place }));
            await tx.tenants.insert(tenant({ id: `ten_${n}` }));
            return isAdded;
          }),
        ),
      );
      expect(added.filter(Boolean)).toHaveLength(1);
      expect((await one.tenants.list({ limit: 100 })).items).toHaveLength(20);
    });

    test("are none where one was rolled back, or is another tenant's", async () => {
      const { one, other } = open();
      const failing = one.transaction(async (tx) => {
        await tx.journal.add(journalRow({ id: "jrn_1", ...place }));
        throw new Error("The tide turned.");
      });
      const second = other.journal.add(journalRow({ id: "jrn_2", ...place }));
      await expect(failing).rejects.toThrow("The tide turned.");
      expect(await second).toBe(true);
      const foreign = journalRow({ id: "jrn_3", tenant_id: "ten_b", ...place });
      expect(await one.journal.add(foreign)).toBe(true);
      if (what !== "key") return;
      const anothers = journalRow({ id: "jrn_4", principal_id: "prn_c", ...place });
      expect(await one.journal.add(anothers)).toBe(true);
    });
  });

  test("changes a row only from the state that is named, and only what is given", async () => {
    const { one, other } = open();
    const row = journalRow({ open_hash: "h", lane: "l" });
    await one.journal.add(row);
    expect(await other.journal.move("ten_a", "jrn_a", "sent", DONE)).toBe(false);
    expect(await other.journal.move("ten_a", "jrn_x", "intended", SENT)).toBe(false);
    expect(await one.journal.find("ten_a", "jrn_a")).toEqual(row);
    expect(await other.journal.move("ten_a", "jrn_a", "intended", SENT)).toBe(true);
    expect(await one.journal.find("ten_a", "jrn_a")).toEqual({ ...row, ...SENT });
    expect(await other.journal.move("ten_a", "jrn_a", "sent", DONE)).toBe(true);
    expect(await one.journal.find("ten_a", "jrn_a")).toEqual({ ...row, ...SENT, ...DONE });
  });

  test("lets exactly one of many send", async () => {
    const { one, other } = open();
    await one.journal.add(journalRow());
    const sent = await Promise.all(
      Array.from({ length: 20 }, (_, n) => {
        const store = n % 2 === 0 ? one : other;
        const move = (journal: typeof store.journal) =>
          journal.move("ten_a", "jrn_a", "intended", { ...SENT, owner: `p${n}` });
        return n % 4 < 2 ? move(store.journal) : store.transaction((tx) => move(tx.journal));
      }),
    );
    expect(sent.filter(Boolean)).toHaveLength(1);
    const kept = await one.journal.find("ten_a", "jrn_a");
    expect(kept?.owner).toBe(`p${sent.indexOf(true)}`);
  });

  test("sends again what failed, with the open request and the lane that it gave up", async () => {
    const { one } = open();
    const row = journalRow({ state: "failed", ended_at: 3_000 });
    await one.journal.add(row);
    const again = {
      state: "sent",
      ...{ ended_at: null, check_at: 9_000, owner: "p2" },
      ...{ open_hash: "h", lane: "l" },
    } as const;
    expect(await one.journal.move("ten_a", "jrn_a", "failed", again)).toBe(true);
    expect(await one.journal.find("ten_a", "jrn_a")).toEqual({ ...row, ...again });
  });

  describe.each([
    ["open request", { open_hash: "same" }],
    ["lane", { lane: "same" }],
  ] as const)("a change that takes a %s", (_, place) => {
    test("is false where another has it, and the transaction goes on", async () => {
      const { one } = open();
      await one.journal.add(journalRow({ id: "jrn_1", ...place }));
      await one.journal.add(journalRow({ id: "jrn_2", state: "failed" }));
      const again = { state: "sent", ...place } as const;
      expect(await one.journal.move("ten_a", "jrn_2", "failed", again)).toBe(false);
      await one.transaction(async (tx) => {
        await tx.tenants.insert(tenant());
        expect(await tx.journal.move("ten_a", "jrn_2", "failed", again)).toBe(false);
        expect((await tx.journal.find("ten_a", "jrn_2"))?.state).toBe("failed");
        await tx.tenants.insert(tenant({ id: "ten_b" }));
      });
      expect((await one.tenants.list({ limit: 10 })).items).toHaveLength(2);
      expect((await one.journal.find("ten_a", "jrn_2"))?.state).toBe("failed");
    });

    test("is true for exactly one of many at once", async () => {
      const { one, other } = open();
      for (let n = 0; n < 10; n++)
        await one.journal.add(journalRow({ id: `jrn_${n}`, state: "failed" }));
      const again = { state: "sent", ...place } as const;
      const moved = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          (n % 2 === 0 ? one : other).transaction((tx) =>
            tx.journal.move("ten_a", `jrn_${n}`, "failed", again),
          ),
        ),
      );
      expect(moved.filter(Boolean)).toHaveLength(1);
    });
  });

  test("hands out what is due of every tenant, the longest due first", async () => {
    const { one } = open();
    await one.journal.add(journalRow({ id: "jrn_1", check_at: 3_000 }));
    await one.journal.add(journalRow({ id: "jrn_2", check_at: 2_000, tenant_id: "ten_b" }));
    await one.journal.add(journalRow({ id: "jrn_3", check_at: 5_001 }));
    await one.journal.add(journalRow({ id: "jrn_4" }));
    const ids = async (now: number, limit: number) =>
      (await one.journal.due(now, limit)).map(({ id }) => id);
    expect(await ids(5_000, 10)).toEqual(["jrn_2", "jrn_1"]);
    expect(await ids(5_001, 10)).toEqual(["jrn_2", "jrn_1", "jrn_3"]);
    expect(await ids(5_001, 1)).toEqual(["jrn_2"]);
    await one.journal.move("ten_b", "jrn_2", "intended", { check_at: null });
    expect(await ids(5_000, 10)).toEqual(["jrn_1"]);
  });
}
