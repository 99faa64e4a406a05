import { createManualClock } from "@fairlead/testkit/clock";
import { failureOf } from "@fairlead/testkit/failure-of";
import { expect, test } from "vitest";
import { FairleadError } from "../errors.ts";
import { createRuns } from "./runs.ts";

const never = new Promise<never>(() => {});

function setUp() {
  const clock = createManualClock();
  return { clock, runs: createRuns(clock) };
}

test("gives what the work gives", async () => {
  const run = setUp().runs.start(1_000, undefined);
  expect(await run.race(Promise.resolve("done"))).toBe("done");
});

test("fails as the work fails", async () => {
  const run = setUp().runs.start(1_000, undefined);
  await expect(run.race(Promise.reject(new Error("aground")))).rejects.toThrow("aground");
});

test("ends work that goes past its deadline, and not before", async () => {
  const { clock, runs } = setUp();
  const run = runs.start(1_000, undefined);
  const failure = failureOf(run.race(never));
  clock.advance(999);
  expect(run.signal.aborted).toBe(false);
  clock.advance(1);
  expect((await failure).code).toBe("timeout");
});

test("gives a run more time when its deadline is moved", async () => {
  const { clock, runs } = setUp();
  const run = runs.start(1_000, undefined);
  run.deadlineAt += 1_000;
  clock.advance(1_900);
  expect(run.signal.aborted).toBe(false);
  clock.advance(100);
  expect(run.signal.aborted).toBe(true);
});

test("watches all runs with one timer, and with none when nothing is under way", () => {
  const { clock, runs } = setUp();
  const all = Array.from({ length: 10 }, () => runs.start(1_000, undefined));
  expect(clock.waiting).toHaveLength(1);
  for (const run of all) run.end();
  clock.advance(1_000);
  expect(clock.waiting).toHaveLength(0);
});

test("watches again after a pause", () => {
  const { clock, runs } = setUp();
  runs.start(1_000, undefined).end();
  clock.advance(1_000);
  const run = runs.start(1_000, undefined);
  clock.advance(1_000);
  expect(run.signal.aborted).toBe(true);
});

test("aborts when the caller does", async () => {
  const caller = new AbortController();
  const run = setUp().runs.start(1_000, caller.signal);
  const failure = failureOf(run.race(never));
  caller.abort();
  expect((await failure).code).toBe("cancelled");
});

test("is aborted from the start when the caller was gone before", async () => {
  const run = setUp().runs.start(1_000, AbortSignal.abort());
  expect(run.signal.reason).toMatchObject({ code: "cancelled" });
  expect((await failureOf(run.race(never))).code).toBe("cancelled");
});

test("keeps to the first reason", async () => {
  const run = setUp().runs.start(1_000, undefined);
  run.abort(new FairleadError("timeout", "first"));
  run.abort(new FairleadError("cancelled", "second"));
  expect(run.signal.reason).toMatchObject({ message: "first" });
});

test("does not listen to the caller any more when it has ended", () => {
  const caller = new AbortController();
  const run = setUp().runs.start(1_000, caller.signal);
  run.end();
  caller.abort();
  expect(run.signal.aborted).toBe(false);
});

test("counts what is under way", () => {
  const { runs } = setUp();
  const run = runs.start(1_000, undefined);
  expect(runs.size).toBe(1);
  run.end();
  expect(runs.size).toBe(0);
});

test("leaves no timer behind when draining ends early", async () => {
  const { clock, runs } = setUp();
  const run = runs.start(1_000, undefined);
  const drained = runs.drain(60_000);
  run.end();
  expect(await drained).toEqual({ aborted: 0 });
  clock.advance(1_000);
  expect(clock.waiting).toHaveLength(0);
});
