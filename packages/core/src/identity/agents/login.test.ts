import {
  createAgentPair,
  createTestAccount,
  createTestAgents,
  FROM,
  type TestAgents,
} from "@fairlead/testkit/agents";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDelegation } from "./delegation.ts";
import { delegationText } from "./texts.ts";

const pair = createAgentPair("03".repeat(32));
const another = createAgentPair("04".repeat(32));
const account = createTestAccount("01".repeat(32));
const stranger = createTestAccount("02".repeat(32));
const DAY_S = 86_400;

let one: TestAgents;
beforeEach(async () => {
  one = await createTestAgents();
  await one.addAccount(account.address);
});
afterEach(() => one.close());

const nowS = () => Math.floor(one.clock.now() / 1000);

async function refusalOf(input: unknown, at = one) {
  const { code, message, details } = await failureOf(at.agents.login(input, FROM));
  return { code, message, reason: details?.reason };
}

describe("a challenge", () => {
  test("names server, address, key, a fresh nonce and five minutes", async () => {
    const input = {
      address: account.address.toUpperCase().replace("0X", ""),
      public_key: `0x${pair.public_key}`,
    };
    const challenge = await one.agents.challenge(input, FROM);
    expect(challenge.message.split("\n")).toEqual([
      "formation-mcp-login-v1",
      "server:https://fairlead.example.com",
      `address:${account.address}`,
      `public_key:${pair.public_key}`,
      expect.stringMatching(/^nonce:[0-9a-f]{32}$/),
      `issued_at:${nowS()}`,
      `expires_at:${nowS() + 300}`,
    ]);
    expect(challenge.expires_at).toBe(nowS() + 300);
    expect(challenge.challenge_id).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    const next = await one.agents.challenge(input, FROM);
    expect(next.message).not.toBe(challenge.message);
  });

  test.each([
    ["an address that is none", { address: "0x12", public_key: pair.public_key }],
    ["a key that is none", { address: account.address, public_key: "12" }],
    [
      "a key that anybody can sign for",
      { address: account.address, public_key: `01${"00".repeat(31)}` },
    ],
    ["nothing", {}],
    ["no object", "x"],
  ])("is not made for %s", async (_what, input) => {
    expect((await failureOf(one.agents.challenge(input, FROM))).code).toBe("invalid_input");
  });

  test("is made thirty times in a row for one network, counted over all replicas, and goes on by the clock", async () => {
    const two = await createTestAgents({ beside: one });
    const input = { address: account.address, public_key: pair.public_key };
    const from = (n: number) => ({ ...FROM, address: `2001:db8::${n}` });
    for (let n = 0; n < 15; n += 1) {
      await one.agents.challenge(input, from(n));
      await two.agents.challenge(input, from(n));
    }
    const refused = await failureOf(one.agents.challenge(input, from(99)));
    expect(refused).toMatchObject({ code: "rate_limited", details: { retry_after_s: 2 } });
    await one.agents.challenge(input, { ...FROM, address: "192.0.2.1" });
    one.clock.advance(2_000);
    await two.agents.challenge(input, from(1));
    await two.close();
  });

  test("is refused while shared state is away", async () => {
    one.shared.isAway = true;
    const input = { address: account.address, public_key: pair.public_key };
    expect((await failureOf(one.agents.challenge(input, FROM))).code).toBe("upstream_unavailable");
  });
});

