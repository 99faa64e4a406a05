import { expect, test } from "vitest";
import { z } from "zod";
import { cleanLine, cleanLines } from "./untrusted.ts";
import * as wire from "./wire.ts";

test.each([
  [wire.id, ["50482", 50482], 50482],
  [wire.optionalId, ["7", 7], 7],
  [wire.optionalId, ["", "0", 0, null, undefined, "x", 1.5], null],
  [wire.flag, [true, 1, "1", "true", "yes", "Enabled"], true],
  [wire.flag, [false, 0, "0", "no", "", null, undefined], false],
  [wire.optionalNumber, ["25", 25], 25],
  [wire.optionalNumber, ["", null, undefined, "x", true], null],
  [wire.line, ["web", " web "], "web"],
  [wire.line, [null, undefined, ""], ""],
  [wire.optionalLine, ["", null, undefined, "\u200b"], null],
  [wire.timestamp, ["2024-07-11 11:41:31", "2024-07-11T11:41:31.5"], "2024-07-11T11:41:31Z"],
  [wire.timestamp, ["", null, "yesterday", "0000"], null],
  [wire.secretText, [" pa\u200bss "], " pa\u200bss "],
])("reads what either version writes (%#)", (schema, written, read) => {
  for (const value of written) expect(schema.parse(value)).toEqual(read);
});

test("reads a map for a list, and nothing for an empty one", () => {
  const list = wire.listOf(z.number());
  expect([list.parse([1]), list.parse({ a: 1 }), list.parse(null)]).toEqual([[1], [1], []]);
  expect(wire.mapOf(z.number()).parse([])).toEqual({});
});

test("unwraps what may be wrapped", () => {
  const wrapped = wire.wrappedIn("apps", z.record(z.string(), z.number()));
  expect(wrapped.parse({ apps: { a: 1 } })).toEqual({ a: 1 });
  expect(wrapped.parse({ a: 1 })).toEqual({ a: 1 });
});

test("takes what cannot be seen out of the upstream's text", () => {
  const hidden = "a\u0000\u001b\u00ad\u034f\u115f\u200b\u202e\u2066\u3164\ufe0f\u{e0041}\u{e0100}b";
  expect(cleanLine(hidden)).toBe("ab");
  expect(cleanLine("one\r\n two\u2028three")).toBe("one two three");
  expect(cleanLine("\ud83d")).toBe("");
  expect(cleanLines("a\u0000 = 1\r\n\tb = 2\u200b\n", 100)).toBe("a = 1\n b = 2");
});

test("cuts long text without cutting a character in half", () => {
  expect(cleanLine("x".repeat(300), 10)).toBe("xxxxxxxxx…");
  expect(cleanLine(`${"x".repeat(8)}😀😀`, 10)).toBe("xxxxxxxx\ufffd…");
});
