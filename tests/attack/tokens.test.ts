import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { bearer } from "@fairlead/testkit/caller";
import type { HttpAnswer } from "@fairlead/testkit/http";
import { type Installation, startInstallation } from "@fairlead/testkit/installation";
import { type SigningKey, signToken, startIssuer, type TestIssuer } from "@fairlead/testkit/issuer";
import { exportPKCS8, exportSPKI, importJWK, type JWK } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

const PUBLIC_URL = "https://fairlead.example.test";

let issuer: TestIssuer;
let second: TestIssuer;
let stranger: TestIssuer;
let key: SigningKey;
let secondKey: SigningKey;
let strangersKey: SigningKey;
let installation: Installation;
let trap: Server;
let trapUrl: string;
let trapped: string[];
let address = 0;

beforeAll(async () => {
  [issuer, second, stranger] = await Promise.all([startIssuer(), startIssuer(), startIssuer()]);
  [key, secondKey, strangersKey] = await Promise.all([
    issuer.addKey("RS256", "main"),
    second.addKey("ES256", "main"),
    stranger.addKey("RS256", "main"),
  ]);
  trap = createServer((req, res) => {
    trapped.push(req.url ?? "");
    res.end(JSON.stringify({ keys: [strangersKey.publicJwk] }));
  }).listen(0, "127.0.0.1");
  await once(trap, "listening");
  trapUrl = `http://127.0.0.1:${(trap.address() as AddressInfo).port}`;
  installation = await startInstallation({
    environment: {
      PUBLIC_URL,
      ALLOWED_HOSTS: "127.0.0.1",
      TRUSTED_PROXIES: "127.0.0.1",
      FAIRLEAD_EGRESS_ALLOW: "127.0.0.1",
      OAUTH_ISSUERS: JSON.stringify([
        { issuer: issuer.issuer, claims: { tenant: "org" } },
        { issuer: second.issuer },
      ]),
    },
  });
  const { operator } = installation;
  for (const [name, subject] of [
    ["acme", "ann"],
    ["other", "victim"],
  ] as const) {
    await operator.act("POST", "/api/tenants", { name });
    for (const each of [issuer, second]) {
      await operator.act("POST", `/api/principals?tenant=${name}`, {
        ...{ kind: "person", label: subject, roles: ["admin"] },
        ...{ issuer: each.issuer, subject },
      });
    }
  }
});

afterAll(async () => {
  await installation?.close();
  await Promise.all([issuer, second, stranger].map((each) => each?.close()));
  trap?.close();
});

beforeEach(() => {
  trapped = [];
  address += 1;
});

const now = () => Math.floor(Date.now() / 1000);

const claims = (changes: Record<string, unknown> = {}) => ({
  ...{ iss: issuer.issuer, sub: "ann", org: "acme", aud: `${PUBLIC_URL}/mcp` },
  ...{ iat: now() - 1, exp: now() + 600, jti: `jti ${Math.random()}` },
  ...changes,
});

