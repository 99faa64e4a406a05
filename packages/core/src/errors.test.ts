import { expect, test } from "vitest";
import { ERROR_CODES, FairleadError, toFairleadError } from "./errors.ts";

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

test("keeps the JSON-RPC codes of our own outside the range of JSON-RPC and MCP", () => {
  const standard = new Set<number>([-32602, -32603]);
  const own = Object.values(ERROR_CODES).filter(({ rpc }) => !standard.has(rpc));
  for (const { rpc } of own) expect(rpc < -32768 || rpc > -32000).toBe(true);
});

test("gives each code one sentence and an HTTP status of an error", () => {
  for (const { meaning, http } of Object.values(ERROR_CODES)) {
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(http).toBeGreaterThanOrEqual(400);
  }
});

test("lets whoever throws say that a retry helps after all", () => {
  const error = new FairleadError("cancelled", "…", { retryable: false, details: { reason: "x" } });
  expect(error).toMatchObject({ retryable: false, details: { reason: "x" } });
});
