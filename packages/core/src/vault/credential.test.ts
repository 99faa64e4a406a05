import { createManualClock } from "@fairlead/testkit/clock";
import { masterKeyOf } from "@fairlead/testkit/contracts/test-vault";
import { failureOf } from "@fairlead/testkit/failure-of";
import { seededRandom } from "@fairlead/testkit/random";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SILENT } from "../ports.ts";
import { Secret } from "../secret.ts";
import { createSqliteStore } from "../storage/sqlite.ts";
import { decodeFields, encodeFields, openCredential, sealCredential } from "./credential.ts";
import { openVault } from "./open-vault.ts";

const MAIN = { tenant_id: "ten_acme", id: "con_main" };

async function setUp() {
  const store = await createSqliteStore(":memory:");
  return openVault({
    ...{ store, clock: createManualClock(), random: seededRandom(), logger: SILENT },
    masterKeys: { current: masterKeyOf(1), others: [] },
  });
}

const revealed = (fields: Readonly<Record<string, Secret>>) =>
  Object.fromEntries(Object.entries(fields).map(([name, secret]) => [name, secret.reveal()]));
const secretsOf = (fields: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, new Secret(value)]));

test("opens the fields it sealed, for this connection", async () => {
  const vault = await setUp();
  const sealed_credential = await sealCredential(
    vault,
    MAIN,
    secretsOf({ email: "ann@acme.example", api_key: "pier-7" }),
  );
  const { fields } = await openCredential(vault, { ...MAIN, sealed_credential });
  expect(revealed(fields)).toEqual({ email: "ann@acme.example", api_key: "pier-7" });
});

test("opens for no other connection", async () => {
  const vault = await setUp();
  const sealed_credential = await sealCredential(vault, MAIN, secretsOf({ token: "pier-7" }));
  const other = { ...MAIN, id: "con_other", sealed_credential };
  const error = await failureOf(openCredential(vault, other));
  expect(error.details).toEqual({ reason: "vault_tampered" });
});

test("overwrites every field when it is wiped", async () => {
  const vault = await setUp();
  const sealed_credential = await sealCredential(vault, MAIN, secretsOf({ token: "pier-7" }));
  const open = await openCredential(vault, { ...MAIN, sealed_credential });
  open.wipe();
  expect(() => open.fields.token?.reveal()).toThrow("overwritten");
});

test("leaves the secrets it sealed to their owner", async () => {
  const vault = await setUp();
  const fields = secretsOf({ token: "pier-7" });
  await sealCredential(vault, MAIN, fields);
  expect(fields.token?.reveal()).toBe("pier-7");
});

test("has no fields where a connection needs no credential", async () => {
  const vault = await setUp();
  const { fields } = await openCredential(vault, { ...MAIN, sealed_credential: null });
  expect(fields).toEqual({});
});

test("gives back any fields, whatever their names and values", () => {
  const anything = fc.dictionary(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }));
  fc.assert(
    fc.property(anything, (fields) => {
      expect(revealed(decodeFields(encodeFields(secretsOf(fields))))).toEqual({ ...fields });
    }),
    { seed: 1, numRuns: 40 },
  );
});

test("keeps a field called __proto__ a field", () => {
  const fields = Object.fromEntries([["__proto__", new Secret("pier-7")]]);
  const decoded = decodeFields(encodeFields(fields));
  expect(Object.keys(decoded)).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
});

test("refuses fields that were cut short or have something after them", async () => {
  const bytes = encodeFields(secretsOf({ email: "ann@acme.example", token: "pier-7" }));
  for (let length = 0; length < bytes.length; length += 1) {
    expect((await failureOf(() => decodeFields(bytes.subarray(0, length)))).details).toEqual({
      reason: "vault_format",
    });
  }
  const longer = Buffer.concat([bytes, Buffer.alloc(1)]);
  expect((await failureOf(() => decodeFields(longer))).details).toEqual({ reason: "vault_format" });
});

test("never fails but by saying so, whatever the bytes are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        decodeFields(Buffer.from([1, 0, 2, ...bytes]));
      } catch (error) {
        expect(error).toMatchObject({ details: { reason: "vault_format" } });
      }
    }),
    { seed: 1 },
  );
});
