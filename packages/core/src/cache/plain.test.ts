import fc from "fast-check";
import { expect, test } from "vitest";
import { Secret } from "../secret.ts";
import { isPlain } from "./plain.ts";

test("what it calls plain comes back from JSON as it was", () => {
  const anything = fc.anything({
    withDate: true,
    withMap: true,
    withSet: true,
    withBigInt: true,
    withSparseArray: true,
    withTypedArray: true,
    withNullPrototype: true,
  });
  fc.assert(
    fc.property(anything, (value) => {
      // `toEqual` looks over undefined properties, -0 and prototypes, all of which no wire carries.
      if (isPlain(value))
        expect(JSON.parse(JSON.stringify(value))).toEqual(withoutMinusZero(value));
    }),
    { seed: 8, numRuns: 2_000 },
  );
});

test("all that JSON can say is plain", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(isPlain(value)).toBe(true);
    }),
    { seed: 8 },
  );
});

test.each([
  ["nothing", undefined],
  ["a hole in a list", [undefined]],
  ["a date", new Date(0)],
  ["a map", new Map()],
  ["a secret, however deep", { server: [{ password: new Secret("pier-7") }] }],
  ["an object that words itself", { toJSON: () => "other" }],
  ["no number", Number.NaN],
  ["a property that JSON skips", { [Symbol("tide")]: 1 }],
  ["a function", { get: () => 1 }],
])("%s is not plain", (_name, value) => {
  expect(isPlain(value)).toBe(false);
});

test("a value that contains itself is not plain", () => {
  const value: Record<string, unknown> = {};
  value.self = value;
  expect(isPlain(value)).toBe(false);
});

/** JSON has no negative zero, and neither has anything that is looked up at an upstream. */
function withoutMinusZero(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(withoutMinusZero);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutMinusZero(item)]),
  );
}
