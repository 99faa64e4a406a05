import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

test("runs no more than its share at a time, and all in the end", async () => {
  const turns = createTurns(3);
  let running = 0;
  let most = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) =>
      turns("10.0.0.1", async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        if (index % 2 === 1) throw new Error("failed");
        return index;
      }),
    ),
  );
  expect(most).toBe(3);
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
});

test("lets nobody wait for another name", async () => {
  const turns = createTurns(1);
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const first = turns("10.0.0.1", () => held);
  expect(await turns("10.0.0.2", async () => "done")).toBe("done");
  release();
  await first;
});