/** Each test has an address of its own, so that its guesses slow down nobody else. */
function show(token: string): Promise<HttpAnswer> {
  const headers = { ...bearer(token), "X-Forwarded-For": `198.51.100.${address}` };
  return installation.as(headers).modern("tools/list");
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Whatever was wrong, who made it up learns nothing from the refusal. */
const UNKNOWN = /^This API key or token is not known here\./;

async function expectUnknown(token: string): Promise<void> {
  const { status, json, headers } = await show(token);
  expect(status).toBe(401);
  expect((json.error as { message: string }).message).toMatch(UNKNOWN);
  expect(headers["www-authenticate"]).toContain('error="invalid_token"');
}

async function expectRefused(token: string, words: RegExp, status = 401): Promise<void> {
  const answer = await show(token);
  expect(answer.status).toBe(status);
  expect(answer.text).toMatch(words);
}

test("a good token is taken, and acts as its own principal", async () => {
  const answer = await show(await signToken(key, claims()));
  expect(answer.status).toBe(200);
});

describe("signatures that prove nothing", () => {
  test.each(["none", "None", "NONE", "nOnE", "", null, undefined, ["none"], { toString: "none" }])(
    "alg %j",
    async (alg) => {
      const unsigned = `${encode({ alg, kid: "main", typ: "at+jwt" })}.${encode(claims())}.`;
      await expectUnknown(unsigned);
      await expectUnknown(`${unsigned}${(await signToken(key, claims())).split(".")[2]}`);
    },
  );

  test("a secret made of the public key, in each of its spellings", async () => {
    const publicKey = await importJWK(key.publicJwk as JWK, "RS256", { extractable: true });
    const pem = await exportSPKI(publicKey as SigningKey["privateKey"]);
    const { n = "" } = key.publicJwk;
    for (const secret of [pem, pem.trim(), JSON.stringify(key.publicJwk), n, ""]) {
      for (const alg of ["HS256", "HS384", "HS512"]) {
        const body = `${encode({ alg, kid: "main", typ: "at+jwt" })}.${encode(claims())}`;
        const mac = createHmac(`sha${alg.slice(2)}`, secret)
          .update(body)
          .digest("base64url");
        await expectUnknown(`${body}.${mac}`);
        address += 1;
      }
    }
  });

  test("an algorithm the key is not for", async () => {
    const good = await signToken(key, claims());
    const [, body, signature] = good.split(".");
    for (const alg of ["RS512", "PS256", "ES256", "EdDSA"]) {
      await expectUnknown(`${encode({ alg, kid: "main", typ: "at+jwt" })}.${body}.${signature}`);
    }
  });

  test("one bit changed, in the claims or in the signature", async () => {
    const [head, body, signature = ""] = (await signToken(key, claims())).split(".");
    const bytes = Buffer.from(signature, "base64url");
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    await expectUnknown(`${head}.${body}.${bytes.toString("base64url")}`);
    await expectUnknown(`${head}.${encode(claims({ sub: "victim", org: "other" }))}.${signature}`);
    await expectUnknown(`${head}.${body}.`);
  });

  test("another issuer's key, in whichever of the two names", async () => {
    await expectUnknown(await signToken(secondKey, claims()));
    await expectUnknown(await signToken(key, claims({ iss: second.issuer })));
    await expectUnknown(await signToken(strangersKey, claims()));
  });

  test("an issuer that nobody trusts, or almost the right one", async () => {
    const { issuer: name } = issuer;
    for (const iss of [
      stranger.issuer,
      `${name}/`,
      name.replace("127.0.0.1", "localhost"),
      name.toUpperCase(),
      ` ${name}`,
      `${name}\u0000`,
    ]) {
      await expectUnknown(await signToken(strangersKey, claims({ iss })));
    }
    for (const iss of [null, 1, [name], undefined]) {
      expect((await show(await signToken(key, claims({ iss })))).status).toBe(401);
    }
  });
});

describe("keys that the token brings or points at are never looked at", () => {
  test("jwk, jku, x5u, x5c and kid", async () => {
    const pem = (await exportPKCS8(strangersKey.privateKey)).replaceAll(/-----.*-----|\n/g, "");
    const headers: Record<string, unknown>[] = [
      { jwk: strangersKey.publicJwk },
      { jku: `${trapUrl}/keys` },
      { x5u: `${trapUrl}/certificate` },
      { x5c: [pem] },
      { jku: `${trapUrl}/keys`, kid: "unknown" },
      { kid: `${trapUrl}/keys` },
      { kid: "../../../../dev/null" },
      { kid: "' or 1=1 --" },
      { kid: "x".repeat(10_000) },
      { kid: ["main"] },
    ];
    for (const header of headers) {
      await expectUnknown(await signToken(strangersKey, claims(), header));
      address += 1;
    }
    expect(trapped).toEqual([]);
  });

  test("what has to be understood, and is not, is refused though well signed", async () => {
    await expectUnknown(await signToken(key, claims(), { crit: ["x-test"], "x-test": true }));
  });
});

describe("tokens that are well signed and not good", () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ["expired", { exp: -120, iat: -600 }, /has expired/],
    ["not yet valid", { nbf: 600 }, /claim \\"nbf\\"/],
    ["issued in the future", { iat: 600, exp: 1_200 }, /claim \\"iat\\"|not acceptable/],
    ["older than any token may get", { iat: -100_000 }, /expired|claim \\"iat\\"/],
  ])("%s", async (_name, times, words) => {
    const shifted = Object.fromEntries(
      Object.entries(times).map(([name, by]) => [name, now() + Number(by)]),
    );
    await expectRefused(await signToken(key, claims(shifted)), words);
  });

  test.each<[string, Record<string, unknown>]>([
    ["no end", { exp: undefined }],
    ["no beginning", { iat: undefined }],
    ["no audience", { aud: undefined }],
    ["an end that is no number", { exp: "never" }],
    ["a beginning before numbers", { iat: -1e300 }],
    ["nobody", { sub: undefined }],
    ["an empty subject", { sub: "" }],
    ["a subject that is no text", { sub: { toString: "ann" } }],
    ["a list of subjects", { sub: ["ann"] }],
  ])("with %s", async (_name, changes) => {
    const answer = await show(await signToken(key, claims(changes)));
    expect(answer.status).toBe(401);
  });

  test.each([
    "https://elsewhere.example/mcp",
    "https://fairlead.example.test.evil.example/mcp",
    "https://fairlead.example.testing/mcp",
    "http://fairlead.example.test/mcp",
    `${PUBLIC_URL}:8443/mcp`,
    `${PUBLIC_URL}@evil.example/mcp`,
    "https://FAIRLEAD.example.test.",
    "/mcp",
    "*",
    "",
    `${PUBLIC_URL}/mcp/rocketnet`,
    `${PUBLIC_URL}/mcp-other`,
    `${PUBLIC_URL}/mcp/../api`,
  ])("meant for %s", async (aud) => {
    await expectRefused(await signToken(key, claims({ aud })), /issued for something else/);
    await expectRefused(await signToken(key, claims({ aud: [aud] })), /issued for something else/);
  });

  test("meant for MCP, shown to the REST interface", async () => {
    const caller = installation.as(bearer(await signToken(key, claims())));
    expect(await caller.rest("GET", "/api/keys")).toMatchObject({ status: 401 });
    const whole = installation.as(bearer(await signToken(key, claims({ aud: PUBLIC_URL }))));
    expect(await whole.rest("GET", "/api/keys")).toMatchObject({ status: 200 });
  });

  test("bound to a key or a certificate", async () => {
    for (const cnf of [{ jkt: "x" }, { "x5t#S256": "x" }, { jwk: key.publicJwk }, {}, null, ""]) {
      await expectRefused(await signToken(key, claims({ cnf })), /bound to a key/);
    }
  });

  test("made for signing in, or for telling of events", async () => {
    for (const changes of [{ nonce: "n" }, { at_hash: "h" }, { events: {} }, { typ: "ID" }]) {
      await expectRefused(await signToken(key, claims(changes)), /no access token/);
    }
    for (const typ of ["id+jwt", "dpop+jwt", "logout+jwt", "secevent+jwt"]) {
      await expectRefused(await signToken(key, claims(), { typ }), /no access token/);
    }
  });

  test("of somebody who is not known here, or in another tenant than the one it names", async () => {
    await expectRefused(await signToken(key, claims({ sub: "nobody" })), /not known to/, 403);
    const crossed = [
      claims({ sub: "ann", org: "other" }),
      claims({ sub: "victim", org: "acme" }),
      claims({ sub: "ann", org: "nowhere" }),
      claims({ sub: "ann", org: ["acme"] }),
      claims({ sub: "ann", org: undefined }),
    ];
    const refusals = await Promise.all(
      crossed.map(async (each) => show(await signToken(key, each))),
    );
    for (const refusal of refusals) expect(refusal.status).toBe(403);
    expect(new Set(refusals.map(({ text }) => text)).size).toBe(1);
  });

  test("of a client that has the name of a person", async () => {
    const token = await signToken(
      secondKey,
      claims({ iss: second.issuer, sub: undefined, client_id: "ann", org: undefined }),
    );
    await expectRefused(token, /not known to/, 403);
  });
});

