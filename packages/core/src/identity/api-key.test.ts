import { randomBytes } from "node:crypto";
import { seededRandom } from "@fairlead/testkit/random";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createApiKey, hashApiKey, parseApiKey } from "./api-key.ts";

const SHAPE = /^fl_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/;

describe("an API key", () => {
  test("has the form fl_<id>_<secret>, of base62 alone between the underscores", () => {
    const random = seededRandom();
    for (let i = 0; i < 500; i++) {
      const { id, key, hash } = createApiKey(random);
      expect(key).toMatch(SHAPE);
      expect(id).toBe(`key_${key.split("_")[1]}`);
      expect(hash).toBe(hashApiKey(key));
    }
  });

  test("is found under its id again", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { id, key } = createApiKey(seededRandom(seed));
        expect(parseApiKey(key)).toEqual({ id });
      }),
    );
  });

  test("with any one letter mistyped is told without a lookup", () => {
    const { key } = createApiKey(seededRandom());
    for (let at = 3; at < key.length; at++) {
      for (const letter of "0Zz9a_") {
        if (key[at] === letter) continue;
        expect(parseApiKey(key.slice(0, at) + letter + key.slice(at + 1))).toBeUndefined();
      }
    }
  });

  test("with two neighbours swapped is told without a lookup", () => {
    const { key } = createApiKey(seededRandom());
    for (let at = 3; at + 1 < key.length; at++) {
      const swapped = key.slice(0, at) + key[at + 1] + key[at] + key.slice(at + 2);
      if (swapped !== key) expect(parseApiKey(swapped)).toBeUndefined();
    }
  });

  test("cut off or prolonged anywhere is told without a lookup", () => {
    const { key } = createApiKey(seededRandom());
    for (let end = 0; end < key.length; end++)
      expect(parseApiKey(key.slice(0, end))).toBeUndefined();
    expect(parseApiKey(`${key}0`)).toBeUndefined();
    expect(parseApiKey(` ${key}`)).toBeUndefined();
    expect(parseApiKey(`${key}\n`)).toBeUndefined();
  });

  test("is never read from any other text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (text) => {
        expect(parseApiKey(text)).toBeUndefined();
        expect(parseApiKey(`fl_${text}`)).toBeUndefined();
      }),
    );
  });

  test("has letters that are all equally likely", () => {
    const counts = new Map<string, number>();
    // The checksum's first letter is of few; it is no part of the secret.
    for (let i = 0; i < 4_000; i++) {
      for (const letter of createApiKey(randomBytes).key.slice(16, 59)) {
        counts.set(letter, (counts.get(letter) ?? 0) + 1);
      }
    }
    const expected = (4_000 * 43) / 62;
    let distance = 0;
    for (const count of counts.values()) distance += (count - expected) ** 2 / expected;
    expect(counts.size).toBe(62);
    // χ² of 61 degrees of freedom passes 150 once in 10^9; a byte taken modulo 62 would bring some 4,000.
    expect(distance).toBeLessThan(150);
  });

  test("asks for more randomness where a byte would favour some letters", () => {
    let asked = 0;
    const biased = (size: number) => {
      asked += 1;
      return Buffer.alloc(size, asked % 2 === 0 ? 0 : 255);
    };
    expect(createApiKey(biased).key).toMatch(/^fl_0{12}_0{43}/);
  });
});
