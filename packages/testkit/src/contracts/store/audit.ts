import { expect, test } from "vitest";
import { failureOf } from "../../failure-of.ts";
import type { Stores } from "../test-store.ts";
import { auditRow, checkpoint } from "./records.ts";

export function testAuditRecords(open: () => Stores): void {
  test("reads a chain in order, from where it is asked to", async () => {
    const { one, other } = open();
    const rows = [1, 2, 3, 4].map((seq) => auditRow({ seq }));
    await one.audit.append(rows);
    await one.audit.append([auditRow({ chain: "ten_a/p2" })]);
    expect(await other.audit.readChain("ten_a/p1", 0, 100)).toEqual(rows);
    expect(await other.audit.readChain("ten_a/p1", 2, 2)).toEqual(rows.slice(1, 3));
    expect(await other.audit.readChain("ten_a/p9", 0, 100)).toEqual([]);
  });

  test("takes the same links again, as they come after an answer was lost", async () => {
    const { one, other } = open();
    const rows = [1, 2, 3].map((seq) => auditRow({ seq }));
    await one.audit.append(rows);
    await other.audit.append([...rows, auditRow({ seq: 4 })]);
    expect(await one.audit.readChain("ten_a/p1", 0, 100)).toHaveLength(4);
    await one.transaction((store) => store.audit.append(rows));
  });

  test("refuses another link in the place of one, and every row that came with it", async () => {
    const { one } = open();
    await one.audit.append([auditRow()]);
    const fork = auditRow({ hash: "forged" });
    const { code, details } = await failureOf(one.audit.append([fork, auditRow({ seq: 2 })]));
    expect([code, details?.reason]).toEqual(["conflict", "fork"]);
    expect(await one.audit.readChain("ten_a/p1", 0, 100)).toEqual([auditRow()]);
  });

  test("appends more than fits into one statement, all or nothing", async () => {
    const { one } = open();
    const rows = Array.from({ length: 9_000 }, (_, n) => auditRow({ seq: n + 1 }));
    const forked = [...rows.slice(0, -1), auditRow({ seq: 1, hash: "forged" })];
    expect((await failureOf(one.audit.append(forked))).code).toBe("conflict");
    expect(await one.audit.readChain("ten_a/p1", 0, 1)).toEqual([]);
    await one.audit.append(rows);
    expect((await one.audit.readChain("ten_a/p1", 8_999, 100)).map(({ seq }) => seq)).toEqual([
      8_999, 9_000,
    ]);
  });

  test("lists a tenant's events newest first, a page at a time, whatever their chains", async () => {
    const { one } = open();
    await one.audit.append([
      auditRow({ chain: "c1", seq: 1, at: 10 }),
      auditRow({ chain: "c1", seq: 2, at: 30 }),
      auditRow({ chain: "c2", seq: 1, at: 20 }),
      auditRow({ chain: "c2", seq: 2, at: 30 }),
      auditRow({ chain: "c2", seq: 3, at: 30 }),
    ]);
    const seen: [string, number][] = [];
    let cursor: string | null | undefined;
    do {
      const page = await one.audit.list("ten_a", { limit: 2, cursor: cursor ?? undefined });
      seen.push(...page.items.map(({ chain, seq }): [string, number] => [chain, seq]));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual([
      ["c2", 3],
      ["c2", 2],
      ["c1", 2],
      ["c2", 1],
      ["c1", 1],
    ]);
  });

  test("lists the events of a time, its end left out", async () => {
    const { one } = open();
    await one.audit.append([1, 2, 3, 4].map((seq) => auditRow({ seq, at: seq * 10 })));
    const { items } = await one.audit.list("ten_a", { limit: 10, from: 20, to: 40 });
    expect(items.map(({ at }) => at)).toEqual([30, 20]);
  });

  test("knows how far each chain has come", async () => {
    const { one } = open();
    expect(await one.audit.heads()).toEqual([]);
    await one.audit.append([1, 2, 3].map((seq) => auditRow({ seq })));
    await one.audit.append([auditRow({ chain: "system/p1", tenant_id: "system", hash: "h" })]);
    expect(await one.audit.heads()).toEqual([
      { chain: "system/p1", tenant_id: "system", seq: 1, hash: "h" },
      { chain: "ten_a/p1", tenant_id: "ten_a", seq: 3, hash: "hash 3" },
    ]);
  });

  test("knows how far the chains of one tenant have come, and which of all have moved", async () => {
    const { one } = open();
    await one.audit.append([
      auditRow({ chain: "c1", seq: 1, at: 10 }),
      auditRow({ chain: "c1", seq: 2, at: 30 }),
      auditRow({ chain: "c2", seq: 1, at: 20 }),
      // A clock stepped back: the chain moved at 40 all the same.
      auditRow({ chain: "c3", tenant_id: "ten_b", seq: 1, at: 40 }),
      auditRow({ chain: "c3", tenant_id: "ten_b", seq: 2, at: 15 }),
    ]);
    const heads = async (query: Parameters<typeof one.audit.heads>[0]) =>
      (await one.audit.heads(query)).map(({ chain, seq }) => [chain, seq]);
    expect(await heads({ tenant_id: "ten_a" })).toEqual([
      ["c1", 2],
      ["c2", 1],
    ]);
    expect(await heads({ tenant_id: "ten_c" })).toEqual([]);
    expect(await heads({ moved_since: 30 })).toEqual([
      ["c1", 2],
      ["c3", 2],
    ]);
    expect(await heads({ moved_since: 41 })).toEqual([]);
    expect(await heads({ tenant_id: "ten_a", moved_since: 21 })).toEqual([["c1", 2]]);
    expect(await heads({})).toHaveLength(3);
  });

  test("replaces bodies and nothing else", async () => {
    const { one } = open();
    await one.audit.append([1, 2].map((seq) => auditRow({ seq })));
    await one.audit.redact([{ chain: "ten_a/p1", seq: 2, body: "{}" }]);
    expect(await one.audit.readChain("ten_a/p1", 0, 10)).toEqual([
      auditRow(),
      auditRow({ seq: 2, body: "{}" }),
    ]);
  });

  test("drops what is older than a time, from the beginning of each chain", async () => {
    const { one } = open();
    await one.audit.append([1, 2, 3].map((seq) => auditRow({ chain: "c1", seq, at: seq * 10 })));
    await one.audit.append([1, 2].map((seq) => auditRow({ chain: "c2", seq, at: seq })));
    await one.audit.append([auditRow({ chain: "c3", at: 99 })]);
    expect(await one.audit.deleteBefore(20)).toBe(3);
    expect(await one.audit.heads()).toMatchObject([
      { chain: "c1", seq: 3 },
      { chain: "c3", seq: 1 },
    ]);
    const kept = await one.audit.readChain("c1", 0, 10);
    expect(kept.map(({ seq }) => seq)).toEqual([2, 3]);
  });

  test("leaves no hole in a chain when a clock had stepped back", async () => {
    const { one } = open();
    await one.audit.append([
      auditRow({ seq: 1, at: 10 }),
      auditRow({ seq: 2, at: 50 }),
      auditRow({ seq: 3, at: 15 }),
      auditRow({ seq: 4, at: 60 }),
    ]);
    expect(await one.audit.deleteBefore(20)).toBe(1);
    const kept = await one.audit.readChain("ten_a/p1", 0, 10);
    expect(kept.map(({ seq }) => seq)).toEqual([2, 3, 4]);
  });

  test("keeps events of any month", async () => {
    const { one, clock } = open();
    const at = [0, 86_400_000 * 31, 86_400_000 * 400].map((ms) => clock.now() + ms);
    await one.audit.append(at.map((time, n) => auditRow({ seq: n + 1, at: time })));
    await one.sweep(clock.now() + 86_400_000 * 400);
    const { items } = await one.audit.list("ten_a", { limit: 10 });
    expect(items.map((row) => row.at)).toEqual(at.toReversed());
  });

  test("keeps checkpoints in order, and each number once", async () => {
    const { one, other } = open();
    expect(await one.audit.lastCheckpoint()).toBeUndefined();
    for (const seq of [1, 2, 3]) await one.audit.putCheckpoint(checkpoint({ seq }));
    expect(await other.audit.lastCheckpoint()).toEqual(checkpoint({ seq: 3 }));
    const again = checkpoint({ seq: 3, body: "another" });
    expect((await failureOf(other.audit.putCheckpoint(again))).code).toBe("conflict");
    const first = await one.audit.listCheckpoints({ limit: 2 });
    expect(first.items.map(({ seq }) => seq)).toEqual([1, 2]);
    const cursor = first.next_cursor ?? undefined;
    const second = await one.audit.listCheckpoints({ limit: 2, cursor });
    expect(second).toEqual({ items: [checkpoint({ seq: 3 })], next_cursor: null });
  });

  test("reads checkpoints from a number on, and drops those below one", async () => {
    const { one } = open();
    for (const seq of [1, 2, 3, 4]) await one.audit.putCheckpoint(checkpoint({ seq }));
    const read = await one.audit.readCheckpoints(2, 2);
    expect(read.map(({ seq }) => seq)).toEqual([2, 3]);
    await one.audit.deleteCheckpointsBefore(3);
    const left = await one.audit.readCheckpoints(0, 10);
    expect(left.map(({ seq }) => seq)).toEqual([3, 4]);
  });
}
