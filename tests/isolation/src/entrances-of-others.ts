import { createAgentPair, createTestAccount } from "@fairlead/testkit/agents";
import { bearer } from "@fairlead/testkit/caller";
import { acceptInvitation, loginAgent, postAuth, prepareLogin } from "@fairlead/testkit/entrances";
import type { HttpAnswer, Json } from "@fairlead/testkit/http";
import { createBrowser } from "@fairlead/testkit/sign-in";
import { describe, expect, test } from "vitest";
import type { Tenant, TwoTenants } from "./two-tenants.ts";

const SESSION = "fairlead";
const FLOW = "fairlead_sign_in";

/** How agents and people come in: by nobody's door but their own. */
export function testEntrances(open: () => TwoTenants): void {
  const at = (path: string) => `${open().installation.server.url}${path}`;
  const entrance = () => ({ url: at(""), provider: open().provider });
  const sessionOf = ({ person }: Tenant) => person.browser.cookies.get(SESSION) ?? "";
  const cookieOf = (tenant: Tenant) => ({ Cookie: `${SESSION}=${sessionOf(tenant)}` });

  /** Whoever sends this: the id of the tenant they are in, or undefined. */
  async function tenantOf(headers: Readonly<Record<string, string>>): Promise<unknown> {
    const { status, json } = await open().installation.as(headers).rest("GET", "/auth/me");
    return status === 200 ? (json.data as { tenant_id: unknown }).tenant_id : undefined;
  }

  /** Its agent's token and its person's session are good, and for it alone. */
  async function expectUntouched(tenant: Tenant): Promise<void> {
    expect(await tenantOf(bearer(tenant.agent.token))).toBe(tenant.id);
    expect(await tenantOf(cookieOf(tenant))).toBe(tenant.id);
  }

  test("agents and people are in their own tenants, so that these checks can fail", async () => {
    const { acme, other } = open();
    expect(acme.id).not.toBe(other.id);
    for (const tenant of [acme, other]) await expectUntouched(tenant);
  });

  describe("an agent", () => {
    const post = (path: string, body: Json, headers = {}) =>
      postAuth(open().installation, path, body, headers);
    const stranger = createTestAccount("a".repeat(64));
    const same = ({ status, text }: HttpAnswer, address: string) => ({
      status,
      text: text
        .replaceAll(address, "ADDRESS")
        .replaceAll(/[\da-f-]{32,}|\d{10}|\d{4}-\d\d-\d\dT[\d:.]+Z/g, "VALUE"),
    });

    test("that asks for a challenge of another tenant's account learns nothing of it", async () => {
      const { acme, other } = open();
      const { public_key } = acme.agent.pair;
      const ask = async (address: string) =>
        same(await post("challenge", { address, public_key }), address);
      const theirs = await ask(other.agent.account.address);
      expect(theirs.status).toBe(200);
      expect(theirs).toEqual(await ask(stranger.address));
      for (const known of [other.mark, other.id]) expect(theirs.text).not.toContain(known);
    });

    test.each(["its own delegation", "the other's delegation to the other's key", "none"])(
      "that logs in for another tenant's account with %s is as good as at nobody's",
      async (what) => {
        const { installation, acme, other } = open();
        const { pair } = acme.agent;
        const tryAt = async (account: Tenant["agent"]["account"]) => {
          const body = await prepareLogin(installation, { account, pair });
          const later = Math.floor(Date.now() / 1000) + 3_600;
          const delegation =
            what === "none"
              ? undefined
              : what === "its own delegation"
                ? acme.agent.account.delegate(pair.public_key, later)
                : account.delegate(other.agent.pair.public_key, later);
          return same(await post("login", { ...body, delegation }), account.address);
        };
        const theirs = await tryAt(other.agent.account);
        expect([401, 403]).toContain(theirs.status);
        expect(theirs).toEqual(await tryAt(stranger));
        await expectUntouched(other);
      },
    );

    test("that logs in with another tenant's overheard body gets nothing", async () => {
      const { installation, acme, other } = open();
      const body = await prepareLogin(installation, other.agent);
      const { address } = acme.agent.account;
      const { public_key } = acme.agent.pair;
      for (const change of [{ address }, { public_key }, { address, public_key }]) {
        const refused = await post("login", { ...body, ...change });
        expect([401, 403]).toContain(refused.status);
        expect(refused.text).not.toContain('"token"');
      }
      // And it is still its owner's to use: what was sent by others used nothing up.
      expect((await post("login", body)).status).toBe(200);
    });

    test.each(["validate", "refresh", "logout"])(
      "that sends %s with another's claims in its own token is as good as with a made-up one",
      async (path) => {
        const { acme, other } = open();
        const [head, , signature] = acme.agent.token.split(".");
        const [, claims] = other.agent.token.split(".");
        for (const headers of [{}, bearer(acme.agent.token), bearer(acme.ownerKey.key)]) {
          const forged = await post(path, { token: `${head}.${claims}.${signature}` }, headers);
          const madeUp = await post(path, { token: "made-up" }, headers);
          expect({ status: forged.status, text: forged.text }).toEqual({
            status: 401,
            text: madeUp.text,
          });
        }
        await expectUntouched(other);
      },
    );

    test("validates, exchanges and gives back its own token, and the other's stays", async () => {
      const { installation, acme, other } = open();
      const { token } = await loginAgent(installation, acme.agent);
      const validated = await post("validate", {}, bearer(token));
      expect(validated.text).toContain(acme.agent.account.address);
      expect(validated.text).not.toContain(other.agent.account.address);
      const refreshed = await post("refresh", { token }, bearer(acme.ownerKey.key));
      const next = (refreshed.json.data as { token: string }).token;
      expect(await tenantOf(bearer(next))).toBe(acme.id);
      expect((await post("logout", { token: next })).status).toBe(200);
      expect(await tenantOf(bearer(next))).toBeUndefined();
      for (const tenant of [acme, other]) await expectUntouched(tenant);
    });

    test("of another tenant that had the same key pair would still be another", async () => {
      const { installation, other } = open();
      // The pair belongs to whoever holds it; the account says which tenant it is for.
      const both = { account: other.agent.account, pair: createAgentPair("b".repeat(64)) };
      expect(await tenantOf(bearer((await loginAgent(installation, both)).token))).toBe(other.id);
    });
  });

  describe("an invitation", () => {
    const invitationsOf = ({ owner }: Tenant) => owner.act<Json>("GET", "/api/invitations");
    const principalsOf = ({ owner }: Tenant) => owner.act<Json>("GET", "/api/principals");

    /** Somebody who is in a tenant already, in a browser of its own. */
    const userOf = ({ name, mark }: Tenant) => ({
      ...{ sub: `person-of-${name}`, name: `${mark} person` },
      ...{ email: `person@${name}.example`, email_verified: true },
    });

    test("to another tenant is refused to whoever belongs to one, and stays open", async () => {
      const { acme, other } = open();
      const before = [await invitationsOf(other), await principalsOf(other)];
      const browser = createBrowser();
      const page = await acceptInvitation(entrance(), other.invitationToken, {
        user: userOf(acme),
        browser,
      });
      expect(page.status).toBe(409);
      expect(await page.text()).not.toContain(other.mark);
      expect(browser.cookies.get(SESSION)).toBeUndefined();
      const after = [await invitationsOf(other), await principalsOf(other)];
      expect(after).toEqual(before);
      await expectUntouched(acme);
    });

    test("of another tenant, by its id or by what looks like a token, is as good as none", async () => {
      const { acme, other } = open();
      const { browser } = acme.person;
      const ask = async (token: string) => {
        const page = await browser.get(at(`/auth/invitation?token=${token}`));
        return { status: page.status, text: await page.text() };
      };
      const none = await ask(`fli_${"0".repeat(43)}`);
      expect(none.status).toBe(403);
      for (const token of [
        String(other.ids.invitations),
        other.id,
        other.invitationToken.slice(0, -1),
      ]) {
        expect(await ask(token)).toEqual(none);
      }
      // Whoever was given it sees whose it is.
      expect((await ask(other.invitationToken)).text).toContain(other.name);
    });

    test("that was accepted in another tenant lets nobody in any more", async () => {
      const { acme } = open();
      const asked = { label: "once", roles: ["viewer"] };
      const { id, token } = await acme.owner.act<{ id: string; token: string }>(
        "POST",
        "/api/invitations",
        asked,
      );
      const first = { user: { sub: "first", name: "First" }, browser: createBrowser() };
      expect((await acceptInvitation(entrance(), token, first)).status).toBe(200);
      const second = { user: { sub: "second", name: "Second" }, browser: createBrowser() };
      expect((await acceptInvitation(entrance(), token, second)).status).toBe(403);
      expect(second.browser.cookies.get(SESSION)).toBeUndefined();
      expect(JSON.stringify(await invitationsOf(acme))).toContain(id);
    });

    test("sent as a form of another site begins nothing", async () => {
      const { acme, other } = open();
      const form = { invitation: other.invitationToken };
      for (const headers of [
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
        { origin: "https://evil.example" },
        {},
      ]) {
        const begun = await acme.person.browser.post(at("/auth/sign-in"), form, headers);
        expect(begun.status).toBe(403);
        expect(begun.headers.get("location")).toBeNull();
      }
      await expectUntouched(acme);
    });

    test("that one browser began with is not finished by another tenant's browser", async () => {
      const { acme, other, provider } = open();
      provider.user = userOf(other);
      const theirs = createBrowser();
      const begun = await theirs.get(at("/auth/sign-in"));
      const answer = await theirs.get(begun.headers.get("location") ?? "");
      const callback = answer.headers.get("location") ?? "";
      expect(callback).toContain("/auth/callback?");
      const { browser } = acme.person;
      const session = sessionOf(acme);
      // Without a sign-in of its own, and with one.
      expect((await browser.get(callback)).status).toBe(401);
      await browser.get(at("/auth/sign-in"));
      expect(browser.cookies.get(FLOW)).toBeDefined();
      expect((await browser.get(callback)).status).toBe(401);
      expect(sessionOf(acme)).toBe(session);
      await expectUntouched(acme);
    });
  });

  describe("a browser's session", () => {
    const keys = (tenant: Tenant) => tenant.owner.act<Json>("GET", "/api/keys");
    const create = (headers: Readonly<Record<string, string>>) =>
      open()
        .installation.as(headers)
        .rest("POST", "/api/keys", { label: "forged", roles: ["viewer"] });

    test("shows its own person, and nothing of another tenant", async () => {
      const { acme, other } = open();
      for (const path of ["/auth/me", "/auth", "/api/tenant", "/api/principals", "/api/keys"]) {
        const text = await (await acme.person.browser.get(at(path))).text();
        for (const known of [other.mark, other.id, other.person.principal_id, other.person.csrf]) {
          expect(text).not.toContain(known);
        }
      }
      expect(await (await acme.person.browser.get(at("/auth"))).text()).toContain(acme.mark);
    });

    test("asks of another tenant as of one that does not exist", async () => {
      const { acme, other } = open();
      for (const path of ["/api/tenant", "/api/keys", "/api/audit"]) {
        const [theirs, missing] = await Promise.all(
          [other.id, `ten_${"0".repeat(other.id.length - 4)}`].map(async (id) => {
            const answer = await acme.person.browser.get(at(`${path}?tenant=${id}`));
            return { status: answer.status, text: (await answer.text()).replaceAll(id, "X") };
          }),
        );
        expect(theirs?.status).toBe(404);
        expect(theirs).toEqual(missing);
      }
    });

    test("changes nothing with another's token against forgery, or with none", async () => {
      const { acme, other } = open();
      const before = await keys(other);
      for (const csrf of [acme.person.csrf, "", sessionOf(other)]) {
        const forged = await create({ ...cookieOf(other), "X-CSRF-Token": csrf });
        expect(forged).toMatchObject({ status: 403, json: { code: "forbidden" } });
      }
      expect((await create(cookieOf(other))).status).toBe(403);
      expect(await keys(other)).toEqual(before);
      const right = await create({ ...cookieOf(acme), "X-CSRF-Token": acme.person.csrf });
      expect(right.status).toBe(201);
      const { id } = right.json.data as { id: string };
      await acme.owner.act("DELETE", `/api/keys/${id}`);
    });

    test("is not ended by another's token against forgery", async () => {
      const { acme, other } = open();
      const form = { csrf_token: acme.person.csrf };
      const out = await fetch(at("/auth/sign-out"), {
        ...{ method: "POST", redirect: "manual", headers: cookieOf(other) },
        body: new URLSearchParams(form),
      });
      expect(out.status).toBe(403);
      await expectUntouched(other);
    });

    test("gives way to a credential: never are two tenants mixed", async () => {
      const { acme, other } = open();
      expect(await tenantOf({ ...bearer(acme.ownerKey.key), ...cookieOf(other) })).toBe(acme.id);
      expect(await tenantOf({ ...bearer(acme.agent.token), ...cookieOf(other) })).toBe(acme.id);
      // A credential that is nobody's is not made good by a cookie.
      expect(await tenantOf({ ...bearer("nobody's"), ...cookieOf(other) })).toBeUndefined();
      const me = await open()
        .installation.as({ ...bearer(acme.ownerKey.key), ...cookieOf(other) })
        .rest("GET", "/auth/me");
      expect(me.text).not.toContain(other.person.csrf);
      expect(me.text).not.toContain(other.id);
      expect(me.json.data).toMatchObject({ csrf_token: null });
    });

    test("is no bearer token, and nothing at /mcp", async () => {
      const { installation, acme, other } = open();
      const token = sessionOf(other);
      for (const headers of [bearer(token), { ...bearer(token), ...cookieOf(acme) }]) {
        expect(await tenantOf(headers)).toBeUndefined();
      }
      const answer = await installation.as(cookieOf(other)).modern("tools/list");
      expect(answer.status).toBe(401);
      expect(answer.text).not.toContain(other.mark);
    });

    test("ends alone: the one of another tenant goes on", async () => {
      const { acme, other, provider, installation } = open();
      provider.user = { sub: "person-of-acme" };
      const browser = createBrowser();
      expect((await browser.follow(at("/auth/sign-in"))).status).toBe(200);
      const me = (await (await browser.get(at("/auth/me"))).json()) as {
        data: { csrf_token: string };
      };
      const token = browser.cookies.get(SESSION);
      const out = await browser.post(at("/auth/sign-out"), { csrf_token: me.data.csrf_token });
      expect(out.status).toBe(303);
      const ended = await installation
        .as({ Cookie: `${SESSION}=${token}` })
        .rest("GET", "/auth/me");
      expect(ended.status).toBe(401);
      for (const tenant of [acme, other]) await expectUntouched(tenant);
    });
  });
}