test("texts that are no tokens get what unknown tokens get", async () => {
  const good = await signToken(key, claims());
  const texts = [
    "a.b.c",
    "...",
    `${good}.`,
    `.${good}`,
    good.replace(".", ".."),
    `${good}.${good}`,
    good.slice(0, 100),
    `${"x".repeat(9_000)}.y.z`,
    encode({ alg: "none" }),
    "fl__",
    "null",
    "undefined",
    "[object Object]",
    "__proto__",
    "constructor",
  ];
  for (const text of texts) {
    expect((await show(text)).status).toBe(401);
    address += 1;
  }
});

test("nobody but the issuers was ever asked for keys, and they no more than once each", () => {
  const asked = [issuer, second].map(({ requests }) => requests.filter((path) => path === "/keys"));
  for (const each of asked) expect(each.length).toBeLessThanOrEqual(2);
  expect(stranger.requests).toEqual([]);
});

describe("a good token that lacks a scope", () => {
  const narrow = () => signToken(key, claims({ scope: "fairlead:admin" }));
  const ASKS = /error="insufficient_scope".*scope="cloudways:read".*resource_metadata="https:/;

  test.each([
    ["tools/call", { name: "cloudways_list_servers", arguments: {} }],
    ["resources/read", { uri: "cloudways://servers/1" }],
    ["prompts/get", { name: "cloudways_slow_site", arguments: { site: "x" } }],
  ])("is told by a 403 which one %s needs, in both eras", async (method, params) => {
    const caller = installation.as(bearer(await narrow()));
    for (const answer of [
      await caller.modern(method, params),
      await caller.legacy(method, params),
    ]) {
      expect(answer.text).not.toContain("There is no");
      expect(answer.status).toBe(403);
      expect(answer.headers["www-authenticate"]).toMatch(ASKS);
    }
  });

  test("is not sent for one that its principal's roles can never give", async () => {
    const { operator } = installation;
    const subject = "viewer only";
    await operator.act("POST", "/api/principals?tenant=acme", {
      ...{ kind: "person", label: "Vi", roles: ["viewer"] },
      ...{ issuer: issuer.issuer, subject },
    });
    const caller = installation.as(bearer(await signToken(key, claims({ sub: subject }))));
    const args = { server_id: "1", app_id: "2", include_secrets: true };
    const answer = await caller.call("cloudways_get_app_credentials", args);
    expect(answer.status).toBe(200);
    expect(answer.headers["www-authenticate"]).toBeUndefined();
  });

  test("over REST is led to metadata that are there", async () => {
    const answer = await installation.as(bearer("not.a.token")).rest("GET", "/api/keys");
    const [, url = ""] =
      /resource_metadata="([^"]+)"/.exec(String(answer.headers["www-authenticate"])) ?? [];
    const metadata = await installation.as({}).rest("GET", new URL(url).pathname);
    expect(metadata.json.resource).toBe(`${PUBLIC_URL}/api`);
  });
});

test("answers tell how the caller's allowance stands, whatever was asked", async () => {
  const caller = installation.as(bearer(await signToken(key, claims())));
  const limits = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"];
  for (const answer of [
    await caller.call("cloudways_get_token_status"),
    await caller.modern("resources/read", { uri: "cloudways://servers/1" }),
    await caller.legacy("resources/read", { uri: "cloudways://servers/1" }),
    await installation.operator.rest("GET", "/api/keys"),
    await installation.operator.rest("GET", "/api/audit"),
  ]) {
    const told = limits.map((name) => answer.headers[name]);
    expect(told, answer.text.slice(0, 200)).not.toContain(undefined);
  }
});
