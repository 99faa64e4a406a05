import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import type { HttpAnswer } from "@fairlead/testkit/http";
import { type Installation, startInstallation } from "@fairlead/testkit/installation";
import { afterAll, beforeAll, expect, test } from "vitest";

const upstream = createCloudwaysFake({ budgetPerMinute: 10_000 });
const { email, apiKey, readToken, limitedToken } = upstream.credentials;
let closeUpstream: () => Promise<void>;
let installation: Installation;

beforeAll(async () => {
  const { origin, close } = await upstream.listen();
  closeUpstream = close;
  installation = await startInstallation({
    environment: {
      TRUSTED_PROXIES: "127.0.0.1",
      FAIRLEAD_HEADER_CREDENTIALS: "true",
      FAIRLEAD_EGRESS_ALLOW: "127.0.0.1",
      CLOUDWAYS_BASE_URL: origin,
      CLOUDWAYS_REQUESTS_PER_MINUTE: "10000",
    },
  });
});

afterAll(async () => {
  await installation?.close();
  await closeUpstream?.();
});

let address = 0;

/** Calls with a header pair from an address of its own; the tenant that the audit names, if it got so far. */
async function call(
  pair: { email?: string; key?: string },
  name = "cloudways_list_servers",
): Promise<{ answer: HttpAnswer; tenant: string | undefined }> {
  address += 1;
  const before = installation.log().length;
  const caller = installation.as({
    ...(pair.email === undefined ? {} : { "X-Cloudways-Email": pair.email }),
    ...(pair.key === undefined ? {} : { "X-Cloudways-API-Key": pair.key }),
    "X-Forwarded-For": `198.51.100.${address}`,
  });
  const answer = await caller.call(name);
  const [, tenant] = /"tenant_id":"(ten_[^"]+)"/.exec(installation.log().slice(before)) ?? [];
  return { answer, tenant };
}

test("the account's own pair is its tenant, again and again", async () => {
  const first = await call({ email, key: apiKey });
  const second = await call({ email, key: apiKey });
  expect(first.answer.status).toBe(200);
  expect(first.tenant).toMatch(/^ten_[0-9a-f]{32}$/);
  expect(second.tenant).toBe(first.tenant);
});

test("a victim's e-mail with a wrong key is nobody, before and after the victim came", async () => {
  const { tenant } = await call({ email, key: apiKey });
  const wrong = [`${apiKey}x`, apiKey.slice(0, -1), "x", apiKey.toUpperCase(), "cw_madeup"];
  for (const key of wrong) {
    const attempt = await call({ email, key });
    expect(attempt.answer.status).toBe(401);
    expect(attempt.tenant).toBeUndefined();
    expect(attempt.answer.text).not.toContain(tenant);
  }
});

test("a victim's e-mail with a wrong key, at the very moment when the victim comes", async () => {
  const attempts = await Promise.all(
    [apiKey, "wrong", apiKey, "wrong", "wrong"].map((key) => call({ email: ` ${email}`, key })),
  );
  expect(attempts.map(({ answer }) => answer.status)).toEqual([200, 401, 200, 401, 401]);
});

test("a victim's e-mail with a token of one's own is the tenant of the token, and not the victim's", async () => {
  const { tenant: victims } = await call({ email, key: apiKey });
  const { tenant: own } = await call({ key: readToken });
  const { tenant: mixed, answer } = await call({ email, key: readToken });
  expect(answer.status).toBe(200);
  expect(mixed).toBe(own);
  expect(mixed).not.toBe(victims);
  const { tenant: third } = await call({ email, key: limitedToken });
  expect(new Set([victims, own, third]).size).toBe(3);
});

test("a token, also with blanks around it, never names the tenant of the e-mail beside it", async () => {
  const { tenant: victims } = await call({ email, key: apiKey });
  for (const key of [` ${readToken}`, `${readToken} `, `\t${readToken}`]) {
    const { tenant } = await call({ email, key });
    expect(tenant).not.toBe(victims);
  }
});

test.each([
  ["no key", { email }],
  ["no e-mail", { key: apiKey }],
  ["an empty key", { email, key: "" }],
  ["two e-mails in one", { email: `${email}, ${email}`, key: apiKey }],
  ["an e-mail with a blank in it", { email: email.replace("@", " @"), key: apiKey }],
  ["a key of two words", { email, key: `${apiKey} ${apiKey}` }],
  ["a key that is very long", { email, key: "x".repeat(5_000) }],
])("%s is no credential", async (_name, pair) => {
  const { answer, tenant } = await call(pair);
  expect(answer.status).toBe(401);
  expect(tenant).toBeUndefined();
});

test("guesses of one address are slowed down, and do not lock out who has the account", async () => {
  const guesser = (key: string) =>
    installation
      .as({
        ...{ "X-Cloudways-Email": email, "X-Cloudways-API-Key": key },
        "X-Forwarded-For": "203.0.113.77",
      })
      .call("cloudways_list_servers");
  const statuses: number[] = [];
  for (let index = 0; index < 14; index += 1)
    statuses.push((await guesser(`guess-${index}`)).status);
  expect(statuses.slice(0, 9)).toEqual(Array(9).fill(401));
  expect(statuses.at(-1)).toBe(429);
  expect((await call({ email, key: apiKey })).answer.status).toBe(200);
});

test("what a pair may reach is its own account, and no administration", async () => {
  const caller = installation.as({ "X-Cloudways-Email": email, "X-Cloudways-API-Key": apiKey });
  for (const path of ["/api/tenant", "/api/keys", "/api/tenants", "/api/audit"]) {
    expect((await caller.rest("GET", path)).status).toBe(401);
  }
});

test("nothing of a pair, not even its failures, is in the log", () => {
  const log = installation.log();
  for (const secret of [email, apiKey, readToken, limitedToken, "cw_madeup"]) {
    expect(log).not.toContain(secret);
  }
});
