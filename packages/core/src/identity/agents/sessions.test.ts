import { hash } from "node:crypto";
import {
  createAgentPair,
  createTestAccount,
  createTestAgents,
  FROM,
  type TestAgents,
} from "@fairlead/testkit/agents";
import { failureOf } from "@fairlead/testkit/failure-of";
import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { agentKeyId } from "./revocation-ids.ts";

const pair = createAgentPair("03".repeat(32));
const account = createTestAccount("01".repeat(32));
const DAY_MS = 86_400_000;

let one: TestAgents;
beforeEach(async () => {
  one = await createTestAgents();
  await one.addAccount(account.address);
});
afterEach(() => one.close());

const nowS = () => Math.floor(one.clock.now() / 1000);

async function login(at = one, more: Record<string, unknown> = {}): Promise<string> {
  const not_after = nowS() + 10 * 86_400;
  const delegation = account.delegate(pair.public_key, not_after);
  return (await at.agents.login(await at.prepare(pair, account, { delegation, ...more }), FROM))
    .token;
}

const reasonOf = async (work: Promise<unknown>) => (await failureOf(work)).details?.reason;

function keyOf(token: string): Buffer {
  return one.vault.derive(`agent tokens ${decodeProtectedHeader(token).kid}`);
}

function forge(
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
  key?: Buffer,
) {
  const generation = Math.floor(nowS() / (90 * 86_400));
  const kid = `agent-${generation}`;
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", typ: "agent+jwt", kid, ...header })
    .sign(key ?? one.vault.derive(`agent tokens ${header.kid ?? kid}`));
}

