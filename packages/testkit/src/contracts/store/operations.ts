import type { OperationState } from "@fairlead/core/operations/operation-of";
import { expect, test } from "vitest";
import { failureOf } from "../../failure-of.ts";
import type { Stores } from "../test-store.ts";
import { operation, undo } from "./records.ts";

/** Operations and undo handles. */
export function testOperations(open: () => Stores): void {
  test("gives an operation back as it was written, also of a tenant that is no record", async () => {
    const { one, other } = open();
    const ended = operation({
      ...{ id: "opn_b", tenant_id: "ten_derived", connection_id: null, plan_id: null },
      ...{ journal_id: null, state: "failed", progress: 1, message: null, pointer: null },
      ...{ error: "{}", sealed_result: "v1.dk_a.cg", sealed_call: null, ended_at: 2_000 },
      ...{ expires_at: 9_000, due_at: null, worker: "p1", claimed_until: 4_000 },
    });
    await one.operations.insert(operation());
    await one.operations.insert(ended);
    expect(await other.operations.find("ten_a", "opn_a")).toEqual(operation());
    expect(await other.operations.find("ten_derived", "opn_b")).toEqual(ended);
    expect(await other.operations.find("ten_a", "opn_b")).toBeUndefined();
    expect((await failureOf(other.operations.insert(operation()))).code).toBe("conflict");
  });

  test("changes an operation only from the version before, and never whose it is", async () => {
    const { one, other } = open();
    await one.operations.insert(operation());
    const second = operation({
      ...{ version: 2, state: "completed", progress: 1, message: null, steps: "[]", pointer: null },
      ...{ sealed_result: "v1.dk_a.cg", sealed_call: null, updated_at: 2_000, ended_at: 2_000 },
      ...{ expires_at: 9_000, due_at: null, plan_id: "pln_b", journal_id: "jrn_b" },
    });
    const foreign = { principal_id: "prn_c", tool: "other", connector: "crane", created_at: 7 };
    expect(await other.operations.update({ ...second, ...foreign })).toBe(true);
    expect(await one.operations.find("ten_a", "opn_a")).toEqual(second);
    for (const version of [1, 2, 4])
      expect(await one.operations.update(operation({ version }))).toBe(false);
    expect(await one.operations.update(operation({ id: "opn_x", version: 2 }))).toBe(false);
    expect(await one.operations.find("ten_a", "opn_a")).toEqual(second);
  });

  test("lets exactly one of many claim", async () => {
    const { one, other } = open();
    await one.operations.insert(operation());
    const claimed = await Promise.all(
      Array.from({ length: 20 }, (_, n) => {
        const store = n % 2 === 0 ? one : other;
        const claim = (operations: typeof store.operations) =>
          operations.update(operation({ version: 2, worker: `p${n}`, claimed_until: 9_000 }));
        return n % 4 < 2
          ? claim(store.operations)
          : store.transaction((tx) => claim(tx.operations));
      }),
    );
    expect(claimed.filter(Boolean)).toHaveLength(1);
    const kept = await one.operations.find("ten_a", "opn_a");
    expect(kept?.worker).toBe(`p${claimed.indexOf(true)}`);
  });

  test("lists operations newest first, of a principal, some states, a tool and a time", async () => {
    const { one } = open();
    const states: OperationState[] = ["running", "completed", "unknown", "queued", "failed"];
    for (const [n, state] of states.entries()) {
      await one.operations.insert(
        operation({
          ...{ id: `opn_${n}`, state, created_at: 1_000 + Math.floor(n / 2) },
          ...{ principal_id: n < 3 ? "prn_a" : "prn_c", tool: n === 1 ? "crane_lift" : "other" },
        }),
      );
    }
    const ids = async (query: Partial<Parameters<typeof one.operations.list>[1]>) =>
      (await one.operations.list("ten_a", { limit: 10, ...query })).items.map(({ id }) =>
        Number(id.slice(4)),
      );
    expect(await ids({})).toEqual([4, 3, 2, 1, 0]);
    expect(await ids({ principal_id: "prn_a" })).toEqual([2, 1, 0]);
    expect(await ids({ states: ["completed", "running"] })).toEqual([1, 0]);
    expect(await ids({ states: ["queued", "running", "unknown"] })).toEqual([3, 2, 0]);
    expect(await ids({ states: [] })).toEqual([]);
    expect(await ids({ tool: "crane_lift" })).toEqual([1]);
    expect(await ids({ from: 1_001, to: 1_002 })).toEqual([3, 2]);
    const first = await one.operations.list("ten_a", { limit: 3 });
    const cursor = first.next_cursor ?? undefined;
    expect(await ids({ cursor })).toEqual([1, 0]);
    const { code } = await failureOf(one.operations.list("ten_a", { limit: 2, cursor: "x" }));
    expect(code).toBe("invalid_input");
  });

  test("hands out what is due and claimed by nobody, of every tenant, the longest due first", async () => {
    const { one } = open();
    const due = { id: "opn_1", due_at: 3_000 };
    await one.operations.insert(operation(due));
    await one.operations.insert(operation({ id: "opn_2", tenant_id: "ten_b", due_at: 2_000 }));
    await one.operations.insert(operation({ id: "opn_3", due_at: 1_000, claimed_until: 5_001 }));
    await one.operations.insert(operation({ id: "opn_4", due_at: 2_500, claimed_until: 5_000 }));
    await one.operations.insert(operation({ id: "opn_5", due_at: 5_001 }));
    await one.operations.insert(operation({ id: "opn_6", due_at: null }));
    const ids = async (now: number, limit: number) =>
      (await one.operations.due(now, limit)).map(({ id }) => id);
    expect(await ids(5_000, 10)).toEqual(["opn_2", "opn_4", "opn_1"]);
    expect(await ids(5_000, 2)).toEqual(["opn_2", "opn_4"]);
    expect(await ids(1_999, 10)).toEqual([]);
    expect(await one.operations.backlog(5_000)).toEqual({ waiting: 3, oldest_due_at: 2_000 });
    expect(await one.operations.backlog(5_001)).toEqual({ waiting: 5, oldest_due_at: 1_000 });
    expect(await one.operations.backlog(1_999)).toEqual({ waiting: 0, oldest_due_at: null });
    await one.operations.update(operation({ ...due, version: 2, due_at: null }));
    expect(await ids(5_000, 10)).toEqual(["opn_2", "opn_4"]);
  });

  test("finds the operation that waits for a plan, the newest of several", async () => {
    const { one } = open();
    await one.operations.insert(operation({ id: "opn_1", created_at: 2_000 }));
    await one.operations.insert(operation({ id: "opn_2", created_at: 3_000 }));
    await one.operations.insert(operation({ id: "opn_3", created_at: 1_000 }));
    await one.operations.insert(operation({ id: "opn_4", created_at: 9_000, plan_id: "pln_b" }));
    expect((await one.operations.findByPlan("ten_a", "pln_a"))?.id).toBe("opn_2");
    expect(await one.operations.findByPlan("ten_a", "pln_x")).toBeUndefined();
  });

  test("gives an undo handle back as it was written", async () => {
    const { one, other } = open();
    const bare = undo({ id: "und_b", tenant_id: "ten_derived", connection_id: null });
    await one.undos.insert(undo());
    await one.undos.insert(bare);
    expect(await other.undos.find("ten_a", "und_a")).toEqual(undo());
    expect(await other.undos.find("ten_derived", "und_b")).toEqual(bare);
    expect(await other.undos.findByJournal("ten_a", "journal row of und_a")).toEqual(undo());
    expect(await other.undos.find("ten_a", "und_b")).toBeUndefined();
    expect(await other.undos.findByJournal("ten_a", "jrn_x")).toBeUndefined();
  });

  test("keeps one undo handle for a journal row", async () => {
    const { one } = open();
    await one.undos.insert(undo());
    const { journal_id } = undo();
    const second = undo({ id: "und_b", journal_id });
    expect((await failureOf(one.undos.insert(second))).code).toBe("conflict");
    await one.undos.insert({ ...second, tenant_id: "ten_b" });
  });
}
