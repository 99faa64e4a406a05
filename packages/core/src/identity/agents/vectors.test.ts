import { createAgentPair, createTestAccount } from "@fairlead/testkit/agents";
import { describe, expect, test } from "vitest";
import { isSignedBy, isUsableKey, recoverAccount } from "./signatures.ts";
import { challengeText, delegationText, parseDelegation } from "./texts.ts";

/** `x-signing` of the contract of Formation's node; the private key of the account is 32 times 01. */
const ACCOUNT = "01".repeat(32);
const ADDRESS = "0x1a642f0e3c3af545e7acbd38b07251b3990914f1";
const VECTOR = {
  ed25519_seed: "03".repeat(32),
  public_key: "ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737d1",
  challenge_text:
    "formation-mcp-login-v1\nserver:http://127.0.0.1:3010\naddress:0x1a642f0e3c3af545e7acbd38b07251b3990914f1\npublic_key:ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737d1\nnonce:abababababababababababababababab\nissued_at:1747958400\nexpires_at:1747958700",
  ed25519_signature:
    "1e24053bf2ef6c8bba4d1809532bc592cb11ea917eea1e5fef3184ebb8cd19587603054afa0844e2fe94a9ef1c5219e6ebc7870bbc80490a1816f31e5899ff0b",
  delegation_text:
    "formation-mcp-delegate-v1\naddress:0x1a642f0e3c3af545e7acbd38b07251b3990914f1\npublic_key:ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737d1\nnot_after:1779494400",
  delegation_signature:
    "ba796ddac7bac694ec420dfa0649e6e5408b44cac1cc534bd13df45be4001de154f5dcade01bef23138ff70ef30cde37f61d1ab385c189086fca30d355093d24",
  delegation_recovery_id: 1,
};
const STATE = {
  message: "formation-test-message",
  signature:
    "5218f8db4e68f110f207a26c7456f8b31f54fd187eef36bd0afd8099ab3c40224f604bf9892ff94b8fff1d04968b0fb2d2ffb9c5101ccc404adf1b5344807bcc",
  recovery_id: 0,
};
const ABOUT = { address: ADDRESS, public_key: VECTOR.public_key };

describe("the texts that are signed", () => {
  test("a challenge is byte for byte the contract's", () => {
    const text = challengeText({
      ...{ ...ABOUT, server: "http://127.0.0.1:3010" },
      ...{ nonce: "ab".repeat(16), issued_at: 1_747_958_400 },
    });
    expect(text).toBe(VECTOR.challenge_text);
  });

  test("a delegation is byte for byte the contract's, and is read back", () => {
    expect(delegationText({ ...ABOUT, not_after: 1_779_494_400 })).toBe(VECTOR.delegation_text);
    expect(parseDelegation(VECTOR.delegation_text)).toEqual({ ...ABOUT, not_after: 1_779_494_400 });
  });

  test.each([
    ["a line too many", `${VECTOR.delegation_text}\n`],
    ["another version", VECTOR.delegation_text.replace("v1", "v2")],
    ["carriage returns", VECTOR.delegation_text.replaceAll("\n", "\r\n")],
    ["an address in capitals", VECTOR.delegation_text.replace("0x1a64", "0x1A64")],
    ["a time with a fraction", `${VECTOR.delegation_text}.5`],
  ])("a delegation with %s is none", (_what, text) => {
    expect(parseDelegation(text)).toBeUndefined();
  });
});

describe("an Ed25519 signature", () => {
  test("of the contract is right", () => {
    const { public_key, challenge_text, ed25519_signature } = VECTOR;
    expect(isSignedBy(public_key, challenge_text, ed25519_signature)).toBe(true);
    const pair = createAgentPair(VECTOR.ed25519_seed);
    expect(pair.public_key).toBe(public_key);
    expect(pair.sign(challenge_text)).toBe(ed25519_signature);
  });

  test.each([
    ["another text", VECTOR.public_key, `${VECTOR.challenge_text}\n`, VECTOR.ed25519_signature],
    [
      "another key",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      VECTOR.challenge_text,
      VECTOR.ed25519_signature,
    ],
    [
      "a shorter signature",
      VECTOR.public_key,
      VECTOR.challenge_text,
      VECTOR.ed25519_signature.slice(2),
    ],
  ])("over %s is wrong", (_what, key, text, signature) => {
    expect(isSignedBy(key, text, signature)).toBe(false);
  });

  test("does not count for a key that anybody can sign for", async () => {
    const neutral = `01${"00".repeat(31)}`;
    expect(await isUsableKey(neutral)).toBe(false);
    expect(await isUsableKey("ff".repeat(32))).toBe(false);
    expect(await isUsableKey(VECTOR.public_key)).toBe(true);
  });
});

describe("an account's signature", () => {
  test("of the contract's delegation leads to its address", async () => {
    const { delegation_text, delegation_signature, delegation_recovery_id } = VECTOR;
    expect(
      await recoverAccount(delegation_text, delegation_signature, delegation_recovery_id),
    ).toBe(ADDRESS);
    expect(createTestAccount(ACCOUNT).delegate(VECTOR.public_key, 1_779_494_400)).toEqual({
      message: delegation_text,
      signature: delegation_signature,
      recovery_id: delegation_recovery_id,
    });
  });

  test("of the contract's message to the node leads to its address", async () => {
    expect(await recoverAccount(STATE.message, STATE.signature, STATE.recovery_id)).toBe(ADDRESS);
  });

  test("with the other recovery id, or over another text, leads to somebody else", async () => {
    expect(await recoverAccount(STATE.message, STATE.signature, 1)).not.toBe(ADDRESS);
    expect(await recoverAccount("something else", STATE.signature, 0)).not.toBe(ADDRESS);
  });

  test("in its high-S form is none, although it is the same point", async () => {
    const high = createTestAccount(ACCOUNT).sign(STATE.message, { highS: true });
    expect(await recoverAccount(high.message, high.signature, high.recovery_id)).toBeUndefined();
    const low = createTestAccount(ACCOUNT).sign(STATE.message);
    expect(await recoverAccount(low.message, low.signature, low.recovery_id)).toBe(ADDRESS);
  });

  test.each(["00".repeat(64), "ff".repeat(64), "zz".repeat(64), ""])("%s is none", async (text) => {
    expect(await recoverAccount(STATE.message, text, 0)).toBeUndefined();
  });
});
