import { expect, test } from "vitest";
import { createManualClock } from "./clock.ts";

test("stands still until it is moved", () => {
  const clock = createManualClock(1_000);
  expect(clock.now()).toBe(1_000);
  clock.advance(250);
  expect(clock.now()).toBe(1_250);
});

test("calls back in the order of time, at the time that was asked for", () => {
  const clock = createManualClock(0);
  const calls: string[] = [];
  clock.after(300, () => calls.push(`late at ${clock.now()}`));
  clock.after(100, () => calls.push(`early at ${clock.now()}`));
  clock.advance(299);
  expect(calls).toEqual(["early at 100"]);
  clock.advance(1);
  expect(calls).toEqual(["early at 100", "late at 300"]);
});

test("calls back what a callback asked for, if it falls due on the way", () => {
  const clock = createManualClock(0);
  const calls: number[] = [];
  const again = () => {
    calls.push(clock.now());
    clock.after(100, again);
  };
  clock.after(100, again);
  clock.advance(350);
  expect(calls).toEqual([100, 200, 300]);
});

test("never calls back what was called off", () => {
  const clock = createManualClock();
  const callOff = clock.after(100, () => expect.unreachable());
  callOff();
  clock.advance(1_000);
  expect(clock.waiting).toEqual([]);
});

test("keeps waiting just as long when the time of day is corrected", () => {
  const clock = createManualClock(10_000);
  let called = false;
  clock.after(100, () => {
    called = true;
  });
  clock.step(-5_000);
  clock.advance(99);
  expect(called).toBe(false);
  clock.advance(1);
  expect(called).toBe(true);
});
