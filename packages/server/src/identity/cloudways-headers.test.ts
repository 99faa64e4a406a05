import { cloudways } from "@fairlead/cloudways/connector";
import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { failureOf } from "@fairlead/testkit/failure-of";
import { createTestIdentity } from "@fairlead/testkit/identity";
import { describe, expect, onTestFinished, test } from "vitest";

/** The Cloudways connector behind identity, its upstream the fake. */
async function setUp() {
  const fake = createCloudwaysFake();
  const upstream = await fake.listen();
  const made = await createTestIdentity({
    connectors: [cloudways],
    fetch: (input, init) =>
      globalThis.fetch(String(input).replace("https://api.cloudways.com", upstream.origin), init),
  });
  onTestFinished(async () => {
    await made.close();
    await upstream.close();
  });
  const { email, apiKey, readToken, fullToken } = fake.credentials;
  const show = (key: string, mail?: string) =>
    made.admit({
      "x-cloudways-api-key": key,
      ...(mail === undefined ? {} : { "x-cloudways-email": mail }),
    });
  return { ...made, show, email, apiKey, readToken, fullToken };
}

describe("Cloudways credentials in headers", () => {
  test("lead to the tenant of their account", async () => {
    const { show, email, apiKey } = await setUp();
    const principal = await show(apiKey, email);
    expect(principal.tenant_id).toMatch(/^ten_[0-9a-f]{32}$/);
    expect((await show(apiKey, ` ${email} `)).tenant_id).toBe(principal.tenant_id);
  });

  test("with a victim's e-mail and a wrong key lead nowhere, also while the victim is remembered", async () => {
    const { show, email, apiKey } = await setUp();
    await show(apiKey, email);
    const error = await failureOf(show("a-guess", email));
    expect(error.code).toBe("unauthenticated");
  });

  test("with a victim's e-mail and one's own access token lead to the token's own tenant", async () => {
    const { show, email, apiKey, readToken, fullToken } = await setUp();
    const victim = await show(apiKey, email);
    const own = await show(readToken);
    const smuggled = await show(readToken, email);
    expect(smuggled.tenant_id).toBe(own.tenant_id);
    expect(smuggled.id).toBe(own.id);
    expect(own.tenant_id).not.toBe(victim.tenant_id);
    expect((await show(fullToken, email)).tenant_id).not.toBe(own.tenant_id);
  });

  test("with somebody's e-mail and one's own key lead nowhere", async () => {
    const { show, apiKey } = await setUp();
    expect((await failureOf(show(apiKey, "victim@example.com"))).code).toBe("unauthenticated");
  });

  test.each(["cw_unknown", "CW_unknown", " cw_unknown", "cw_"])(
    "with an access token that nobody made (%j) lead nowhere",
    async (token) => {
      const { show, email } = await setUp();
      expect((await failureOf(show(token, email))).code).toBe("unauthenticated");
    },
  );

  test("are written nowhere: no record, no log", async () => {
    const { show, email, apiKey, readToken, store, logger } = await setUp();
    const before = await store.changes.last();
    await show(apiKey, email);
    await show(readToken, email);
    const tenants = await store.tenants.list({ limit: 100 });
    expect(tenants.items.map(({ id }) => id)).toEqual(["ten_acme"]);
    expect(await store.changes.last()).toBe(before);
    for (const secret of [email, apiKey, readToken]) expect(logger.text()).not.toContain(secret);
  });
});
