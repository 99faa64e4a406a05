import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import { createManualClock } from "@fairlead/testkit/clock";
import { expect, test } from "vitest";
import { createProof } from "./proof.ts";

const HOUR_MS = 3_600_000;

test.each([
  { whose: "of a kept connection lasts a month", maxKeptMs: undefined, lastsMs: 720 * HOUR_MS },
  { whose: "that came in headers lasts an hour", maxKeptMs: HOUR_MS, lastsMs: HOUR_MS },
])("the proof of a credential $whose", async ({ maxKeptMs, lastsMs }) => {
  const clock = createManualClock();
  const shared = createMemoryShared(clock);
  const proof = createProof({ shared, maxKeptMs }, "a hash");
  await proof.note();
  clock.advance(lastsMs - 1);
  expect(await proof.isThere()).toBe(true);
  clock.advance(1);
  expect(await proof.isThere()).toBe(false);
  await shared.close();
});
