import type { Queue } from "@fairlead/core/storage/queue";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../clock.ts";

/** Long enough for any driver to hand a failed id over again. */
const RETRY_WINDOW_MS = 60_000;

/** What every driver of `Queue` has to do. `create` gives an empty one that lives by the clock. */
export function testQueue(create: (clock: ManualClock) => Queue | Promise<Queue>): void {
  let clock: ManualClock;
  let queue: Queue;
  beforeEach(async () => {
    clock = createManualClock();
    queue = await create(clock);
  });
  afterEach(() => queue.close());

  test("hands over what is published, in order", async () => {
    const done: string[] = [];
    await queue.consume("t", async (id) => void done.push(id));
    await queue.publish("t", "one");
    await queue.publish("t", "two");
    await expect.poll(() => done).toEqual(["one", "two"]);
  });

  test("keeps what is published until a worker comes", async () => {
    const done: string[] = [];
    await queue.publish("t", "one");
    await queue.consume("t", async (id) => void done.push(id));
    await expect.poll(() => done).toEqual(["one"]);
  });

  test("says how much waits, and for how long", async () => {
    expect(await queue.backlog()).toEqual({ waiting: 0, oldestMs: 0 });
    await queue.publish("t", "one");
    clock.advance(1_000);
    await queue.publish("other", "two");
    expect(await queue.backlog()).toEqual({ waiting: 2, oldestMs: 1_000 });
    await queue.consume("t", async () => {});
    await expect.poll(() => queue.backlog()).toEqual({ waiting: 1, oldestMs: 0 });
  });

  test("keeps topics apart", async () => {
    const done: string[] = [];
    await queue.publish("other", "one");
    await queue.consume("t", async (id) => void done.push(id));
    await queue.publish("t", "two");
    await expect.poll(() => done).toEqual(["two"]);
  });

  test("hands over one id at a time", async () => {
    const events: string[] = [];
    const firstMayEnd = Promise.withResolvers<void>();
    await queue.consume("t", async (id) => {
      events.push(`begin ${id}`);
      if (id === "one") await firstMayEnd.promise;
      events.push(`end ${id}`);
    });
    await queue.publish("t", "one");
    await queue.publish("t", "two");
    await expect.poll(() => events).toContain("begin one");
    firstMayEnd.resolve();
    await expect.poll(() => events).toEqual(["begin one", "end one", "begin two", "end two"]);
  });

  test("hands over once what is published while others wait", async () => {
    const done: string[] = [];
    await queue.publish("t", "one");
    await queue.publish("t", "two");
    await queue.consume("t", async (id) => {
      done.push(id);
      if (id === "one") await queue.publish("t", "three");
    });
    await expect.poll(() => done).toContain("three");
    await settled();
    expect(done).toEqual(["one", "two", "three"]);
  });

  test("hands over again what its worker failed at", async () => {
    const done: string[] = [];
    await queue.consume("t", async (id) => {
      done.push(id);
      if (done.length === 1) throw new Error("The crane is stuck.");
    });
    await queue.publish("t", "one");
    await expect.poll(() => done).toEqual(["one"]);
    await expect
      .poll(() => {
        clock.advance(RETRY_WINDOW_MS);
        return done;
      })
      .toEqual(["one", "one"]);
  });

  test("goes on with the others when a worker failed at one", async () => {
    const done: string[] = [];
    await queue.consume("t", async (id) => {
      if (id === "bad") throw new Error("The crane is stuck.");
      done.push(id);
    });
    await queue.publish("t", "bad");
    await queue.publish("t", "good");
    await expect.poll(() => done).toEqual(["good"]);
  });

  test("waits for the id at hand when its worker stops, and keeps the rest for the next", async () => {
    const done: string[] = [];
    const begun = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const stop = await queue.consume("t", async (id) => {
      begun.resolve();
      await mayEnd.promise;
      done.push(`first worker: ${id}`);
    });
    await queue.publish("t", "one");
    await queue.publish("t", "two");
    await begun.promise;
    let isStopped = false;
    const stopped = stop().then(() => {
      isStopped = true;
    });
    await settled();
    expect(isStopped).toBe(false);
    mayEnd.resolve();
    await stopped;
    expect(done).toEqual(["first worker: one"]);
    await queue.consume("t", async (id) => void done.push(`second worker: ${id}`));
    await expect.poll(() => done).toEqual(["first worker: one", "second worker: two"]);
  });

  test("waits for the id at hand when it closes, and hands over no other", async () => {
    const done: string[] = [];
    const begun = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    await queue.consume("t", async (id) => {
      begun.resolve();
      await mayEnd.promise;
      done.push(id);
    });
    await queue.publish("t", "one");
    await queue.publish("t", "two");
    await begun.promise;
    let isClosed = false;
    const closed = queue.close().then(() => {
      isClosed = true;
    });
    await settled();
    expect(isClosed).toBe(false);
    mayEnd.resolve();
    await closed;
    await settled();
    expect(done).toEqual(["one"]);
  });

  test("refuses a second worker on a topic of the same process", async () => {
    await queue.consume("t", async () => {});
    await expect(queue.consume("t", async () => {})).rejects.toThrow("Topic t has a worker");
  });
}

/** Lets everything run that only waits for its turn. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
