import { expect, test } from "vitest";
import { FairleadError, toFairleadError } from "./errors.ts";

test("keeps a known error as it is", () => {
  const error = new FairleadError("not_found", "No such server.");
  expect(toFairleadError(error)).toBe(error);
});

test("hides what nobody foresaw behind `internal` and keeps the cause for the log", () => {
  const cause = new Error("password=hunter2");
  const error = toFairleadError(cause);
  expect(error.code).toBe("internal");
  expect(error.message).not.toContain("hunter2");
  expect(error.cause).toBe(cause);
});

test("knows by its code whether a retry can help", () => {
  expect(new FairleadError("timeout", "…").retryable).toBe(true);
  expect(new FairleadError("forbidden", "…").retryable).toBe(false);
});
