import { createPublicKey, verify } from "node:crypto";
import { deriveForTests } from "@fairlead/testkit/audit";
import { expect, test } from "vitest";
import { checkRing, createCheck, createKeyRing } from "./keys.ts";

const ring = createKeyRing(deriveForTests);

test("a key is the same wherever it is derived", () => {
  const other = createKeyRing(deriveForTests);
  expect(other.key(2).public_key).toBe(ring.key(2).public_key);
  expect(ring.key(1).public_key).not.toBe(ring.key(2).public_key);
});

test("the key is the one RFC 8032 makes of the seed", () => {
  // Section 7.1, test 1.
  const seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
  const key = createKeyRing(() => Buffer.from(seed, "hex")).key(1);
  expect(key.public_key).toBe("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
});

test("a signature can be checked with the public key alone, by anyone", () => {
  const key = ring.key(1);
  const x = Buffer.from(key.public_key, "hex").toString("base64url");
  const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const signature = Buffer.from(key.sign("checkpoint", "text"), "hex");
  expect(
    verify(null, Buffer.from("fairlead audit checkpoint v1\ntext"), publicKey, signature),
  ).toBe(true);
});

test("a signature is good for one purpose and one text", () => {
  const key = ring.key(1);
  const check = createCheck(key.public_key);
  const signature = key.sign("checkpoint", "text");
  expect(check("checkpoint", "text", signature)).toBe(true);
  expect(check("export", "text", signature)).toBe(false);
  expect(check("checkpoint", "texts", signature)).toBe(false);
  expect(check("checkpoint", "text", "")).toBe(false);
});

test("a key certified by the one before it is believed", () => {
  const { checks, broken } = checkRing(ring.upTo(3));
  expect([...checks.keys()]).toEqual([1, 2, 3].map((each) => ring.key(each).id));
  expect(broken).toEqual([]);
});

test("a key slipped in between is not believed", () => {
  const own = createKeyRing((purpose) => deriveForTests(`forger ${purpose}`)).upTo(2);
  const [first] = ring.upTo(1);
  const [, forged] = own;
  const keys = [first, forged].filter((key) => key !== undefined);
  expect(checkRing(keys).broken).toEqual([forged?.id]);
});
