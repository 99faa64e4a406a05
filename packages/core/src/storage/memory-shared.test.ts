import { createManualClock } from "@fairlead/testkit/clock";
import { testShared } from "@fairlead/testkit/contracts/test-shared";
import { expect, test } from "vitest";
import { createMemoryShared } from "./memory-shared.ts";

testShared((clock) => createMemoryShared(clock), { handles: 1 });

test("what must happen once is not forgotten under a flood of other values", async () => {
  const shared = createMemoryShared(createManualClock());
  await shared.setIfAbsent("nonce", "", 60_000);
  const value = "x".repeat(1_000_000);
  for (let i = 0; i < 100; i++) await shared.set(`flood ${i}`, value, 60_000);
  expect(await shared.get("flood 0")).toBeUndefined();
  expect(await shared.setIfAbsent("nonce", "", 60_000)).toBe(false);
});

test("a lease that is held outlives any number of ended ones", async () => {
  const clock = createManualClock();
  const shared = createMemoryShared(clock);
  for (let i = 0; i < 1_500; i++) await shared.lease(`ended ${i}`, 10);
  await shared.lease("held", 60_000);
  clock.advance(1_000);
  for (let i = 0; i < 1_500; i++) await shared.lease(`next ${i}`, 10);
  expect(await shared.lease("held", 10)).toBeUndefined();
});