describe("an agent's token", () => {
  test("says who, for what, until when, and which key signed in", async () => {
    const token = await login();
    expect(decodeProtectedHeader(token)).toEqual({
      ...{ alg: "HS256", typ: "agent+jwt" },
      kid: expect.stringMatching(/^agent-\d+$/),
    });
    expect(decodeJwt(token)).toEqual({
      ...{ iss: "https://fairlead.example.com", aud: "https://fairlead.example.com" },
      ...{ sub: account.address, pk: pair.public_key, roles: ["operator"] },
      perms: ["*:read", "*:write"],
      ...{ iat: nowS(), exp: nowS() + 3_600, auth_time: nowS() },
      jti: expect.stringMatching(/^[\w-]{22}$/),
      signed_requests: false,
    });
  });

  test("is good on another replica, where nobody signed in", async () => {
    const two = await createTestAgents({ beside: one });
    expect(await two.admit(await login())).toMatchObject({ id: "prn_bot" });
    await two.close();
  });

  test("ends after an hour and a minute for clocks that differ", async () => {
    const token = await login();
    one.clock.advance(3_659_000);
    expect(await one.admit(token)).toMatchObject({ id: "prn_bot" });
    one.clock.advance(2_000);
    expect(await reasonOf(one.admit(token))).toBe("expired_token");
  });

  test("has the rights that the account has now", async () => {
    const token = await login();
    const principal = await one.store.principals.find("ten_acme", "prn_bot");
    if (principal === undefined) throw new Error("no principal");
    await one.store.principals.update({ ...principal, roles: ["viewer"] });
    await one.store.changes.append({ tenant_id: "ten_acme", topic: "principal", ref: "prn_bot" });
    await one.changes.nudge();
    expect([...(await one.admit(token)).scopes]).toEqual(["*:read"]);
  });

  test("is nothing once the account is gone", async () => {
    const token = await login();
    await one.store.principals.delete("ten_acme", "prn_bot");
    expect((await failureOf(one.admit(token))).code).toBe("forbidden");
  });

  test("is refused once its key pair is revoked, as is a new login with it", async () => {
    const token = await login();
    await one.admit(token);
    await one.store.revocations.add({
      id: agentKeyId(account.address, pair.public_key),
      expires_at: one.clock.now() + DAY_MS,
    });
    await one.store.changes.append({ tenant_id: "ten_acme", topic: "principal", ref: "prn_bot" });
    await one.changes.nudge();
    expect(await reasonOf(one.admit(token))).toBe("revoked_key_pair");
    expect(await reasonOf(login())).toBe("revoked_key_pair");
  });

  test("is verified with the key before the last for as long as a session lasts", async () => {
    const period = 90 * 86_400;
    const boundary = Math.ceil(nowS() / period) * period;
    one.clock.advance((boundary - 60 - nowS()) * 1000);
    const before = await login();
    one.clock.advance(120_000);
    const after = await login();
    const kid = (token: string) => decodeProtectedHeader(token).kid;
    expect(kid(before)).not.toBe(kid(after));
    expect(await one.admit(before)).toMatchObject({ id: "prn_bot" });
    const late = await forge(
      { ...decodeJwt(before), exp: nowS() + 3 * 86_400 },
      { kid: kid(before) },
    );
    one.clock.advance(DAY_MS + 60_000);
    expect(await reasonOf(one.admit(late))).toBe("unknown_credential");
  });

  test.each<[string, (claims: Record<string, unknown>, token: string) => Promise<string> | string]>(
    [
      ["another secret", (claims) => forge(claims, {}, Buffer.alloc(32, 7))],
      [
        "a key id that has not come",
        (claims) => forge(claims, { kid: `agent-${Math.floor(nowS() / 7_776_000) + 1}` }),
      ],
      [
        "a key id that is long over",
        (claims) => forge(claims, { kid: `agent-${Math.floor(nowS() / 7_776_000) - 1}` }),
      ],
      ["a key id of something else", (claims) => forge(claims, { kid: "keyed hash" })],
      ["another server's name", (claims) => forge({ ...claims, iss: "https://evil.example.com" })],
      ["another audience", (claims) => forge({ ...claims, aud: "https://evil.example.com" })],
      ["no id", ({ jti, ...claims }) => forge(claims)],
      ["a time to come", (claims) => forge({ ...claims, iat: nowS() + 120 })],
      [
        "the algorithm none",
        (claims) => {
          const part = (json: unknown) => Buffer.from(JSON.stringify(json)).toString("base64url");
          const kid = `agent-${Math.floor(nowS() / 7_776_000)}`;
          return `${part({ alg: "none", typ: "agent+jwt", kid })}.${part(claims)}.`;
        },
      ],
      ["another type", (claims) => forge(claims, { typ: "at+jwt" })],
      [
        "claims of another token",
        (_claims, token) => {
          const [head, body = "", tag] = token.split(".");
          const claims = JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
          const changed = Buffer.from(
            JSON.stringify({ ...claims, sub: `0x${"9".repeat(40)}` }),
          ).toString("base64url");
          return `${head}.${changed}.${tag}`;
        },
      ],
    ],
  )("with %s is nobody's", async (_what, change) => {
    const token = await login();
    const forged = await change(decodeJwt(token), token);
    expect(await reasonOf(one.admit(forged))).toBe("unknown_credential");
    expect((await failureOf(one.agents.validate(forged, FROM))).code).toBe("unauthenticated");
    expect((await failureOf(one.agents.refresh(forged, FROM))).code).toBe("unauthenticated");
  });

  test("of an older kind, whose claims are texts, is read", async () => {
    const token = await login();
    const { iat, exp, auth_time, ...claims } = decodeJwt(token);
    const texts = { iat: `${iat}`, exp: `${exp}`, auth_time: `${auth_time}`, roles: "operator" };
    const old = await forge({ ...claims, ...texts }, {}, keyOf(token));
    expect(await one.admit(old)).toMatchObject({ id: "prn_bot" });
  });
});

