import { seededRandom } from "@fairlead/testkit/random";
import { expect, test } from "vitest";
import { createKeyedHash } from "./keyed-hash.ts";

const random = seededRandom();

test("names the same value the same on every replica that has the key", () => {
  const names = [1, 2].map(() => createKeyedHash("key", random)("account", "ann@acme.example"));
  expect(names[0]).toBe(names[1]);
  expect(names[0]).toMatch(/^[0-9a-f]{64}$/);
});

test("names the same value differently for another purpose", () => {
  const keyedHash = createKeyedHash("key", random);
  expect(keyedHash("account", "ann")).not.toBe(keyedHash("pair", "ann"));
});

test("does not confuse where the purpose ends and the value begins", () => {
  const keyedHash = createKeyedHash("key", random);
  expect(keyedHash("a", "bc")).not.toBe(keyedHash("ab", "c"));
});

test("names the same value differently under another key", () => {
  const names = ["key", "other"].map((key) => createKeyedHash(key, random)("account", "ann"));
  expect(names[0]).not.toBe(names[1]);
});

test("takes a key of its own when it is given none", () => {
  const names = [1, 2].map((seed) =>
    createKeyedHash(undefined, seededRandom(seed))("account", "ann"),
  );
  expect(names[0]).not.toBe(names[1]);
});
