import { hash } from "node:crypto";
import { type Browser, startTestSignIn, type TestSignIn } from "@fairlead/testkit/sign-in";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let one: TestSignIn;
beforeEach(async () => {
  one = await startTestSignIn({ registration: { tenant: "acme", roles: ["viewer"] } });
});
afterEach(() => one.close());

async function signIn(browser: Browser, path = "/auth/sign-in", at = one): Promise<Response> {
  return browser.follow(`${at.base}${path}`);
}

/** Up to where the issuer sends the browser back to. */
async function beginAt(browser: Browser, at = one): Promise<string> {
  const begun = await browser.get(`${at.base}/auth/sign-in`);
  const asked = await browser.get(begun.headers.get("location") ?? "");
  return asked.headers.get("location") ?? "";
}

interface Me {
  data: { id: string; label: string; csrf_token: string };
}

async function me(browser: Browser, at = one): Promise<Me["data"]> {
  return ((await (await browser.get(`${at.base}/auth/me`)).json()) as Me).data;
}

const tokenOf = (browser: Browser) => browser.cookies.get("fairlead") ?? "";
const outcomes = () => one.state.events.map(({ name, outcome }) => `${name} ${outcome}`);

describe("signing in", () => {
  test("leads by way of the issuer to a session", async () => {
    const browser = one.browser();
    const page = await signIn(browser);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("You are signed in as <strong>Ann</strong> (viewer)");
    expect(await me(browser)).toEqual({
      id: expect.stringMatching(/^prn_/),
      ...{ tenant_id: "ten_acme", kind: "person", label: "Ann", roles: ["viewer"] },
      scopes: ["*:read"],
      expires_at: one.state.clock.now() + 12 * 3_600_000,
      csrf_token: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(outcomes()).toEqual(["principals.join ok"]);
  });

  test("asks the issuer by PKCE, with state and nonce", async () => {
    const begun = await one.browser().get(`${one.base}/auth/sign-in`);
    const { origin, searchParams } = new URL(begun.headers.get("location") ?? "");
    expect(origin).toBe(one.provider.issuer);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: "fairlead",
      redirect_uri: `${one.base}/auth/callback`,
      ...{ response_type: "code", scope: "openid email profile" },
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    });
  });

  test("keeps state, nonce and verifier from the browser's eyes", async () => {
    const browser = one.browser();
    const begun = await browser.get(`${one.base}/auth/sign-in`);
    const { searchParams } = new URL(begun.headers.get("location") ?? "");
    const kept = browser.cookies.get("fairlead_sign_in") ?? "";
    expect(kept.split(".")).toHaveLength(5);
    expect(kept).not.toContain(searchParams.get("state"));
  });

  test("the second time is the same person", async () => {
    const [first, second] = [one.browser(), one.browser()];
    await signIn(first);
    await signIn(second);
    expect((await me(second)).id).toBe((await me(first)).id);
    expect(outcomes()).toEqual(["principals.join ok", "sign_ins.create ok"]);
  });

  test("of one new person twice at once makes one principal", async () => {
    const browsers = [one.browser(), one.browser()];
    const back = await Promise.all(browsers.map((browser) => beginAt(browser)));
    await Promise.all(browsers.map((browser, n) => browser.get(back[n] ?? "")));
    const ids = await Promise.all(browsers.map(async (browser) => (await me(browser)).id));
    expect(new Set(ids).size).toBe(1);
  });

  test("leads back to the page it was asked from, and nowhere else", async () => {
    const location = async (return_to: string) => {
      const browser = one.browser();
      const query = new URLSearchParams({ return_to });
      const begun = await browser.get(`${one.base}/auth/sign-in?${query}`);
      const asked = await browser.get(begun.headers.get("location") ?? "");
      const back = await browser.get(asked.headers.get("location") ?? "");
      return back.headers.get("location");
    };
    expect(await location("/console?tab=keys")).toBe(`${one.base}/console?tab=keys`);
    expect(await location("https://evil.example.com")).toBe(`${one.base}/auth`);
    expect(await location("//evil.example.com")).toBe(`${one.base}/auth`);
  });

  test("may end on another replica than it began on", async () => {
    const two = await startTestSignIn({
      beside: one,
      registration: { tenant: "acme", roles: ["viewer"] },
    });
    const browser = one.browser();
    const back = await beginAt(browser);
    await browser.get(back.replace(one.base, two.base));
    expect((await me(browser, two)).label).toBe("Ann");
    expect((await me(browser, one)).label).toBe("Ann");
    await two.close();
  });

  test("takes the e-mail from the user info where the ID token has none", async () => {
    one.provider.userInfo = { name: "Ann of Acme", email: "ANN@example.com", email_verified: true };
    const browser = one.browser();
    await signIn(browser);
    const { id } = await me(browser);
    expect(await one.state.store.principals.find("ten_acme", id)).toMatchObject({
      email: "ann@example.com",
    });
  });

  test("says so when the issuer is away, and works again when it is back", async () => {
    one.provider.isAway = true;
    const refused = await one.browser().get(`${one.base}/auth/sign-in`);
    expect(refused.status).toBe(503);
    one.provider.isAway = false;
    expect((await signIn(one.browser())).status).toBe(200);
  });
});

