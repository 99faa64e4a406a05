import { expect, test } from "vitest";
import { differencesInWords, differencesOf } from "./difference.ts";

test("names what is no longer as it was", () => {
  const was = { label: "larkspur", aliases: ["a", "b"], php: { version: "8.2" }, gone: 1 };
  const is = { label: "larkspur", aliases: ["a", "c"], php: { version: "8.3" }, came: true };
  const found = differencesOf(was, is);
  expect(found).toEqual([
    { path: "aliases[1]", was: "b", is: "c" },
    { path: "php.version", was: "8.2", is: "8.3" },
    { path: "gone", was: 1, is: undefined },
    { path: "came", was: undefined, is: true },
  ]);
  expect(differencesInWords(found.slice(1, 3))).toBe(
    'php.version was "8.2" and is now "8.3"; gone was 1 and is now absent',
  );
});

test("lists of another length are shown whole", () => {
  expect(differencesOf({ list: [1] }, { list: [1, 2] })).toEqual([
    { path: "list", was: [1], is: [1, 2] },
  ]);
  expect(differencesOf(null, { a: 1 })).toEqual([{ path: "", was: null, is: { a: 1 } }]);
  expect(differencesOf({ a: [{ b: 1 }] }, { a: [{ b: 1 }] })).toEqual([]);
});

test("there are twenty at most, and long values are cut in words", () => {
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, at]));
  expect(differencesOf(many, {})).toHaveLength(20);
  const [long] = differencesOf({ a: "x".repeat(500) }, { a: "" });
  expect(differencesInWords(long === undefined ? [] : [long]).length).toBeLessThan(260);
});
