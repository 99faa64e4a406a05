import { failureOf } from "@fairlead/testkit/failure-of";
import fc from "fast-check";
import { expect, test } from "vitest";
import { toAssociatedData } from "./associated-data.ts";
import { openValue, type Place, parseSealed, sealValue } from "./sealed-value.ts";

const KEY = Buffer.alloc(32, 1);
const NONCE = Buffer.alloc(12, 2);
const PLACE: Place = { tenant_id: "ten_acme", key_id: "dek_1", associated: "connection con_main" };

test.each([
  { tenant_id: "ten_other" },
  { key_id: "dek_2" },
  { associated: "connection con_other" },
])("does not open with the very same key under %j", async (elsewhere) => {
  const { bytes } = parseSealed(sealValue(KEY, NONCE, PLACE, Buffer.from("pier 7")));
  expect(openValue(KEY, PLACE, bytes).toString()).toBe("pier 7");
  const error = await failureOf(() => openValue(KEY, { ...PLACE, ...elsewhere }, bytes));
  expect(error.details).toEqual({ reason: "vault_tampered" });
});

test("takes one spelling of a value only", async () => {
  const sealed = sealValue(KEY, NONCE, PLACE, Buffer.from("pier 7"));
  for (const other of [
    `${sealed}=`,
    `${sealed} `,
    sealed.replace("dek_1.", "dek_1.."),
    `${sealed}\n`,
  ]) {
    expect((await failureOf(() => parseSealed(other))).details).toEqual({ reason: "vault_format" });
  }
});

test("makes the same bytes of the same texts, and of no others", () => {
  const texts = fc.array(fc.string({ maxLength: 4 }), { maxLength: 4 });
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      const isSame = toAssociatedData(...one).equals(toAssociatedData(...other));
      expect(isSame).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
    { seed: 1, numRuns: 1_000 },
  );
  // Texts that hold what could be taken for the next one's length.
  for (const between of ["\0\0\0\0", "\0\0\0\u0001"])
    expect(toAssociatedData(`a${between}b`)).not.toEqual(toAssociatedData("a", "b"));
  expect(toAssociatedData("ab", "c")).not.toEqual(toAssociatedData("a", "bc"));
});
