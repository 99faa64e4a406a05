import fc from "fast-check";
import { expect, test } from "vitest";
import { parseUriTemplate } from "./uri-template.ts";

const BERTH = "harbour://piers/{pier}/berths/{berth_id}";

/** Text that can be encoded: no half of a surrogate pair on its own. */
const value = fc.string({ unit: "grapheme", minLength: 1 });

test("knows its variables in order", () => {
  expect(parseUriTemplate(BERTH).variables).toEqual(["pier", "berth_id"]);
  expect(parseUriTemplate("harbour://berths").variables).toEqual([]);
});

test("finds the values in an address", () => {
  expect(parseUriTemplate(BERTH).match("harbour://piers/north/berths/7")).toEqual({
    pier: "north",
    berth_id: "7",
  });
});

test("makes an address from values", () => {
  const values = { pier: "old town/north", berth_id: "7?" };
  expect(parseUriTemplate(BERTH).expand(values)).toBe(
    "harbour://piers/old%20town%2Fnorth/berths/7%3F",
  );
});

test("finds in every address it made the values it was made from", () => {
  const template = parseUriTemplate(BERTH);
  fc.assert(
    fc.property(value, value, (pier, berth_id) => {
      const values = { pier, berth_id };
      expect(template.match(template.expand(values))).toEqual(values);
    }),
    { seed: 7 },
  );
});

test("makes the address again from the values it found in it", () => {
  const template = parseUriTemplate("harbour://piers/{pier}");
  fc.assert(
    fc.property(value, (pier) => {
      const uri = `harbour://piers/${encodeURIComponent(pier)}`;
      expect(template.expand(template.match(uri) ?? {})).toBe(uri);
    }),
    { seed: 7 },
  );
});

test.each([
  "harbour://piers/north",
  "harbour://piers//berths/7",
  "harbour://piers/north/berths/7/",
  "harbour://piers/north/berths/7?x=1",
  "harbour://piers/north/berths/7#x",
  "harbour://piers/a/b/berths/7",
  "xharbour://piers/north/berths/7",
  "",
])("does not match %j, which is another address", (uri) => {
  expect(parseUriTemplate(BERTH).match(uri)).toBeUndefined();
});

test("does not match an address with a stray percent sign", () => {
  expect(parseUriTemplate(BERTH).match("harbour://piers/100%/berths/7")).toBeUndefined();
});

test("takes what is special in a pattern for itself", () => {
  const template = parseUriTemplate("harbour://a.b(c)+/{pier}");
  expect(template.match("harbour://a.b(c)+/north")).toEqual({ pier: "north" });
  expect(template.match("harbour://axb(c)+/north")).toBeUndefined();
});
