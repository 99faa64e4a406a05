import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { formatLine } from "./readable.ts";

function readable(fields: Record<string, unknown>): string {
  const line = { level: "info", time: "2026-03-14T09:26:53.589Z", msg: "hello", ...fields };
  return stripVTControlCharacters(formatLine(JSON.stringify(line)));
}

test("tells time, level, module, message and fields on one line", () => {
  expect(readable({ module: "cloudways", attempt: 2, path: "/server", words: "two words" })).toBe(
    '09:26:53.589 info  cloudways hello attempt=2 path=/server words="two words"\n',
  );
});

test("tells of a call what it was, how it ended and how long it took", () => {
  const call = {
    module: "audit",
    time: undefined,
    at: Date.UTC(2026, 2, 14, 9, 26, 53),
    request_id: "ab12",
    surface: "http",
    name: "cloudways_ping",
    connection_id: "con_1",
    outcome: "ok",
    duration_ms: 12,
  };
  expect(readable(call)).toBe(
    "09:26:53.000 info  audit cloudways_ping ok in 12 ms surface=http connection_id=con_1 request_id=ab12\n",
  );
});

test("lets no text break the line or move the cursor", () => {
  const line = readable({
    msg: "one\n12:00:00.000 error forged",
    label: "\u001b[2Jgone\r\n\u202e",
  });
  expect(line.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test("writes the stack of an error, and of its cause, below the line", () => {
  const err = { stack: "Error: outer\n    at a", cause: { stack: "Error: inner\n    at b" } };
  expect(readable({ err })).toBe(
    "09:26:53.589 info  hello\n    Error: outer\n        at a\n    caused by\n    Error: inner\n        at b\n",
  );
});
