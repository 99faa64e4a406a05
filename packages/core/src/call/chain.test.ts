import fc from "fast-check";
import { expect, test } from "vitest";
import { Chain, type Link } from "./chain.ts";

test("holds exactly what was added and not removed, whatever the order", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 })), (steps) => {
      const chain = new Chain<number>();
      const links = new Map<number, Link<number>>();
      for (const step of steps) {
        const link = links.get(step);
        if (link === undefined) links.set(step, chain.add(step));
        else {
          chain.remove(link);
          links.delete(step);
        }
      }
      expect([...chain].sort()).toEqual([...links.keys()].sort());
      expect(chain.size).toBe(links.size);
    }),
  );
});

test("lets a link be removed twice, and while the chain is walked", () => {
  const chain = new Chain<string>();
  const links = ["a", "b", "c"].map((value) => chain.add(value));
  for (const _ of chain) for (const link of links) chain.remove(link);
  expect(chain.size).toBe(0);
  expect([...chain]).toEqual([]);
});

test("a removed link holds on to nothing", () => {
  const chain = new Chain<string>();
  chain.add("stays");
  const link = chain.add("goes");
  chain.remove(link);
  expect(link).toEqual({ value: undefined, previous: undefined, next: undefined });
});
