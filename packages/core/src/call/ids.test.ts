import { seededRandom } from "@fairlead/testkit/random";
import { expect, test, vi } from "vitest";
import { createIds } from "./ids.ts";

test("makes hex ids of the length that is asked for", () => {
  const newId = createIds(seededRandom());
  expect(newId(8)).toMatch(/^[0-9a-f]{16}$/);
  expect(newId(16)).toMatch(/^[0-9a-f]{32}$/);
});

test("never makes an id twice, also where the pool runs out", () => {
  const newId = createIds(seededRandom());
  const ids = Array.from({ length: 5_000 }, (_, index) => newId(index % 2 === 0 ? 7 : 16));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => id.length === 14 || id.length === 32)).toBe(true);
});

test("uses every random byte once, in order", () => {
  const newId = createIds((size) => Buffer.from(Array.from({ length: size }, (_, i) => i % 256)));
  expect([newId(2), newId(3)]).toEqual(["0001", "020304"]);
});

test("asks for random bytes once for hundreds of ids", () => {
  const random = vi.fn(seededRandom());
  const newId = createIds(random);
  for (let i = 0; i < 256; i++) newId(16);
  expect(random).toHaveBeenCalledTimes(1);
  newId(16);
  expect(random).toHaveBeenCalledTimes(2);
});
