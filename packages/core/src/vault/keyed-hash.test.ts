import { expect, test } from "vitest";
import { createKeyedHash } from "./keyed-hash.ts";

const KEY = Buffer.alloc(32, 1);
const OTHER = Buffer.alloc(32, 2);

test("names the same value the same on every replica that has the key", () => {
  const names = [1, 2].map(() => createKeyedHash(KEY)("account", "ann@acme.example"));
  expect(names[0]).toBe(names[1]);
  expect(names[0]).toMatch(/^[0-9a-f]{64}$/);
});

test("names the same value differently for another purpose", () => {
  const keyedHash = createKeyedHash(KEY);
  expect(keyedHash("account", "ann")).not.toBe(keyedHash("pair", "ann"));
});

test("does not confuse where the purpose ends and the value begins", () => {
  const keyedHash = createKeyedHash(KEY);
  expect(keyedHash("a", "bc")).not.toBe(keyedHash("ab", "c"));
});

test("names the same value differently under another key", () => {
  const names = [KEY, OTHER].map((key) => createKeyedHash(key)("account", "ann"));
  expect(names[0]).not.toBe(names[1]);
});
