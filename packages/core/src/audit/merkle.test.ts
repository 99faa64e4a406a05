import fc from "fast-check";
import { expect, test } from "vitest";
import { hashLeaf, pathTo, rootFrom, rootOf } from "./merkle.ts";

const leaves = fc
  .uniqueArray(fc.string(), { minLength: 1, maxLength: 40 })
  .map((texts) => texts.map(hashLeaf));

test("a path leads from every leaf to the root", () => {
  fc.assert(
    fc.property(leaves, (all) => {
      for (const leaf of all) expect(rootFrom(leaf, pathTo(leaf, all))).toBe(rootOf(all));
    }),
  );
});

test("no path leads from another leaf to the root", () => {
  fc.assert(
    fc.property(leaves, fc.string(), (all, text) => {
      const other = hashLeaf(text);
      fc.pre(!all.includes(other));
      for (const leaf of all) expect(rootFrom(other, pathTo(leaf, all))).not.toBe(rootOf(all));
    }),
  );
});

test("the root does not depend on the order of the leaves", () => {
  fc.assert(
    fc.property(leaves, (all) => {
      expect(rootOf(all.toReversed())).toBe(rootOf(all));
    }),
  );
});

test("another set of leaves has another root", () => {
  fc.assert(
    fc.property(leaves, leaves, (one, other) => {
      fc.pre(one.toSorted().join() !== other.toSorted().join());
      expect(rootOf(one)).not.toBe(rootOf(other));
    }),
  );
});

test("a path to what is no leaf is refused", () => {
  expect(() => pathTo(hashLeaf("a"), [hashLeaf("b")])).toThrow("not in the tree");
});
