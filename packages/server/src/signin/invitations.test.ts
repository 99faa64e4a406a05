import { type Browser, startTestSignIn, type TestSignIn } from "@fairlead/testkit/sign-in";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let one: TestSignIn;
beforeEach(async () => {
  one = await startTestSignIn();
});
afterEach(() => one.close());

/** As the button of the invitation's page does. */
async function accept(token: string, browser = one.browser()): Promise<Response> {
  const form = { invitation: token, return_to: "/auth/me" };
  const begun = await browser.post(`${one.base}/auth/sign-in`, form);
  if (begun.status !== 303) return begun;
  return browser.follow(begun.headers.get("location") ?? "");
}

const meOf = async (answer: Response) =>
  ((await answer.json()) as { data: { id: string; tenant_id: string; roles: string[] } }).data;

async function message(answer: Response): Promise<string> {
  return /<p>(.*?)<\/p>/.exec(await answer.text())?.[1] ?? "";
}

async function people(tenant_id = "ten_acme"): Promise<string[]> {
  const { items } = await one.state.store.principals.list(tenant_id, { limit: 100 });
  return items.map(({ label }) => label);
}

describe("without an invitation", () => {
  test("somebody unknown does not get in where nobody may register", async () => {
    const refused = await one.browser().follow(`${one.base}/auth/sign-in`);
    expect(refused.status).toBe(403);
    expect(await message(refused)).toContain("Ask an administrator for an invitation");
    expect(await people()).toEqual([]);
  });

  test("somebody whom an administrator added gets in", async () => {
    await one.state.addAccount("ann", {
      id: "prn_ann",
      kind: "person",
      issuer: one.provider.issuer,
      label: "Ann",
    });
    expect((await one.browser().follow(`${one.base}/auth/sign-in`)).status).toBe(200);
  });

  test.each(["oauth_client", "agent", "service"] as const)(
    "a principal of kind %s is nobody to sign in as",
    async (kind) => {
      await one.state.addAccount("ann", { id: "prn_bot", kind, issuer: one.provider.issuer });
      expect((await one.browser().follow(`${one.base}/auth/sign-in`)).status).toBe(403);
    },
  );
});

