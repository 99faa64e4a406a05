import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SILENT, SYSTEM_CLOCK } from "./ports.ts";

describe("the system clock", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("tells the time of day", () => {
    expect(SYSTEM_CLOCK.now()).toBe(1_000);
  });

  test("calls back when the time has passed, and not before", () => {
    const callback = vi.fn();
    SYSTEM_CLOCK.after(100, callback);
    vi.advanceTimersByTime(99);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledOnce();
  });

  test("never calls back what was called off", () => {
    const callback = vi.fn();
    SYSTEM_CLOCK.after(100, callback)();
    vi.advanceTimersByTime(1_000);
    expect(callback).not.toHaveBeenCalled();
  });
});

test("the silent logger and its children say nothing", () => {
  const write = vi.spyOn(process.stdout, "write");
  const logger = SILENT.child("harbour");
  for (const level of ["debug", "info", "warn", "error"] as const) logger[level]({}, "Ahoy");
  expect(write).not.toHaveBeenCalled();
  write.mockRestore();
});