describe("an answer to a sign-in", () => {
  async function refused(browser: Browser, url: string): Promise<void> {
    const answer = await browser.get(url);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("content-type")).toContain("text/html");
    expect(tokenOf(browser)).toBe("");
    expect((await browser.get(`${one.base}/auth/me`)).status).toBe(401);
  }

  test("counts once, also on another replica", async () => {
    const two = await startTestSignIn({
      beside: one,
      registration: { tenant: "acme", roles: ["viewer"] },
    });
    const browser = one.browser();
    const back = await beginAt(browser);
    const copy = one.browser();
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    await browser.get(back);
    await refused(copy, back.replace(one.base, two.base));
    await two.close();
  });

  test("is refused in another browser: nobody is signed in as somebody else by a link", async () => {
    const back = await beginAt(one.browser());
    await refused(one.browser(), back);
    const victim = one.browser();
    await beginAt(victim);
    await refused(victim, back);
    expect(one.provider.redeemed).toEqual([]);
  });

  test("is refused ten minutes after it began", async () => {
    const browser = one.browser();
    const back = await beginAt(browser);
    one.state.clock.advance(601_000);
    await refused(browser, back);
  });

  test("is refused while it cannot be told whether it came before", async () => {
    const browser = one.browser();
    const back = await beginAt(browser);
    one.state.shared.isAway = true;
    expect((await browser.get(back)).status).toBe(503);
    expect(tokenOf(browser)).toBe("");
  });

  test("with another sign-in's code is refused: it belongs to another verifier", async () => {
    const [attacker, victim] = [one.browser(), one.browser()];
    const code = new URL(await beginAt(attacker)).searchParams.get("code") ?? "";
    const back = new URL(await beginAt(victim));
    back.searchParams.set("code", code);
    await refused(victim, back.href);
  });

  test.each<[string, Record<string, string | undefined>]>([
    ["names another issuer", { iss: "https://evil.example.com" }],
    ["names no issuer", { iss: undefined }],
    ["has another state", { state: "guessed" }],
    ["has no state", { state: undefined }],
    ["has no code", { code: undefined }],
    ["has a made-up code", { code: "guessed" }],
    ["is a refusal", { code: undefined, error: "access_denied", error_description: "<script>" }],
  ])("that %s is refused", async (_what, answer) => {
    one.provider.answer = answer;
    const browser = one.browser();
    await refused(browser, await beginAt(browser));
  });

  test.each<[string, Record<string, unknown>]>([
    ["is for another sign-in", { nonce: "another" }],
    ["is for another client", { aud: "another" }],
    ["is of another issuer", { iss: "https://evil.example.com" }],
    ["has expired", { exp: 1_000_000 }],
    ["has no subject", { sub: undefined }],
  ])("with an ID token that %s is refused", async (_what, claims) => {
    one.provider.claims = claims;
    const browser = one.browser();
    await refused(browser, await beginAt(browser));
    expect(outcomes()).toEqual(["sign_ins.create unauthenticated"]);
  });

  test("with an ID token that nobody published a key for is refused", async () => {
    one.provider.signsWrongly = true;
    const browser = one.browser();
    await refused(browser, await beginAt(browser));
  });

  test("shows nothing that the issuer wrote", async () => {
    one.provider.answer = { code: undefined, error: "x", error_description: "<b>call 555</b>" };
    const browser = one.browser();
    const page = await (await browser.get(await beginAt(browser))).text();
    expect(page).not.toContain("555");
  });
});