describe("a login", () => {
  test("gives a token for the account's principal, and keeps the delegation sealed", async () => {
    const input = await one.prepare(pair, account);
    const session = await one.agents.login(input, FROM);
    expect(session).toEqual({
      token: expect.stringMatching(/^eyJ/),
      user_id: account.address,
      expires_at: nowS() + 3_600,
      permissions: ["*:read", "*:write"],
    });
    expect(await one.admit(session.token)).toMatchObject({
      ...{ id: "prn_bot", tenant_id: "ten_acme", kind: "agent", roles: ["operator"] },
      credential: { kind: "agent_token", expires_at: (nowS() + 3_660) * 1000 },
    });
    const key = await one.store.agentKeys.find(account.address, pair.public_key);
    const { signature } = input.delegation as { signature: string };
    expect(JSON.stringify(key)).not.toContain(signature.slice(0, 20));
    if (key === undefined) throw new Error("the key pair is not kept");
    const open = await openDelegation(one.vault, key);
    expect(open.message).toBe((input.delegation as { message: string }).message);
    expect(Buffer.from(open.signature.reveal(), "utf8").length).toBeGreaterThan(0);
    const bytes = new Uint8Array(64);
    open.signature.copyTo(bytes);
    expect(Buffer.from(bytes).toString("hex")).toBe(signature);
  });

  test("is written down, without the delegation's signature", async () => {
    const input = await one.prepare(pair, account);
    await one.agents.login(input, FROM);
    const event = one.events.find(({ name }) => name === "agents.login");
    expect(event).toMatchObject({
      outcome: "ok",
      tenant_id: "ten_acme",
      principal_id: "prn_bot",
      address: "10.0.0.1",
    });
    const { signature } = input.delegation as { signature: string };
    expect(JSON.stringify(one.events)).not.toContain(signature);
  });

  test("works for one challenge once", async () => {
    const input = await one.prepare(pair, account);
    await one.agents.login(input, FROM);
    expect(await refusalOf(input)).toMatchObject({ code: "unauthenticated", reason: "challenge" });
  });

  test("works for one challenge once on all replicas together, which know each other's challenges", async () => {
    const two = await createTestAgents({ beside: one });
    const input = await one.prepare(pair, account);
    const [first, second] = await Promise.allSettled([
      two.agents.login(input, FROM),
      one.agents.login(input, FROM),
    ]);
    expect([first.status, second.status].sort()).toEqual(["fulfilled", "rejected"]);
    await two.close();
  });

  test("is refused while it cannot be told whether the challenge was used", async () => {
    const input = await one.prepare(pair, account);
    one.shared.isAway = true;
    expect(await refusalOf(input)).toMatchObject({ code: "upstream_unavailable" });
    one.shared.isAway = false;
    expect((await one.agents.login(input, FROM)).user_id).toBe(account.address);
  });

  test("is refused once the challenge's five minutes are over", async () => {
    const input = await one.prepare(pair, account);
    one.clock.advance(300_000);
    expect(await refusalOf(input)).toMatchObject({ reason: "challenge" });
  });

  test("of a failed signature does not use the challenge of its owner up", async () => {
    const input = await one.prepare(pair, account);
    await refusalOf({ ...input, signature: another.sign(String(input.signed_message)) });
    expect((await one.agents.login(input, FROM)).user_id).toBe(account.address);
  });

  test("brings the same refusal for a wrong signature, whatever the address", async () => {
    const wrong = async (who: typeof account) => {
      const input = await one.prepare(pair, who);
      return refusalOf({ ...input, signature: another.sign(String(input.signed_message)) });
    };
    expect(await wrong(account)).toEqual(await wrong(stranger));
  });

  test("without a delegation brings the same refusal for every address that never delegated to the key", async () => {
    const without = async (who: typeof account) =>
      refusalOf(await one.prepare(pair, who, { delegation: undefined }));
    expect(await without(account)).toEqual(await without(stranger));
    expect(await without(stranger)).toMatchObject({
      code: "unauthenticated",
      reason: "delegation",
    });
  });

  test.each<[string, (input: Record<string, unknown>) => Record<string, unknown>]>([
    [
      "the text was changed",
      (input) => ({
        ...input,
        signed_message: `${input.signed_message}\n`,
        signature: pair.sign(`${input.signed_message}\n`),
      }),
    ],
    [
      "the text is for another server",
      (input) => {
        const signed_message = String(input.signed_message).replace("fairlead", "evil");
        return { ...input, signed_message, signature: pair.sign(signed_message) };
      },
    ],
    [
      "the text has a later time",
      (input) => {
        const text = String(input.signed_message);
        const signed_message = text.replace(
          /issued_at:\d+\nexpires_at:\d+/,
          `issued_at:${nowS() + 30}\nexpires_at:${nowS() + 330}`,
        );
        return { ...input, signed_message, signature: pair.sign(signed_message) };
      },
    ],
    [
      "the challenge has another id",
      (input) => ({ ...input, challenge_id: "0b0e6d0a-7f2c-4c3e-9d5a-5e8f6f0a1b2c" }),
    ],
    ["the key is another's", (input) => ({ ...input, public_key: another.public_key })],
    ["the address is another's", (input) => ({ ...input, address: stranger.address })],
  ])("is refused when %s", async (_what, change) => {
    const input = await one.prepare(pair, account);
    expect(await refusalOf(change(input))).toMatchObject({
      code: "unauthenticated",
      reason: "challenge",
    });
    expect((await one.agents.login(input, FROM)).user_id).toBe(account.address);
  });

  test.each<[string, () => unknown]>([
    ["another key pair", () => account.delegate(another.public_key, nowS() + DAY_S)],
    ["another address", () => stranger.delegate(pair.public_key, nowS() + DAY_S)],
    [
      "this address, by another account",
      () =>
        stranger.sign(
          delegationText({
            address: account.address,
            public_key: pair.public_key,
            not_after: nowS() + DAY_S,
          }),
        ),
    ],
    ["a time that is over", () => account.delegate(pair.public_key, nowS())],
    [
      "a signature in its high-S form",
      () =>
        account.sign(
          delegationText({
            address: account.address,
            public_key: pair.public_key,
            not_after: nowS() + DAY_S,
          }),
          { highS: true },
        ),
    ],
    [
      "the other recovery id",
      () => {
        const good = account.delegate(pair.public_key, nowS() + DAY_S);
        return { ...good, recovery_id: 1 - good.recovery_id };
      },
    ],
    [
      "a text that says more",
      () =>
        account.sign(
          `${delegationText({ address: account.address, public_key: pair.public_key, not_after: nowS() + DAY_S })}\nmore:1`,
        ),
    ],
  ])("is refused with a delegation for %s", async (_what, delegation) => {
    const input = await one.prepare(pair, account, { delegation: delegation() });
    expect(await refusalOf(input)).toMatchObject({ code: "unauthenticated", reason: "delegation" });
    expect(await one.store.agentKeys.find(account.address, pair.public_key)).toBeUndefined();
  });

  test("is forbidden to an account that nobody added, and only once it proved itself", async () => {
    const input = await one.prepare(pair, stranger);
    expect(await refusalOf(input)).toMatchObject({ code: "forbidden", reason: "unknown_account" });
  });

  test("with a delegation that is over does not tell whether the account is known", async () => {
    const over = async (who: typeof account) => {
      const delegation = who.delegate(pair.public_key, nowS());
      return refusalOf(await one.prepare(pair, who, { delegation }));
    };
    expect(await over(stranger)).toEqual(await over(account));
  });

  test("is forbidden to an account of another kind of principal", async () => {
    await one.addAccount(stranger.address, { id: "prn_ann", kind: "person" });
    const input = await one.prepare(pair, stranger);
    expect(await refusalOf(input)).toMatchObject({ code: "forbidden", reason: "unknown_account" });
  });

  test("is forbidden to a disabled account, and is not written down as a success", async () => {
    await one.addAccount(stranger.address, { id: "prn_off", status: "disabled" });
    const input = await one.prepare(pair, stranger);
    expect(await refusalOf(input)).toMatchObject({ code: "forbidden", reason: "disabled" });
    expect(one.events.map(({ outcome }) => outcome)).toEqual(["forbidden"]);
  });

  test("needs the delegation the first time only, for as long as it holds", async () => {
    await one.agents.login(await one.prepare(pair, account), FROM);
    const again = () => one.prepare(pair, account, { delegation: undefined });
    expect((await one.agents.login(await again(), FROM)).user_id).toBe(account.address);
    one.clock.advance(DAY_S * 1000);
    expect(await refusalOf(await again())).toMatchObject({ reason: "delegation" });
    expect((await one.agents.login(await one.prepare(pair, account), FROM)).user_id).toBe(
      account.address,
    );
  });

  test("keeps the delegation that holds longest", async () => {
    const until = (s: number) => ({ delegation: account.delegate(pair.public_key, nowS() + s) });
    await one.agents.login(await one.prepare(pair, account, until(2 * DAY_S)), FROM);
    await one.agents.login(await one.prepare(pair, account, until(DAY_S)), FROM);
    const key = await one.store.agentKeys.find(account.address, pair.public_key);
    expect(key?.not_after).toBe((nowS() + 2 * DAY_S) * 1000);
  });

  test("gives a token that ends with the delegation", async () => {
    const delegation = account.delegate(pair.public_key, nowS() + 60);
    const session = await one.agents.login(await one.prepare(pair, account, { delegation }), FROM);
    expect(session.expires_at).toBe(nowS() + 60);
    await one.admit(session.token);
    one.clock.advance(60_000);
    expect((await failureOf(one.admit(session.token))).details).toMatchObject({
      reason: "delegation",
    });
  });

  test("of the same new key pair may come twice at once", async () => {
    const inputs = [await one.prepare(pair, account), await one.prepare(pair, account)];
    const sessions = await Promise.all(inputs.map((input) => one.agents.login(input, FROM)));
    expect(new Set(sessions.map(({ token }) => token)).size).toBe(2);
  });

  test("that failed too often from one network has to wait", async () => {
    const input = await one.prepare(pair, account, { signature: "00".repeat(64) });
    for (let n = 0; n < 11; n += 1)
      expect(await refusalOf(input)).toMatchObject({ code: "unauthenticated" });
    expect(await refusalOf(input)).toMatchObject({ code: "rate_limited" });
    one.clock.advance(30_000);
    expect(
      await refusalOf(await one.prepare(pair, account, { signature: "00".repeat(64) })),
    ).toMatchObject({ code: "unauthenticated" });
  });

  test.each([
    [{ signature: "12" }, "signature"],
    [{ challenge_id: "../x" }, "challenge_id"],
    [{ public_key: 7 }, "public_key"],
    [
      { delegation: { message: "x", signature: "00".repeat(64), recovery_id: 2 } },
      "delegation.recovery_id",
    ],
  ])("of the wrong shape is told which field: %o", async (change, field) => {
    const input = await one.prepare(pair, account, change);
    expect(await failureOf(one.agents.login(input, FROM))).toMatchObject({
      code: "invalid_input",
      details: { fields: [field] },
    });
  });
});