describe("validate", () => {
  test("says whose the token is", async () => {
    expect(await one.agents.validate(await login(), FROM)).toEqual({
      user_id: account.address,
      permissions: ["*:read", "*:write"],
      roles: ["operator"],
      expires_at: nowS() + 3_600,
    });
  });

  test("says nothing of tokens of others, and counts who guesses", async () => {
    for (let n = 0; n < 11; n += 1) {
      expect(await reasonOf(one.agents.validate(`guess ${n}`, FROM))).toBe("unknown_credential");
    }
    expect((await failureOf(one.agents.validate("guess", FROM))).code).toBe("rate_limited");
  });
});

describe("refresh", () => {
  test("trades a token for another and ends the old one on every replica", async () => {
    const two = await createTestAgents({ beside: one });
    const old = await login();
    await one.admit(old);
    await two.admit(old);
    one.clock.advance(1_800_000);
    const session = await two.agents.refresh(old, FROM);
    expect(session.expires_at).toBe(nowS() + 3_600);
    await one.changes.nudge();
    expect(await reasonOf(one.admit(old))).toBe("revoked_token");
    expect(await reasonOf(two.admit(old))).toBe("revoked_token");
    expect(await one.admit(session.token)).toMatchObject({ id: "prn_bot" });
    await two.close();
  });

  test("keeps only a hash of the old token's id", async () => {
    const old = await login();
    const { jti = "" } = decodeJwt(old);
    await one.agents.refresh(old, FROM);
    expect(await one.store.revocations.has(jti)).toBe(false);
    expect(await one.store.revocations.has(hash("sha256", `agent token\n${jti}`, "hex"))).toBe(
      true,
    );
    expect(one.shared.written.join()).not.toContain(jti);
  });

  test("gives one token to many who ask with the same one at once", async () => {
    const two = await createTestAgents({ beside: one });
    const old = await login();
    const all = await Promise.allSettled(
      [one, two, one, two].map(({ agents }) => agents.refresh(old, FROM)),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await two.close();
  });

  test("of a revoked token is refused", async () => {
    const token = await login();
    await one.agents.logout(token, FROM);
    expect(await reasonOf(one.agents.refresh(token, FROM))).toBe("revoked_token");
  });

  test("while shared state is away leaves the old token as it was", async () => {
    const token = await login();
    one.shared.isAway = true;
    expect((await failureOf(one.agents.refresh(token, FROM))).code).toBe("upstream_unavailable");
    one.shared.isAway = false;
    expect((await one.agents.refresh(token, FROM)).user_id).toBe(account.address);
  });

  test("goes on for a day after the login and no longer", async () => {
    let token = await login();
    const began = nowS();
    let expires_at = 0;
    for (let n = 0; n < 23; n += 1) {
      one.clock.advance(3_600_000);
      ({ token, expires_at } = await one.agents.refresh(token, FROM));
    }
    expect(expires_at).toBe(began + 86_400);
    one.clock.advance(1_800_000);
    ({ token, expires_at } = await one.agents.refresh(token, FROM));
    expect(expires_at).toBe(began + 86_400);
    one.clock.advance(1_800_000);
    expect(await reasonOf(one.agents.refresh(token, FROM))).toBe("session_over");
  });
});

describe("logout", () => {
  test("ends the token on every replica, and what it holds open", async () => {
    const two = await createTestAgents({ beside: one });
    const token = await login();
    const principal = await two.admit(token);
    let ended = 0;
    two.identity.onEnded(principal, () => {
      ended += 1;
    });
    await one.agents.logout(token, FROM);
    await two.changes.nudge();
    expect(ended).toBe(1);
    expect(await reasonOf(two.admit(token))).toBe("revoked_token");
    expect(await reasonOf(one.agents.validate(token, FROM))).toBe("revoked_token");
    expect(one.events.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      "agents.login ok",
      "agents.logout ok",
      "agents.validate unauthenticated",
    ]);
    await two.close();
  });

  test("leaves other sessions of the agent alone", async () => {
    const [first, second] = [await login(), await login()];
    await one.agents.logout(first, FROM);
    expect(await one.admit(second)).toMatchObject({ id: "prn_bot" });
  });
});