describe("an invitation", () => {
  test("says what it is to, and leads by its button into the tenant with its roles", async () => {
    const token = await one.invite({ roles: ["developer"] });
    const browser = one.browser();
    const page = await browser.follow(
      `${one.base}/auth/sign-in?invitation=${token}&return_to=/auth/me`,
    );
    const text = await page.text();
    expect(text).toContain(
      "You are invited to join <strong>acme</strong> as Ann from Acme, with the roles developer.",
    );
    expect(text).toContain(`<form method="post" action="${one.base}/auth/sign-in">`);
    const fields = Object.fromEntries(
      [...text.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
    expect(fields).toEqual({ invitation: token, return_to: "/auth/me" });
    const me = await meOf(await accept(token, browser));
    expect(me).toMatchObject({ tenant_id: "ten_acme", roles: ["developer"] });
    const [invitation] = await one.state.store.invitations.list("ten_acme");
    expect(invitation).toMatchObject({ accepted_by: me.id, accepted_at: one.state.clock.now() });
    expect(one.state.events).toEqual([
      expect.objectContaining({
        ...{ name: "principals.join", outcome: "ok", tenant_id: "ten_acme", principal_id: me.id },
        facts: { issuer: one.provider.issuer, roles: ["developer"], invitation: "inv_1" },
      }),
    ]);
  });

  test("does not stay in the address of any page the browser is sent on to", async () => {
    const token = await one.invite();
    const browser = one.browser();
    const begun = await browser.post(`${one.base}/auth/sign-in`, { invitation: token });
    expect(begun.headers.get("location")).not.toContain(token);
    expect([...browser.cookies.values()].join()).not.toContain(token);
  });

  test("lets one person in", async () => {
    const token = await one.invite();
    expect((await accept(token)).status).toBe(200);
    one.provider.user = { sub: "eve", name: "Eve" };
    expect((await accept(token)).status).toBe(403);
    expect(await people()).toEqual(["Ann"]);
  });

  test("lets one person in, however many come at once", async () => {
    const token = await one.invite();
    const begun: [Browser, string][] = [];
    for (const sub of ["ann", "eve", "bob", "cat"]) {
      one.provider.user = { sub, name: sub };
      const browser = one.browser();
      const started = await browser.post(`${one.base}/auth/sign-in`, { invitation: token });
      const asked = await browser.get(started.headers.get("location") ?? "");
      begun.push([browser, asked.headers.get("location") ?? ""]);
    }
    const answers = await Promise.all(begun.map(([browser, back]) => browser.get(back)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 403, 403, 403]);
    expect(await people()).toHaveLength(1);
  });

  test.each<[string, (token: string) => Promise<unknown> | unknown]>([
    ["expired", () => one.state.clock.advance(86_400_000)],
    ["taken back", () => one.state.store.invitations.delete("ten_acme", "inv_1")],
    [
      "to a tenant that is disabled",
      async () => {
        const tenant = await one.state.store.tenants.find("ten_acme");
        if (tenant !== undefined)
          await one.state.store.tenants.update({ ...tenant, status: "disabled" });
      },
    ],
  ])("that is %s lets nobody in, and shows no button", async (_what, end) => {
    const token = await one.invite();
    await end(token);
    expect((await accept(token)).status).toBe(403);
    const page = await one.browser().get(`${one.base}/auth/invitation?token=${token}`);
    expect(page.status).toBe(403);
    expect(await page.text()).not.toContain("<button");
    expect(await people()).toEqual([]);
  });

  test.each(["guessed", "", "fli_short", `fli_${"x".repeat(43)}`])(
    "that never was (%s) says the same",
    async (token) => {
      const page = await one.browser().get(`${one.base}/auth/invitation?token=${token}`);
      expect(page.status).toBe(403);
      expect(await message(page)).toBe(
        "This invitation is not, or no longer, good. Ask an administrator for another.",
      );
    },
  );

  test("with an address takes only that address, whatever its case", async () => {
    const token = await one.invite({ email: "ann@example.com" });
    one.provider.user = { sub: "eve", email: "eve@example.com", email_verified: true };
    expect(await message(await accept(token))).toContain("another e-mail address");
    one.provider.user = { sub: "ann", email: "Ann@Example.com", email_verified: true };
    expect((await accept(token)).status).toBe(200);
  });

  test.each([{ email_verified: false }, {}])(
    "with an address takes no address that the issuer did not verify: %o",
    async (more) => {
      const token = await one.invite({ email: "ann@example.com" });
      one.provider.user = { sub: "eve", email: "ann@example.com", ...more };
      expect((await accept(token)).status).toBe(403);
      expect(await people()).toEqual([]);
    },
  );

  test("with an address that does not fit stays good for whom it is for", async () => {
    const token = await one.invite({ email: "ann@example.com" });
    one.provider.user = { sub: "eve", email: "eve@example.com", email_verified: true };
    await accept(token);
    one.provider.user = { sub: "ann", email: "ann@example.com", email_verified: true };
    expect((await accept(token)).status).toBe(200);
  });

  test("to another tenant does not move a person who belongs to one", async () => {
    await accept(await one.invite());
    const { store, clock } = one.state;
    const common = { status: "active" as const, tier: null, repository: null };
    await store.tenants.insert({
      id: "ten_evil",
      name: "evil",
      created_at: clock.now(),
      ...common,
    });
    const refused = await accept(await one.invite({ tenant_id: "ten_evil", roles: ["owner"] }));
    expect(refused.status).toBe(409);
    expect(await people("ten_evil")).toEqual([]);
  });

  test("to one's own tenant signs in and is left for somebody else", async () => {
    await accept(await one.invite());
    const second = await one.invite({ roles: ["owner"] });
    expect(await meOf(await accept(second))).toMatchObject({ roles: ["operator"] });
    const invitations = await one.state.store.invitations.list("ten_acme");
    expect(invitations.map(({ accepted_at }) => accepted_at === null)).toEqual([false, true]);
  });

  test.each<[string, Record<string, string>]>([
    ["another site", { "sec-fetch-site": "cross-site", origin: "https://evil.example.com" }],
    ["a site beside this one", { "sec-fetch-site": "same-site" }],
    ["another site in an old browser", { origin: "https://evil.example.com" }],
    ["a page that hides", { origin: "null" }],
    ["nowhere", {}],
  ])("is not accepted by a form of %s", async (_what, headers) => {
    const token = await one.invite();
    const form = { invitation: token };
    const answer = await one.browser().post(`${one.base}/auth/sign-in`, form, headers);
    expect(answer.status).toBe(403);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test("is accepted in an old browser, which says the origin only", async () => {
    const form = { invitation: await one.invite() };
    const answer = await one.browser().post(`${one.base}/auth/sign-in`, form, { origin: one.base });
    expect(answer.status).toBe(303);
  });

  test("by a link alone is only shown, never accepted", async () => {
    const token = await one.invite();
    const shown = await one.browser().get(`${one.base}/auth/sign-in?invitation=${token}`);
    expect(shown.headers.get("location")).toContain("/auth/invitation?");
    expect(shown.headers.getSetCookie()).toEqual([]);
  });

  test("whose label holds markup is shown as text", async () => {
    const token = await one.invite({ label: "<script>alert(1)</script>" });
    const page = await one.browser().get(`${one.base}/auth/invitation?token=${token}`);
    expect(await page.text()).not.toContain("<script>");
  });
});
