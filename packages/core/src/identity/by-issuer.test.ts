import { createHash } from "node:crypto";
import { failureOf } from "@fairlead/testkit/failure-of";
import { createTestIdentity, type TestIdentity } from "@fairlead/testkit/identity";
import {
  type Algorithm,
  type SigningKey,
  signToken,
  startIssuer,
  type TestIssuer,
} from "@fairlead/testkit/issuer";
import { exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, onTestFinished, test } from "vitest";
import { tokenId } from "./by-issuer.ts";
import { type GivenIssuer, parseIssuers } from "./issuers.ts";

const PUBLIC_URL = "https://fairlead.example.com";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface SetUp extends TestIdentity {
  issuer: TestIssuer;
  key: SigningKey;
  /** An access token of Ann's for `/mcp`; `undefined` takes a claim out. */
  token(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
  /** Every URL that was fetched. */
  fetched: string[];
}

/** One replica that trusts one issuer, and knows Ann by it. */
async function setUp(given: Partial<GivenIssuer> = {}, path = ""): Promise<SetUp> {
  const issuer = await startIssuer(path);
  const key = await issuer.addKey();
  const fetched: string[] = [];
  const made = await createTestIdentity({
    config: {
      publicUrl: PUBLIC_URL,
      issuers: parseIssuers(JSON.stringify({ issuer: issuer.issuer, ...given })),
    },
    fetch(url, init) {
      fetched.push(String(url));
      return globalThis.fetch(url, init);
    },
  });
  onTestFinished(async () => {
    await made.close();
    await issuer.close();
  });
  await made.addPrincipal({
    ...{ id: "prn_sub", kind: "person", label: "Ann", roles: ["developer"] },
    ...{ issuer: issuer.issuer, subject: "user-7" },
  });
  const token: SetUp["token"] = (claims, header) =>
    signToken(key, claimsOf(made, issuer, claims), header);
  return { ...made, issuer, key, token, fetched };
}

function claimsOf(
  { clock }: Pick<TestIdentity, "clock">,
  { issuer }: TestIssuer,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  const now = Math.floor(clock.now() / 1000);
  const all: Record<string, unknown> = {
    ...{ iss: issuer, sub: "user-7", aud: `${PUBLIC_URL}/mcp`, iat: now, exp: now + 3600 },
    ...{ jti: "token-1", client_id: "editor", ...changes },
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** How a token was refused. */
async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  const { code, details } = await failureOf(work);
  return `${code} ${String(details?.reason)}`;
}

const GUESS = "unauthenticated unknown_credential";

describe("a token of a trusted issuer", () => {
  test("tells who is calling", async () => {
    const { admit, token, issuer, clock } = await setUp();
    const exp = Math.floor(clock.now() / 1000) + 3600;
    expect(await admit(bearer(await token()))).toEqual({
      id: "prn_sub",
      tenant_id: "ten_acme",
      kind: "person",
      label: "Ann",
      roles: ["developer"],
      scopes: new Set(["*:read", "*:write", "*:destroy"]),
      allowance: {
        key: "calls ten_acme prn_sub",
        tier: "key",
        bucket: { capacity: 1_000, refillPerSecond: 1_000 / 3_600 },
      },
      credential: {
        kind: "token",
        id: tokenId(issuer.issuer, "token-1"),
        expires_at: (exp + 60) * 1000,
      },
    });
  });

  test.each<Algorithm>(["EdDSA", "ES256", "RS256"])("is checked with %s", async (alg) => {
    const made = await setUp();
    const key = await made.issuer.addKey(alg);
    const good = await signToken(key, claimsOf(made, made.issuer));
    expect((await made.admit(bearer(good))).id).toBe("prn_sub");
    const claims = Buffer.from(JSON.stringify(claimsOf(made, made.issuer, { sub: "boss" })));
    const [head, , signature] = good.split(".");
    const forged = `${head}.${claims.toString("base64url")}.${signature}`;
    expect(await refusalOf(made.admit(bearer(forged)))).toBe(GUESS);
  });

  test.each(["at+jwt", "application/at+jwt", "JWT", undefined])(
    "may have the typ %j",
    async (typ) => {
      const { admit, token } = await setUp();
      expect((await admit(bearer(await token({}, { typ })))).id).toBe("prn_sub");
    },
  );

  test("is verified once for all who bring it, and then known at once", async () => {
    const { admit, token, identity, issuer } = await setUp();
    const text = await token();
    const all = await Promise.all(Array.from({ length: 50 }, () => admit(bearer(text))));
    expect(new Set(all).size).toBe(1);
    expect(issuer.requests).toEqual(["/.well-known/oauth-authorization-server", "/keys"]);
    const evidence = { surface: "http", address: "10.0.0.1", connectors: [] } as const;
    const again = identity.authenticate({ ...evidence, headers: bearer(text), resource: "/mcp" });
    expect(again).toBe(all[0]);
  });

  test.each([
    ["the path of the issuer's own well-known", "/tenants/one"],
    ["no path", ""],
  ])("is checked with keys that metadata lead to (%s)", async (_what, path) => {
    const { admit, token } = await setUp({}, path);
    expect((await admit(bearer(await token()))).id).toBe("prn_sub");
  });

  test("is checked with keys of OpenID Connect's metadata where there are no others", async () => {
    const { admit, token, issuer } = await setUp({}, "/one");
    issuer.override = (path) => {
      const isMetadata = path === "/one/.well-known/openid-configuration";
      if (path === "/keys") return { status: 200, body: JSON.stringify({ keys: issuer.keys }) };
      return { status: isMetadata ? 200 : 404, body: JSON.stringify(issuer.metadata) };
    };
    expect((await admit(bearer(await token()))).id).toBe("prn_sub");
    expect(issuer.requests).toEqual([
      "/.well-known/oauth-authorization-server/one",
      "/.well-known/openid-configuration/one",
      "/one/.well-known/openid-configuration",
      "/keys",
    ]);
  });

  test("is checked with keys from where the operator said", async () => {
    const issuer = await startIssuer();
    onTestFinished(() => issuer.close());
    const made = await setUp({ jwks_uri: `${issuer.issuer}/keys` });
    issuer.keys.push(made.key.publicJwk);
    expect((await made.admit(bearer(await made.token()))).id).toBe("prn_sub");
    expect(made.issuer.requests).toEqual([]);
  });
});

describe("what a token was issued for", () => {
  test.each([
    ["/mcp", "/mcp", true],
    ["/mcp/", "/mcp", true],
    ["/mcp", "/mcp/cloudways", true],
    ["/mcp/cloudways", "/mcp/cloudways", true],
    ["", "/mcp/cloudways", true],
    ["/", "/mcp", true],
    ["/mcp/cloudways", "/mcp", false],
    ["/mcp/cloudways", "/mcp/libdocs", false],
    ["/mcp/cloud", "/mcp/cloudways", false],
    ["/mc", "/mcp", false],
    ["/mcp?x", "/mcp", false],
    ["/mcp/../mcp", "/mcp", false],
    [".evil.com/mcp", "/mcp", false],
  ])("%j is good on %s: %s", async (path, resource, isGood) => {
    const { admit, token } = await setUp();
    const work = token({ aud: `${PUBLIC_URL}${path}` }).then((text) =>
      admit(bearer(text), { resource }),
    );
    if (isGood) expect((await work).id).toBe("prn_sub");
    else expect(await refusalOf(work)).toBe("unauthenticated token_audience");
  });

  test.each(["https://other.example.com/mcp", "http://fairlead.example.com/mcp", "", [], 7, null])(
    "%j is refused",
    async (aud) => {
      const { admit, token } = await setUp();
      expect(await refusalOf(admit(bearer(await token({ aud }))))).toMatch(
        /^unauthenticated token_(audience|claims)$/,
      );
    },
  );

  test("may be one of several", async () => {
    const { admit, token } = await setUp();
    const text = await token({ aud: ["https://other.example.com", `${PUBLIC_URL}/mcp`] });
    expect((await admit(bearer(text))).id).toBe("prn_sub");
  });

  test("counts on each use, also of a token that is remembered", async () => {
    const { admit, token } = await setUp();
    const headers = bearer(await token({ aud: `${PUBLIC_URL}/mcp/cloudways` }));
    await admit(headers, { resource: "/mcp/cloudways" });
    expect(await refusalOf(admit(headers, { resource: "/mcp" }))).toBe(
      "unauthenticated token_audience",
    );
    const both = await Promise.allSettled([
      admit(headers, { resource: "/mcp" }),
      admit(headers, { resource: "/mcp/cloudways" }),
    ]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  });

  test("is what the operator says where an issuer has names of its own for it", async () => {
    const { admit, token } = await setUp({ audience: "api://fairlead" });
    const text = await token({ aud: "api://fairlead" });
    expect((await admit(bearer(text), { resource: "/mcp/cloudways" })).id).toBe("prn_sub");
    expect(await refusalOf(admit(bearer(await token())))).toBe("unauthenticated token_audience");
  });

  test("has to be known: an issuer without an audience needs a public URL", async () => {
    const issuers = parseIssuers("https://login.example.com");
    await expect(createTestIdentity({ config: { issuers } })).rejects.toThrow("PUBLIC_URL");
  });
});

describe("times of a token", () => {
  const SECOND = 1_000;

  test.each([
    ["expired two minutes ago", { exp: -120 }, "expired_token"],
    ["expired a minute and a second ago", { exp: -61 }, "expired_token"],
    ["is good from in two minutes on", { nbf: 120 }, "token_not_yet_valid"],
    ["was issued in two minutes", { iat: 120 }, "token_claims"],
    ["was issued more than a day ago", { iat: -86_400 - 61 }, "expired_token"],
  ])("that %s: it is refused", async (_what, offsets, reason) => {
    const { admit, token, clock } = await setUp();
    const now = Math.floor(clock.now() / SECOND);
    const times = Object.entries(offsets).map(([name, offset]) => [name, now + offset]);
    const text = await token(Object.fromEntries(times));
    expect(await refusalOf(admit(bearer(text)))).toBe(`unauthenticated ${reason}`);
  });

  test.each([
    ["expired half a minute ago", { exp: -30 }],
    ["is good from in half a minute on", { nbf: 30 }],
    ["was issued in half a minute", { iat: 30 }],
  ])("that %s: clocks differ, it is taken", async (_what, offsets) => {
    const { admit, token, clock } = await setUp();
    const now = Math.floor(clock.now() / SECOND);
    const times = Object.entries(offsets).map(([name, offset]) => [name, now + offset]);
    expect((await admit(bearer(await token(Object.fromEntries(times))))).id).toBe("prn_sub");
  });

  test.each(["exp", "iat", "aud", "iss", "sub"])("without %s it is refused", async (claim) => {
    const { admit, token } = await setUp();
    const changes = { [claim]: undefined, ...(claim === "sub" ? { client_id: undefined } : {}) };
    expect((await failureOf(admit(bearer(await token(changes))))).code).toBe("unauthenticated");
  });

  test.each([{ exp: "9999999999" }, { exp: true }, { iat: "1" }, { nbf: {} }])(
    "of the wrong kind (%j) it is refused",
    async (claims) => {
      const { admit, token } = await setUp();
      expect((await failureOf(admit(bearer(await token(claims))))).code).toBe("unauthenticated");
    },
  );

  test("that was remembered: it is refused from the moment it expires", async () => {
    const { admit, token, clock } = await setUp();
    const exp = Math.floor(clock.now() / SECOND) + 120;
    const headers = bearer(await token({ exp }));
    await admit(headers);
    clock.advance(2 * MINUTE + 59_999);
    await admit(headers);
    clock.advance(1);
    expect(await refusalOf(admit(headers))).toBe("unauthenticated expired_token");
  });

  test("are bounded by the operator, whatever the issuer allows", async () => {
    const { admit, token, clock } = await setUp({ max_token_age_s: 600 });
    const headers = bearer(await token({ exp: Math.floor(clock.now() / SECOND) + 86_400 }));
    expect((await admit(headers)).credential?.expires_at).toBe(clock.now() + 11 * MINUTE);
    clock.advance(11 * MINUTE);
    expect((await failureOf(admit(headers))).code).toBe("unauthenticated");
  });
});

describe("a forged token", () => {
  const NOT_TAKEN = /^unauthenticated (unknown_credential|no_access_token)$/;

  test("signed with another key is refused", async () => {
    const made = await setUp();
    const { privateKey } = await generateKeyPair("EdDSA");
    const forged = await signToken({ ...made.key, privateKey }, claimsOf(made, made.issuer));
    expect(await refusalOf(made.admit(bearer(forged)))).toBe(GUESS);
  });

  test("without a signature is refused, however `none` is written", async () => {
    const made = await setUp();
    const claims = claimsOf(made, made.issuer);
    const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
    const [, , signature] = (await made.token()).split(".");
    for (const alg of ["none", "None", "NONE", "nOnE", "", null, ["EdDSA"], undefined]) {
      const head = Buffer.from(JSON.stringify({ alg, typ: "at+jwt" })).toString("base64url");
      for (const end of ["", signature]) {
        const { code } = await failureOf(made.admit(bearer(`${head}.${body}.${end}`), oneOf()));
        expect(code).toBe("unauthenticated");
      }
    }
    const unsecured = new UnsecuredJWT(claims).encode();
    expect((await failureOf(made.admit(bearer(unsecured)))).code).toBe("unauthenticated");
  });

  test("signed with the public key as a shared secret is refused", async () => {
    const made = await setUp();
    const { publicKey } = await generateKeyPair("RS256", { extractable: true });
    const { publicJwk } = await made.issuer.addKey("RS256");
    const secrets = [
      await exportSPKI(publicKey),
      JSON.stringify(publicJwk),
      JSON.stringify(made.key.publicJwk),
      String(made.key.publicJwk.x),
    ];
    for (const alg of ["HS256", "HS384", "HS512"]) {
      for (const secret of secrets) {
        const forged = await new SignJWT(claimsOf(made, made.issuer))
          .setProtectedHeader({ alg, kid: made.key.kid, typ: "at+jwt" })
          .sign(createHash("sha512").update(secret).digest());
        expect(await refusalOf(made.admit(bearer(forged), oneOf()))).toBe(GUESS);
      }
    }
  });

  test("is refused with a shared secret even when the issuer publishes one", async () => {
    const made = await setUp();
    const secret = Buffer.alloc(64, 7);
    made.issuer.keys.push({
      kty: "oct",
      k: secret.toString("base64url"),
      kid: "shared",
      alg: "HS256",
    });
    const forged = await new SignJWT(claimsOf(made, made.issuer))
      .setProtectedHeader({ alg: "HS256", kid: "shared" })
      .sign(secret);
    expect(await refusalOf(made.admit(bearer(forged)))).toBe(GUESS);
  });

  test("that brings its own key, or says where one is, is refused and nothing is fetched", async () => {
    const made = await setUp();
    const evil = await startIssuer();
    onTestFinished(() => evil.close());
    const own = await evil.addKey("EdDSA", made.key.kid);
    const jku = `${evil.issuer}/keys`;
    for (const header of [{ jwk: own.publicJwk }, { jku }, { x5u: jku }, { x5c: ["MIIB"] }]) {
      const forged = await signToken(own, claimsOf(made, made.issuer), header);
      expect(await refusalOf(made.admit(bearer(forged), oneOf()))).toBe(GUESS);
    }
    expect(evil.requests).toEqual([]);
  });

  test.each([
    "../../dev/null",
    "/etc/passwd",
    "' or 1=1 --",
    "http://127.0.0.1/keys",
    "",
    "__proto__",
  ])("with the key id %j is refused", async (kid) => {
    const made = await setUp();
    const forged = await signToken({ ...made.key, kid }, claimsOf(made, made.issuer));
    expect(await refusalOf(made.admit(bearer(forged)))).toBe(GUESS);
    expect(made.issuer.requests.filter((path) => path !== "/keys")).toEqual([
      "/.well-known/oauth-authorization-server",
    ]);
  });

  test.each([
    ["a list", ["key 1"]],
    ["a number", 1],
    ["long", "k".repeat(257)],
  ])("with a key id that is %s is refused before the issuer is asked", async (_what, kid) => {
    const { admit, token, issuer } = await setUp();
    expect(await refusalOf(admit(bearer(await token({}, { kid }))))).toBe(GUESS);
    expect(issuer.requests).toEqual([]);
  });

  test("with something critical in its header is refused before the issuer is asked", async () => {
    const { admit, token, issuer } = await setUp();
    const text = await token({}, { crit: ["x-test"], "x-test": 1 });
    expect(await refusalOf(admit(bearer(text)))).toBe(GUESS);
    expect(issuer.requests).toEqual([]);
  });

  test("of an algorithm that the operator does not take is refused before the issuer is asked", async () => {
    const { admit, token, issuer } = await setUp({ algorithms: ["ES256", "RS256"] });
    expect(await refusalOf(admit(bearer(await token())))).toBe(GUESS);
    expect(issuer.requests).toEqual([]);
  });

  test("of an issuer nobody trusts is refused, and nothing is fetched", async () => {
    const made = await setUp();
    const evil = await startIssuer();
    onTestFinished(() => evil.close());
    const key = await evil.addKey();
    for (const iss of [
      evil.issuer,
      `${made.issuer.issuer}/`,
      made.issuer.issuer.toUpperCase(),
      ["x"],
      7,
    ]) {
      const forged = await signToken(key, claimsOf(made, evil, { iss }));
      expect(await refusalOf(made.admit(bearer(forged), oneOf()))).toBe(GUESS);
    }
    expect(evil.requests).toEqual([]);
  });

  test.each([
    "a.b.c",
    "..",
    "e30.e30.",
    "eyJhbGciOiJub25lIn0.e30.",
    `${"a".repeat(9_000)}.${"b".repeat(9_000)}.c`,
    "bnVsbA.bnVsbA.AA",
    "W10.W10.AA",
  ])("that is none (%#) is refused", async (text) => {
    const { admit, issuer } = await setUp();
    expect(await refusalOf(admit(bearer(text)))).toBe(GUESS);
    expect(issuer.requests).toEqual([]);
  });

  test("that is longer than any token is refused without reading it", async () => {
    const { admit, token } = await setUp();
    const text = await token({ padding: "x".repeat(20_000) });
    expect(await refusalOf(admit(bearer(text)))).toBe(GUESS);
  });

  test.each([{ nonce: "n" }, { at_hash: "h" }, { events: {} }, { typ: "ID" }, { typ: "Refresh" }])(
    "that is an ID token or the like (%j) is refused",
    async (claims) => {
      const { admit, token } = await setUp();
      const text = await token(claims, { typ: "JWT" });
      expect(await refusalOf(admit(bearer(text)))).toMatch(NOT_TAKEN);
    },
  );

  test.each(["logout+jwt", "dpop+jwt", "secevent+jwt", "id_token", 7])(
    "of the typ %j is refused",
    async (typ) => {
      const { admit, token } = await setUp();
      expect(await refusalOf(admit(bearer(await token({}, { typ }))))).toMatch(NOT_TAKEN);
    },
  );

  test.each([{ jkt: "thumbprint" }, { "x5t#S256": "thumbprint" }, {}, null])(
    "bound to a key (cnf %j) is refused as a plain Bearer token",
    async (cnf) => {
      const { admit, token } = await setUp();
      const work = admit(bearer(await token({ cnf })));
      expect(await refusalOf(work)).toBe("unauthenticated bound_token");
    },
  );

  test("costs its address, like any other guess", async () => {
    const made = await setUp();
    const { privateKey } = await generateKeyPair("EdDSA");
    let last: unknown;
    for (let i = 0; i < 12; i++) {
      const claims = claimsOf(made, made.issuer, { jti: String(i) });
      last = await refusalOf(
        made.admit(bearer(await signToken({ ...made.key, privateKey }, claims))),
      );
    }
    expect(last).toBe("rate_limited failed_logins");
    expect((await made.admit(bearer(await made.token()))).id).toBe("prn_sub");
  });

  test("never shows itself in the log or in an error", async () => {
    const { admit, token, logger } = await setUp();
    const text = await token({ aud: "https://other.example.com" });
    const error = await failureOf(admit(bearer(text)));
    const shown = `${logger.text()} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
    expect(shown).not.toContain(text.slice(-40));
    expect(shown).not.toContain("user-7");
  });
});

describe("a token that was revoked", () => {
  test("is refused from then on, also where it was remembered", async () => {
    const { admit, token, store, tell, issuer, clock } = await setUp();
    const headers = bearer(await token());
    await admit(headers);
    const id = tokenId(issuer.issuer, "token-1");
    await store.revocations.add({ id, expires_at: clock.now() + HOUR });
    await tell("token", id);
    expect(await refusalOf(admit(headers))).toBe("unauthenticated revoked_token");
    expect((await admit(bearer(await token({ jti: "token-2" })))).id).toBe("prn_sub");
  });

  test("is not one of another issuer with the same id", async () => {
    const { admit, token, store, clock } = await setUp();
    const id = tokenId("https://other.example.com", "token-1");
    await store.revocations.add({ id, expires_at: clock.now() + HOUR });
    expect((await admit(bearer(await token()))).id).toBe("prn_sub");
  });
});

describe("keys of an issuer", () => {
  test("that are new are fetched when a token names one", async () => {
    const made = await setUp();
    await made.admit(bearer(await made.token()));
    made.clock.advance(31_000);
    const next = await made.issuer.addKey("ES256");
    const text = await signToken(next, claimsOf(made, made.issuer, { jti: "2" }));
    expect((await made.admit(bearer(text))).id).toBe("prn_sub");
  });

  test("are asked for once in half a minute, however many tokens name unknown ones", async () => {
    const made = await setUp();
    await made.admit(bearer(await made.token()));
    made.clock.advance(31_000);
    const before = made.issuer.requests.length;
    for (let i = 0; i < 40; i++) {
      const forged = await signToken(
        { ...made.key, kid: `unknown ${i}` },
        claimsOf(made, made.issuer),
      );
      await failureOf(made.admit(bearer(forged), oneOf()));
    }
    expect(made.issuer.requests.length - before).toBe(1);
  });

  test("that were withdrawn are not taken for longer than a quarter of an hour", async () => {
    const made = await setUp();
    const headers = bearer(await made.token());
    await made.admit(headers);
    made.issuer.keys.length = 0;
    await made.issuer.addKey();
    made.clock.advance(15 * MINUTE);
    expect(await refusalOf(made.admit(headers))).toBe(GUESS);
  });

  test("go on for two hours while the issuer is away, and no longer", async () => {
    const made = await setUp();
    await made.admit(bearer(await made.token()));
    made.issuer.isAway = true;
    made.clock.advance(2 * HOUR - 1_000);
    expect((await made.admit(bearer(await made.token()))).id).toBe("prn_sub");
    made.clock.advance(MINUTE);
    const error = await failureOf(made.admit(bearer(await made.token({ jti: "late" }))));
    expect(error).toMatchObject({
      code: "upstream_unavailable",
      retryable: true,
      details: { reason: "issuer" },
    });
    made.issuer.isAway = false;
    made.clock.advance(31_000);
    expect((await made.admit(bearer(await made.token({ jti: "late" })))).id).toBe("prn_sub");
  });

  test("are not asked for again and again while the issuer is away", async () => {
    const made = await setUp();
    await made.admit(bearer(await made.token()));
    made.issuer.isAway = true;
    made.clock.advance(HOUR);
    const before = made.issuer.requests.length;
    for (let i = 0; i < 20; i++) await made.admit(bearer(await made.token({ jti: `${i}` })));
    expect(made.issuer.requests.length - before).toBe(1);
  });

  test("without ids are tried in turn", async () => {
    const made = await setUp();
    await made.issuer.addKey();
    await made.issuer.addKey();
    for (const key of made.issuer.keys) delete key.kid;
    const { privateKey } = made.key;
    const claims = claimsOf(made, made.issuer);
    const text = await new SignJWT(claims).setProtectedHeader({ alg: "EdDSA" }).sign(privateKey);
    expect((await made.admit(bearer(text))).id).toBe("prn_sub");
    const stranger = await generateKeyPair("EdDSA");
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: "EdDSA" })
      .sign(stranger.privateKey);
    expect(await refusalOf(made.admit(bearer(forged)))).toBe(GUESS);
  });

  test.each<[string, (issuer: TestIssuer) => string]>([
    [
      "that are too long",
      (issuer) => JSON.stringify({ ...issuer.metadata, x: "x".repeat(300_000) }),
    ],
    ["that are no JSON", () => "<html>"],
    ["that are a list", (issuer) => JSON.stringify([issuer.metadata])],
    [
      "of another issuer",
      (issuer) => JSON.stringify({ ...issuer.metadata, issuer: "https://other.example.com" }),
    ],
    [
      "of the same issuer written otherwise",
      (issuer) => JSON.stringify({ ...issuer.metadata, issuer: `${issuer.issuer}/` }),
    ],
  ])("are not had from metadata %s", async (_what, write) => {
    const { admit, token, issuer } = await setUp();
    const body = write(issuer);
    issuer.override = (path) => (path === "/keys" ? undefined : { status: 200, body });
    expect(await refusalOf(admit(bearer(await token())))).toBe("upstream_unavailable issuer");
    expect(issuer.requests).not.toContain("/keys");
  });

  test.each(["/keys", "/.well-known/oauth-authorization-server"])(
    "are not had by a redirect of %s",
    async (from) => {
      const made = await setUp();
      const evil = await startIssuer();
      onTestFinished(() => evil.close());
      const own = await evil.addKey();
      const location = `${evil.issuer}${from}`;
      made.issuer.override = (path) =>
        path === from ? { status: 302, headers: { location }, body: "" } : undefined;
      const forged = await signToken(own, claimsOf(made, made.issuer));
      expect((await failureOf(made.admit(bearer(forged)))).code).toBe("upstream_unavailable");
      expect(evil.requests).toEqual([]);
    },
  );

  test.each([
    "http://10.0.0.1/keys",
    "file:///etc/passwd",
    "ftp://127.0.0.1/keys",
    "//127.0.0.1/keys",
    7,
  ])("are not fetched from %j", async (jwks_uri) => {
    const { admit, token, issuer, fetched } = await setUp();
    issuer.metadata.jwks_uri = jwks_uri;
    expect(await refusalOf(admit(bearer(await token())))).toBe("upstream_unavailable issuer");
    expect(fetched.filter((url) => !url.includes("/.well-known/"))).toEqual([]);
  });

  test("that do not come within five seconds are given up", async () => {
    const issuers = parseIssuers("https://login.example.com");
    const made = await createTestIdentity({
      config: { publicUrl: PUBLIC_URL, issuers },
      fetch: (_url, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
        }),
    });
    onTestFinished(() => made.close());
    const head = Buffer.from('{"alg":"EdDSA"}').toString("base64url");
    const body = Buffer.from('{"iss":"https://login.example.com"}').toString("base64url");
    const work = refusalOf(made.admit(bearer(`${head}.${body}.AA`)));
    while (!made.clock.waiting.includes(5_000))
      await new Promise((resolve) => setImmediate(resolve));
    made.clock.advance(5_000);
    expect(await work).toBe("upstream_unavailable issuer");
  });
});

describe("whom a token is of", () => {
  test("has to be known here, or is forbidden in plain words", async () => {
    const { admit, token } = await setUp();
    const error = await failureOf(admit(bearer(await token({ sub: "stranger" }))));
    expect(error).toMatchObject({ code: "forbidden", details: { reason: "unknown_subject" } });
    expect(error.message).toContain("Ask an administrator");
    expect(error.message).not.toContain("stranger");
  });

  test("is not somebody of the same name at another issuer", async () => {
    const { admit, token, addPrincipal } = await setUp();
    await addPrincipal({ id: "prn_other", issuer: "https://other.example.com", subject: "user-8" });
    expect(await refusalOf(admit(bearer(await token({ sub: "user-8" }))))).toBe(
      "forbidden unknown_subject",
    );
  });

  test("may be a client that speaks for itself", async () => {
    const { admit, token, issuer, addPrincipal } = await setUp();
    await addPrincipal({
      id: "prn_bot",
      kind: "oauth_client",
      issuer: issuer.issuer,
      subject: "bot",
    });
    for (const claims of [
      { sub: "bot", client_id: "bot" },
      { sub: undefined, client_id: "bot" },
    ]) {
      expect((await admit(bearer(await token(claims)))).id).toBe("prn_bot");
    }
  });

  test("is never the client that a person signed in through", async () => {
    const { admit, token, issuer, addPrincipal } = await setUp();
    await addPrincipal({
      id: "prn_bot",
      kind: "oauth_client",
      issuer: issuer.issuer,
      subject: "bot",
    });
    const text = await token({ sub: "stranger", client_id: "bot" });
    expect(await refusalOf(admit(bearer(text)))).toBe("forbidden unknown_subject");
  });

  test("is never a person whose name a client took", async () => {
    const { admit, token } = await setUp();
    for (const sub of [undefined, "user-7"]) {
      const text = await token({ sub, client_id: "user-7" });
      expect(await refusalOf(admit(bearer(text)))).toBe("forbidden unknown_subject");
    }
  });

  test("is never a client whose name a person took", async () => {
    const { admit, token, issuer, addPrincipal } = await setUp();
    await addPrincipal({
      id: "prn_bot",
      kind: "oauth_client",
      issuer: issuer.issuer,
      subject: "bot",
    });
    const text = await token({ sub: "bot", client_id: "editor" });
    expect(await refusalOf(admit(bearer(text)))).toBe("forbidden unknown_subject");
  });

  test("is refused once disabled, on the next request", async () => {
    const { admit, token, store, tell } = await setUp();
    const headers = bearer(await token());
    await admit(headers);
    const row = await store.principals.find("ten_acme", "prn_sub");
    if (row === undefined) throw new Error("Ann is gone.");
    await store.principals.update({ ...row, status: "disabled" });
    await tell("principal", "prn_sub");
    expect(await refusalOf(admit(headers))).toBe("forbidden disabled");
  });
});

describe("scopes of a token", () => {
  test.each([
    [{ scope: "cloudways:read openid" }, ["cloudways:read"]],
    [
      { scp: ["cloudways:read", "libdocs:*"] },
      ["cloudways:read", "libdocs:read", "libdocs:write", "libdocs:destroy"],
    ],
    [{ scope: "*" }, ["*:read", "*:write", "*:destroy"]],
    [{ scope: "cloudways:secrets fairlead:admin" }, []],
    [{ scope: "openid profile" }, ["*:read", "*:write", "*:destroy"]],
    [{}, ["*:read", "*:write", "*:destroy"]],
    [{ scope: { cloudways: "read" } }, ["*:read", "*:write", "*:destroy"]],
  ])("%j narrow what the roles give", async (claims, scopes) => {
    const { admit, token } = await setUp();
    expect([...(await admit(bearer(await token(claims)))).scopes]).toEqual(scopes);
  });

  test("give nothing where there are none and the operator requires some", async () => {
    const { admit, token } = await setUp({ require_scope: true });
    expect((await admit(bearer(await token({ scope: "openid" })))).scopes.size).toBe(0);
  });

  test("and roles may stand in claims that the operator names", async () => {
    const { admit, token } = await setUp({
      claims: { roles: "realm_access.roles", scopes: "https://example.com/scopes" },
    });
    const claims = {
      realm_access: { roles: ["viewer", "offline_access", "god"] },
      "https://example.com/scopes": "cloudways:*",
      scope: "libdocs:read",
    };
    const principal = await admit(bearer(await token(claims)));
    expect(principal).toMatchObject({ roles: ["viewer"], scopes: new Set(["cloudways:read"]) });
    const none = await admit(bearer(await token({ jti: "2" })));
    expect(none).toMatchObject({ roles: [], scopes: new Set() });
  });

  test("and the tenant that a token names has to be its principal's", async () => {
    const { admit, token, addTenant } = await setUp({ claims: { tenant: "org" } });
    await addTenant({ id: "ten_other", name: "other" });
    expect((await admit(bearer(await token({ org: "acme" })))).tenant_id).toBe("ten_acme");
    expect((await admit(bearer(await token({ org: "ten_acme" })))).tenant_id).toBe("ten_acme");
    for (const org of ["other", "ten_other", "nowhere", 7, undefined]) {
      expect(await refusalOf(admit(bearer(await token({ org }))))).toBe(
        "forbidden unknown_subject",
      );
    }
  });
});

describe("somebody new, where the issuer brings its own people", () => {
  const brings = { tenant: "acme", roles: ["viewer" as const] };

  test("becomes a principal of that tenant with those roles, once, and it is in the audit", async () => {
    const { admit, token, store, issuer } = await setUp(brings);
    const claims = {
      sub: "user-9",
      name: "Bea \u202eevil\n",
      email: "bea@example.com",
      email_verified: true,
    };
    const all = await Promise.all(
      Array.from({ length: 20 }, async (_, i) =>
        admit(bearer(await token({ ...claims, jti: `${i}` }))),
      ),
    );
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(all[0]).toMatchObject({ tenant_id: "ten_acme", kind: "person", roles: ["viewer"] });
    expect(await store.principals.findBySubject(issuer.issuer, "user-9")).toMatchObject({
      ...{ label: "Bea evil", email: "bea@example.com", roles: ["viewer"], status: "active" },
      created_by: `issuer ${issuer.issuer}`,
    });
    const { items } = await store.audit.list("ten_acme", { limit: 100 });
    const acts = items.filter(({ body }) => body.includes("principals.provision"));
    expect(acts).toHaveLength(1);
  });

  test("is made once even when two replicas are asked at the same moment", async () => {
    const one = await setUp(brings);
    const issuers = parseIssuers(JSON.stringify({ issuer: one.issuer.issuer, ...brings }));
    const config = { publicUrl: PUBLIC_URL, issuers };
    const two = await createTestIdentity({ beside: one, config, fetch: globalThis.fetch });
    onTestFinished(() => two.close());
    const headers = bearer(await one.token({ sub: "user-9" }));
    // Both look before either has made it.
    const { findBySubject } = one.store.principals;
    const bothLooked = Promise.withResolvers<void>();
    let looks = 0;
    Object.assign(one.store.principals, {
      async findBySubject(issuer: string, subject: string) {
        const found = await findBySubject(issuer, subject);
        looks += 1;
        if (looks === 2) bothLooked.resolve();
        await bothLooked.promise;
        return found;
      },
    });
    const [here, there] = await Promise.all([one.admit(headers), two.admit(headers)]);
    expect(here.id).toBe(there.id);
  });

  test("has no e-mail that nobody verified", async () => {
    const { admit, token, store, issuer } = await setUp(brings);
    await admit(bearer(await token({ sub: "user-9", email: "boss@example.com" })));
    const row = await store.principals.findBySubject(issuer.issuer, "user-9");
    expect(row).toMatchObject({ email: null, label: "user-9" });
  });

  test("is an OAuth client when it speaks for itself", async () => {
    const { admit, token } = await setUp(brings);
    const text = await token({ sub: "bot", client_id: "bot" });
    expect((await admit(bearer(text))).kind).toBe("oauth_client");
  });

  test("does not come in by a token for something else", async () => {
    const { admit, token, store, issuer } = await setUp(brings);
    await failureOf(
      admit(bearer(await token({ sub: "user-9", aud: "https://other.example.com" }))),
    );
    expect(await store.principals.findBySubject(issuer.issuer, "user-9")).toBeUndefined();
  });

  test("does not come into a tenant that is disabled", async () => {
    const { admit, token, store } = await setUp(brings);
    const tenant = await store.tenants.find("ten_acme");
    if (tenant === undefined) throw new Error("Acme is gone.");
    await store.tenants.update({ ...tenant, status: "disabled" });
    expect(await refusalOf(admit(bearer(await token({ sub: "user-9" }))))).toBe(
      "forbidden unknown_subject",
    );
  });
});

/** Another address each time, so that guesses do not use one up. */
let addresses = 0;
function oneOf(): { address: string } {
  addresses += 1;
  return { address: `10.9.${addresses >> 8}.${addresses & 255}` };
}
