import { expect, test } from "vitest";
import { CliError } from "./exit.ts";
import { explainListening } from "./listening.ts";

function failure(code: string, port = 7000) {
  return Object.assign(new Error(code), { code, port, address: "127.0.0.1" });
}

test("names AirPlay, and PORT, when macOS holds 7000", () => {
  const error = explainListening(failure("EADDRINUSE"), "darwin");
  expect(error).toBeInstanceOf(CliError);
  expect(String(error)).toMatch(/AirPlay.*Set PORT \(or --port\)/);
});

test("does not suspect AirPlay elsewhere, or on another port", () => {
  expect(String(explainListening(failure("EADDRINUSE"), "linux"))).not.toContain("AirPlay");
  expect(String(explainListening(failure("EADDRINUSE", 8080), "darwin"))).not.toContain("AirPlay");
});

test("says what to do about a port or an address that may not be used", () => {
  expect(String(explainListening(failure("EACCES", 80)))).toContain("above 1023");
  expect(String(explainListening(failure("EADDRNOTAVAIL")))).toContain("Set HOST");
});

test("passes on what is something else", () => {
  const error = new Error("other");
  expect(explainListening(error)).toBe(error);
});