describe("a session", () => {
  test("has a cookie that scripts and forms of others do not reach", async () => {
    const browser = one.browser();
    await signIn(browser);
    const line = browser.set.find((each) => each.startsWith("fairlead=")) ?? "";
    expect(line).toMatch(
      /^fairlead=fls_[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/,
    );
  });

  test("has a cookie of this host and of HTTPS only, where the server has a public name", async () => {
    const named = await startTestSignIn({ beside: one, publicUrl: "https://fairlead.example.com" });
    const browser = one.browser();
    await browser.get(`${named.base}/auth/sign-in`);
    expect(browser.set[0]).toMatch(
      /^__Host-fairlead_sign_in=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    await named.close();
  });

  test("is kept as a hash only", async () => {
    const browser = one.browser();
    await signIn(browser);
    expect(await one.state.store.signIns.find(tokenOf(browser))).toBeUndefined();
    expect(JSON.stringify(one.state.events)).not.toContain(tokenOf(browser));
  });

  test("ends after twelve hours", async () => {
    const browser = one.browser();
    await signIn(browser);
    one.state.clock.advance(12 * 3_600_000);
    expect((await browser.get(`${one.base}/auth/me`)).status).toBe(401);
  });

  test("is a new one with every sign-in, and the former one ends: a planted one is worth nothing", async () => {
    const browser = one.browser();
    browser.cookies.set("fairlead", "fls_planted-by-somebody-else");
    await signIn(browser);
    const first = tokenOf(browser);
    expect(first).not.toBe("fls_planted-by-somebody-else");
    await signIn(browser);
    expect(tokenOf(browser)).not.toBe(first);
    const old = { cookie: `fairlead=${first}` };
    expect((await fetch(`${one.base}/auth/me`, { headers: old })).status).toBe(401);
  });

  test("reads without, and changes only with the token against forgery", async () => {
    const browser = one.browser();
    await signIn(browser);
    const { csrf_token } = await me(browser);
    const at = `${one.base}/api/thing`;
    expect((await browser.get(at)).status).toBe(200);
    const post = (headers: Record<string, string>) => browser.post(at, {}, headers);
    expect((await post({})).status).toBe(403);
    expect((await post({ "x-csrf-token": `${csrf_token.slice(1)}x` })).status).toBe(403);
    expect((await post({ "x-csrf-token": csrf_token })).status).toBe(200);
    const other = one.browser();
    await signIn(other);
    expect((await post({ "x-csrf-token": (await me(other)).csrf_token })).status).toBe(403);
  });

  test("is no bearer token, and nothing at /mcp", async () => {
    const browser = one.browser();
    await signIn(browser);
    const authorization = `Bearer ${tokenOf(browser)}`;
    expect((await fetch(`${one.base}/auth/me`, { headers: { authorization } })).status).toBe(401);
    const evidence = { address: "10.0.0.1", connectors: [], method: "GET", path: "/mcp" };
    const headers = { authorization, cookie: `fairlead=${tokenOf(browser)}` };
    const at = async (surface: "http" | "rest") =>
      one.identity.authenticate({ ...evidence, surface, headers });
    await expect(at("http")).rejects.toMatchObject({ code: "unauthenticated" });
    expect((await at("rest")).kind).toBe("person");
  });

  test("gives way to a credential that was sent on purpose", async () => {
    const browser = one.browser();
    await signIn(browser);
    const answer = await browser.get(`${one.base}/auth/me`, { authorization: "Bearer wrong" });
    expect(answer.status).toBe(401);
  });

  test("ends by signing out, on every replica at once", async () => {
    const two = await startTestSignIn({ beside: one });
    const browser = one.browser();
    await signIn(browser);
    const { csrf_token } = await me(browser, two);
    const kept = { cookie: `fairlead=${tokenOf(browser)}` };
    const out = await browser.post(`${one.base}/auth/sign-out`, { csrf_token });
    expect(out.status).toBe(303);
    expect(tokenOf(browser)).toBe("");
    await two.state.changes.nudge();
    for (const { base } of [one, two]) {
      expect((await fetch(`${base}/auth/me`, { headers: kept })).status).toBe(401);
    }
    await two.close();
  });

  test("does not end by a form of another site", async () => {
    const browser = one.browser();
    await signIn(browser);
    const out = await browser.post(`${one.base}/auth/sign-out`, { csrf_token: "guessed" });
    expect(out.status).toBe(403);
    expect((await browser.get(`${one.base}/auth/me`)).status).toBe(200);
  });

  test.each(["disabled", "deleted"])("ends everywhere once its person is %s", async (what) => {
    const two = await startTestSignIn({ beside: one });
    const browser = one.browser();
    await signIn(browser);
    const { id } = await me(browser, two);
    const { store, changes } = one.state;
    const row = await store.principals.find("ten_acme", id);
    if (row === undefined) throw new Error("no such principal");
    await store.transaction(async (inside) => {
      if (what === "deleted") await inside.principals.delete("ten_acme", id);
      else {
        await inside.principals.update({ ...row, status: "disabled" });
        await inside.signIns.deleteOf("ten_acme", id);
      }
      await inside.changes.append({ tenant_id: "ten_acme", topic: "principal", ref: id });
    });
    await changes.nudge();
    await two.state.changes.nudge();
    for (const { base } of [one, two]) {
      expect((await browser.get(`${base}/auth/me`)).status).toBe(401);
    }
    if (what === "disabled") expect((await signIn(one.browser())).status).toBe(403);
    await two.close();
  });
});

describe("the pages", () => {
  test("have no scripts, one style that is named by its hash, and nothing from elsewhere", async () => {
    const token = await one.invite();
    const browser = one.browser();
    const pages = [
      await browser.get(`${one.base}/auth`),
      await browser.get(`${one.base}/auth/invitation?token=${token}`),
      await browser.get(`${one.base}/auth/callback`),
      await signIn(browser),
    ];
    for (const page of pages) {
      const text = await page.text();
      expect(text).not.toMatch(/<script|<img|<link|style=|onload|@import|url\(/i);
      const [, style = ""] = /<style>([\s\S]*)<\/style>/.exec(text) ?? [];
      expect(page.headers.get("content-security-policy")).toBe(
        `default-src 'none'; style-src 'sha256-${hash("sha256", style, "base64")}'; base-uri 'none'; frame-ancestors 'none'`,
      );
      expect(text).toContain('<meta name="referrer" content="same-origin">');
    }
  });

  test("show a name from outside as text", async () => {
    one.provider.user = { sub: "eve", name: '<img src=x onerror="alert(1)">' };
    const page = await (await signIn(one.browser())).text();
    expect(page).not.toContain("<img");
    expect(page).toContain("&lt;img");
  });
});
