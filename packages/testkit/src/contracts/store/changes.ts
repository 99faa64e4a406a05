import type { Change } from "@fairlead/core/storage/records";
import { expect, test } from "vitest";
import type { Stores } from "../test-store.ts";
import { processRow } from "./records.ts";

const HOUR_MS = 3_600_000;
const change = (ref: string): Omit<Change, "seq"> => ({ tenant_id: "ten_a", topic: "key", ref });

/** Changes and processes. */
export function testChanges(open: () => Stores): void {
  test("numbers changes from one, without gaps", async () => {
    const { one, other } = open();
    expect(await one.changes.last()).toBe(0);
    expect(await one.changes.append(change("a"))).toBe(1);
    expect(await other.changes.append(change("b"))).toBe(2);
    expect(await one.changes.last()).toBe(2);
    expect(await one.changes.since(0, 10)).toEqual([
      { seq: 1, ...change("a") },
      { seq: 2, ...change("b") },
    ]);
    expect(await one.changes.since(1, 10)).toEqual([{ seq: 2, ...change("b") }]);
    expect(await one.changes.since(0, 1)).toHaveLength(1);
    expect(await one.changes.since(2, 10)).toEqual([]);
  });

  test("numbers what transactions change at once, none twice and none missing", async () => {
    const { one, other } = open();
    const numbers = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        (n % 2 === 0 ? one : other).transaction(async (store) => {
          const first = await store.changes.append(change(`${n} first`));
          await store.changes.append(change(`${n} second`));
          return first;
        }),
      ),
    );
    expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, n) => 2 * n + 1));
    const changes = await one.changes.since(0, 100);
    expect(changes.map(({ seq }) => seq)).toEqual(changes.map((_, n) => n + 1));
    // Both of a transaction stand together: nobody else's can have been committed between them.
    for (const seq of numbers) {
      const [first, second] = changes.slice(seq - 1, seq + 1);
      expect(second?.ref).toBe(first?.ref.replace("first", "second"));
    }
  });

  test("shows no change before those with smaller numbers", async () => {
    const { one, other } = open();
    let seen = 0;
    let isDone = false;
    const reading = (async () => {
      for (;;) {
        const isLast = isDone;
        for (const { seq } of await other.changes.since(seen, 100)) {
          expect(seq).toBe(seen + 1);
          seen = seq;
        }
        if (isLast) return;
      }
    })();
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        (n % 2 === 0 ? one : other).transaction((store) => store.changes.append(change(`${n}`))),
      ),
    );
    isDone = true;
    await reading;
    expect(seen).toBe(40);
  });

  test("leaves no hole where a transaction was rolled back", async () => {
    const { one } = open();
    await one.changes.append(change("a"));
    const failing = one.transaction(async (store) => {
      await store.changes.append(change("b"));
      throw new Error("The tide turned.");
    });
    await expect(failing).rejects.toThrow("The tide turned.");
    expect(await one.changes.append(change("c"))).toBe(2);
    expect((await one.changes.since(0, 10)).map(({ ref }) => ref)).toEqual(["a", "c"]);
  });

  test("sweeps changes older than an hour, but never the newest", async () => {
    const { one, clock } = open();
    await one.changes.append(change("a"));
    await one.changes.append(change("b"));
    clock.advance(HOUR_MS);
    await one.sweep(clock.now());
    expect(await one.changes.since(0, 10)).toHaveLength(2);
    clock.advance(1);
    await one.sweep(clock.now());
    expect((await one.changes.since(0, 10)).map(({ seq }) => seq)).toEqual([2]);
    expect(await one.changes.last()).toBe(2);
    expect(await one.changes.append(change("c"))).toBe(3);
  });

  test("knows which processes are alive", async () => {
    const { one, other } = open();
    await one.processes.beat(processRow());
    await other.processes.beat(processRow({ id: "p2", started_at: 2_000, seen_at: 2_000 }));
    await one.processes.beat(processRow({ seen_at: 3_000 }));
    expect(await other.processes.list(2_000)).toEqual([
      processRow({ seen_at: 3_000 }),
      processRow({ id: "p2", started_at: 2_000, seen_at: 2_000 }),
    ]);
    expect((await one.processes.list(2_001)).map(({ id }) => id)).toEqual(["p1"]);
    await one.processes.remove("p1");
    expect((await one.processes.list(0)).map(({ id }) => id)).toEqual(["p2"]);
  });

  test("sweeps processes that are long gone", async () => {
    const { one } = open();
    await one.processes.beat(processRow({ id: "gone", seen_at: 1_000 }));
    await one.processes.beat(processRow({ id: "here", seen_at: HOUR_MS }));
    await one.sweep(HOUR_MS);
    expect((await one.processes.list(0)).map(({ id }) => id)).toEqual(["here"]);
  });

  test("answers a check", async () => {
    await open().one.check();
  });
}
