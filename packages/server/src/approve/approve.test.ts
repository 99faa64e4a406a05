import { hash } from "node:crypto";
import { defineConnector } from "@fairlead/core/connector";
import { defineTool } from "@fairlead/core/tool";
import { type ApprovalGround, startApprovals } from "@fairlead/testkit/approvals";
import { bearer } from "@fairlead/testkit/caller";
import { type Person, signInPerson } from "@fairlead/testkit/entrances";
import { createKey, startInstallation } from "@fairlead/testkit/installation";
import { operationRow } from "@fairlead/testkit/plans";
import { createBrowser } from "@fairlead/testkit/sign-in";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

let cleared = 0;
const quay = defineConnector({
  id: "quay",
  title: "Quay",
  description: "A quay.",
  settings: z.object({}),
  createClient: () => undefined,
  tools: [
    defineTool({
      name: "quay_clear_berth",
      title: "Clear a berth",
      description: "Clears a berth.",
      effect: "destroy",
      needsConnection: false,
      input: z.object({ berth: z.number() }),
      plan: ({ berth }) => ({
        summary: `Clears berth ${berth}.`,
        changes: [{ on: `berth ${berth}`, does: "is cleared" }],
        undo: { kind: "irreversible", how: "Book it again." },
        state: { ship: "Larkspur" },
      }),
      output: z.object({ berth: z.number() }),
      handler: ({ berth }) => {
        cleared += 1;
        return { berth };
      },
    }),
  ],
});

let ground: ApprovalGround;
let ann: Person;
let bob: Person;
let stranger: Person;

beforeAll(async () => {
  ground = await startApprovals({ extraConnectors: [quay] });
  ann = await ground.person("Ann", "developer");
  bob = await ground.person("Bob", "viewer");
  stranger = await ground.person("Una", "owner", "umbra");
});
afterAll(() => ground.close());

const urlOf = (id: string) => `${ground.base}/approve/${id}`;
const see = (who: Person, id: string) => who.browser.get(urlOf(id));
const send = (
  who: Person,
  id: string,
  form: Record<string, string>,
  headers?: Record<string, string>,
) => who.browser.post(urlOf(id), { csrf_token: who.csrf, ...form }, headers);
const saidOn = (id: string) => ground.store.approvals.listOf(ground.acme, id);
const deniedAt = async (id: string) => (await ground.store.plans.find(ground.acme, id))?.denied_at;

async function expectUndecided(id: string): Promise<void> {
  expect(await saidOn(id)).toEqual([]);
  expect(await deniedAt(id)).toBeNull();
}

describe("a person", () => {
  test("sees all that the plan says", async () => {
    const { id } = await ground.plan();
    const answer = await see(ann, id);
    expect(answer.status).toBe(200);
    const text = await answer.text();
    for (const words of [
      "<h1>Deletes berth 7 and moves what lies there.</h1>",
      "Waits for approval",
      "<dt>Asked for by</dt><dd>prn_agent</dd>",
      "<dt>Connection</dt><dd>north quay</dd>",
      "<code>harbour_delete_berth</code>",
      "one person who may do this",
      "<dd>0 of 1</dd>",
      "in 59 minutes",
      "<strong>ship &quot;Larkspur&quot; (12)</strong> is moved",
      "berth 7",
      "berth 9",
      "The bookings of berth 7",
      "Cannot be taken back.",
      "&quot;berth_id&quot;: 7",
      "Signed in as Ann",
    ]) {
      expect(text).toContain(words);
    }
  });

  test("approves, and what waited goes on", async () => {
    const { id } = await ground.plan();
    const now = Date.now();
    await ground.store.operations.insert(
      operationRow({ now, id: `opn_${id}`, plan_id: id, tenant_id: ground.acme }),
    );
    const answer = await send(ann, id, { decision: "approve", reason: "Agreed with Bob." });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, urlOf(id)]);
    expect(await saidOn(id)).toMatchObject([
      {
        principal_id: ann.principal_id,
        way: "page",
        decision: "approve",
        reason: "Agreed with Bob.",
      },
    ]);
    const operation = await ground.store.operations.find(ground.acme, `opn_${id}`);
    // A worker of the server may have taken it up by now, and found that the tool is not there.
    expect(operation?.state).not.toBe("awaiting_approval");
    const after = await (await see(ann, id)).text();
    expect(after).toContain("Everybody who has to agree did.");
    expect(after).toContain("Ann approved it on this page");
    expect(after).toContain("<q>Agreed with Bob.</q>");
    expect(after).not.toContain('value="approve"');
  });

  test("denies with a reason, and is asked for one", async () => {
    const { id } = await ground.plan();
    const without = await send(ann, id, { decision: "deny", reason: " " });
    expect(without.status).toBe(400);
    expect(await without.text()).toContain("a denial needs a reason of at most 500 characters");
    await expectUndecided(id);
    expect((await send(ann, id, { decision: "deny", reason: "Not on a Friday." })).status).toBe(
      303,
    );
    expect(await deniedAt(id)).toBeTypeOf("number");
    const after = await (await see(ann, id)).text();
    expect(after).toContain("It was denied.");
    expect(after).not.toContain("<textarea");
  });

  test("keeps what was typed when it cannot be taken", async () => {
    const { id } = await ground.plan();
    const reason = `<b>too long</b> ${"x".repeat(500)}`;
    const text = await (await send(ann, id, { decision: "deny", reason })).text();
    expect(text).toContain("&lt;b&gt;too long&lt;/b&gt; xxx");
    expect(text).not.toContain("<b>");
  });

  test("is told when somebody else was faster", async () => {
    const { id } = await ground.plan();
    await ground.store.plans.deny(ground.acme, id, Date.now());
    const answer = await send(ann, id, { decision: "approve" });
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain(`${id} was denied already.`);
  });

  test("cannot decide on what has lapsed", async () => {
    const now = Date.now();
    const { id } = await ground.plan({ created_at: now - 10, expires_at: now - 1 });
    const page = await (await see(ann, id)).text();
    expect(page).toContain("It has lapsed.");
    expect(page).not.toContain("<textarea");
    expect((await send(ann, id, { decision: "approve" })).status).toBe(409);
    await expectUndecided(id);
  });

  test("without the right is told what is missing, and decides nothing", async () => {
    const { id } = await ground.plan();
    for (const answer of [
      await see(bob, id),
      await send(bob, id, { decision: "approve" }),
      await send(bob, id, { decision: "deny", reason: "x" }),
    ]) {
      expect(answer.status).toBe(403);
      const text = await answer.text();
      expect(text).toContain("harbour:destroy");
      expect(text).not.toContain("Deletes berth 7");
    }
    await expectUndecided(id);
  });

  test("who asked sees why that is not enough where others have to agree, and may deny", async () => {
    const { id } = await ground.plan({ consent: "approver", principal_id: ann.principal_id });
    const page = await (await see(ann, id)).text();
    expect(page).toContain("needs somebody else: it was made by you");
    expect(page).not.toContain('value="approve"');
    expect(page).toContain('value="deny"');
    expect((await send(ann, id, { decision: "approve" })).status).toBe(403);
    await expectUndecided(id);
  });

  test("approves in the place of somebody who lent the right", async () => {
    const { id } = await ground.plan({ consent: "approver", approvals_needed: 2 });
    await ground.store.delegations.insert({
      ...{ id: "dlg_1", tenant_id: ground.acme, created_at: Date.now() - 1 },
      ...{ from_principal_id: ann.principal_id, to_principal_id: bob.principal_id },
      expires_at: Date.now() + 60_000,
    });
    expect((await send(bob, id, { decision: "approve" })).status).toBe(303);
    const page = await (await see(bob, id)).text();
    expect(page).toContain("Bob for Ann approved it on this page");
    expect(page).toContain("<dd>1 of 2</dd>");
    await ground.store.delegations.delete(ground.acme, "dlg_1");
  });
});

describe("a call that needs a person", () => {
  async function refused() {
    const key = await createKey(ground.installation, "acme", { roles: ["developer"] });
    const caller = ground.installation.as(bearer(key.key));
    const { text } = await caller.call("quay_clear_berth", { berth: 7 });
    const [, address = ""] = /(http\S+\/approve\/pln_\w+)/.exec(text) ?? [];
    const apply = (plan_id: string) => caller.call("fairlead_apply", { plan_id });
    return { address, id: address.split("/").at(-1) ?? "", apply, text };
  }

  test("names the page, and is carried out once somebody approved there", async () => {
    const { address, id, apply, text } = await refused();
    expect(text).toContain("consent_required");
    expect(address).toBe(urlOf(id));
    expect((await apply(id)).text).toContain("consent_required");
    expect(cleared).toBe(0);
    expect(await (await see(ann, id)).text()).toContain("<h1>Clears berth 7.</h1>");
    expect((await send(ann, id, { decision: "approve" })).status).toBe(303);
    expect((await apply(id)).text).toContain('"berth":7');
    await apply(id);
    expect(cleared).toBe(1);
    expect(await (await see(ann, id)).text()).toContain("It was carried out.");
  });

  test("is not carried out when somebody denied", async () => {
    const before = cleared;
    const { id, apply } = await refused();
    expect((await send(ann, id, { decision: "deny", reason: "No." })).status).toBe(303);
    expect((await apply(id)).text).toContain("was denied");
    expect(cleared).toBe(before);
  });
});

describe("nobody else", () => {
  test("who is not signed in is led through the sign-in and back, and sees nothing before", async () => {
    const { id } = await ground.plan();
    const browser = createBrowser();
    const answer = await browser.get(urlOf(id));
    expect(answer.status).toBe(401);
    const text = await answer.text();
    expect(text).not.toContain("berth");
    const [, link = ""] = /href="([^"]+)"/.exec(text) ?? [];
    ground.provider.user = { sub: "Ann of acme", name: "Ann" };
    const back = await browser.follow(link.replaceAll("&amp;", "&"));
    expect(back.url).toBe(urlOf(id));
    expect(await back.text()).toContain("Deletes berth 7");
  });

  test("another tenant's person is told the same as of a plan that is not there", async () => {
    const { id } = await ground.plan();
    const texts = [];
    for (const each of [id, "pln_none", "nonsense", "pln_%3Cscript%3E"]) {
      for (const answer of [
        await see(stranger, each),
        await send(stranger, each, { decision: "approve" }),
        await send(stranger, each, { decision: "deny", reason: "x" }),
      ]) {
        expect(answer.status).toBe(404);
        texts.push((await answer.text()).replaceAll(each, "ID"));
      }
    }
    expect(new Set(texts).size).toBe(1);
    await expectUndecided(id);
  });

  const credentials: [string, () => Promise<Record<string, string>>][] = [
    [
      "a key of an owner",
      async () => bearer((await createKey(ground.installation, "acme", { roles: ["owner"] })).key),
    ],
    [
      "a key of that very person",
      async () => {
        const given = { principal_id: ann.principal_id };
        return bearer((await createKey(ground.installation, "acme", given)).key);
      },
    ],
    ["the operator's key", async () => ({ ...ground.installation.operator.headers })],
    [
      "the session as a bearer token",
      async () => bearer(ann.browser.cookies.get("fairlead") ?? ""),
    ],
    ["nothing", async () => ({})],
  ];

  test.each(credentials)("%s opens no page and sends no decision", async (_what, shown) => {
    const { id } = await ground.plan();
    const headers = await shown();
    const browser = createBrowser();
    const own = { "sec-fetch-site": "same-origin", ...headers };
    for (const answer of [
      await browser.get(urlOf(id), headers),
      await browser.post(urlOf(id), { csrf_token: ann.csrf, decision: "approve" }, own),
    ]) {
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain("berth");
    }
    await expectUndecided(id);
  });

  test.each(credentials)("%s decides nothing over REST either", async (_what, shown) => {
    const { id } = await ground.plan();
    const caller = ground.installation.as(await shown());
    for (const [verb, body] of [
      ["approve", {}],
      ["deny", { reason: "x" }],
    ] as const) {
      const { status } = await caller.rest("POST", `/api/plans/${id}/${verb}`, body);
      expect([401, 403]).toContain(status);
    }
    await expectUndecided(id);
  });

  test("a key that is shown beside the cookie is not taken for the person", async () => {
    const { id } = await ground.plan();
    const { key } = await createKey(ground.installation, "acme", { roles: ["owner"] });
    const headers = { "sec-fetch-site": "same-origin", ...bearer(key) };
    expect((await send(ann, id, { decision: "approve" }, headers)).status).toBe(401);
    await expectUndecided(id);
  });

  test("who has signed out, or whose session has lapsed, decides nothing", async () => {
    const { id } = await ground.plan();
    const again = async () => {
      const entrance = { url: ground.base, provider: ground.provider };
      const path = "/api/invitations?tenant=acme";
      const body = { label: "x", roles: ["owner"] };
      const { token } = await ground.installation.operator.act<{ token: string }>(
        "POST",
        path,
        body,
      );
      return signInPerson(entrance, token, { sub: "Ann of acme", name: "Ann" });
    };
    const lapsed = await again();
    const token = lapsed.browser.cookies.get("fairlead") ?? "";
    const ref = hash("sha256", token, "hex");
    // As another replica ends a session.
    await ground.store.transaction(async (store) => {
      await store.signIns.delete(ref);
      await store.changes.append({ tenant_id: ground.acme, topic: "sign_in", ref });
    });
    const out = await again();
    const cookies = new Map(out.browser.cookies);
    await out.browser.post(`${ground.base}/auth/sign-out`, { csrf_token: out.csrf });
    for (const [name, value] of cookies) out.browser.cookies.set(name, value);
    for (const who of [lapsed, out]) {
      await expect.poll(async () => (await see(who, id)).status).toBe(401);
      const answer = await send(who, id, { decision: "approve" });
      expect(answer.status).toBe(401);
      expect(await answer.text()).toContain("Nothing was decided.");
    }
    await expectUndecided(id);
  });
});

describe("against forgery", () => {
  const forged: [string, Record<string, string>, Record<string, string>][] = [
    ["without the token", { csrf_token: "" }, { "sec-fetch-site": "same-origin" }],
    ["with another session's token", { csrf_token: "other" }, { "sec-fetch-site": "same-origin" }],
    ["from another site", {}, { "sec-fetch-site": "cross-site" }],
    ["from another site below the same domain", {}, { "sec-fetch-site": "same-site" }],
    ["that says nothing of where it comes from", {}, {}],
    ["from an origin that is null", {}, { origin: "null" }],
    ["from another origin", {}, { origin: "https://evil.example" }],
  ];
  test.each(forged)("refuses a form %s", async (_what, form, headers) => {
    const { id } = await ground.plan();
    const token = form.csrf_token === "other" ? { csrf_token: stranger.csrf } : form;
    const answer = await send(ann, id, { decision: "approve", ...token }, headers);
    expect(answer.status).toBe(403);
    await expectUndecided(id);
  });

  test("refuses REST with the cookie and without the header", async () => {
    const { id } = await ground.plan();
    const url = `${ground.base}/api/plans/${id}/approve`;
    expect((await ann.browser.post(url, {}, {})).status).toBe(403);
    await expectUndecided(id);
    const cookie = `fairlead=${ann.browser.cookies.get("fairlead")}`;
    const caller = ground.installation.as({ cookie, "x-csrf-token": ann.csrf });
    expect((await caller.rest("POST", `/api/plans/${id}/approve`, {})).status).toBe(201);
    expect(await saidOn(id)).toMatchObject([{ way: "rest", principal_id: ann.principal_id }]);
  });

  test("decides nothing by a link, or a form that decides nothing", async () => {
    const { id } = await ground.plan();
    await ann.browser.get(`${urlOf(id)}?decision=approve&csrf_token=${ann.csrf}`);
    for (const form of [{}, { decision: "perhaps" }]) {
      expect((await send(ann, id, form as Record<string, string>)).status).toBe(400);
    }
    await expectUndecided(id);
  });
});

describe("the page", () => {
  const EVIL = '"><script>alert(1)</script>';

  test("shows what comes from outside as text, and what nobody sees as a mark", async () => {
    const { id } = await ground.plan(
      { principal_id: "prn_agent" },
      {
        summary: `Deletes ${EVIL}\u202egnp.exe`,
        changes: [{ on: EVIL, does: EVIL, from: { [EVIL]: EVIL }, to: EVIL }],
        ...{ loses: [EVIL], connection: EVIL, arguments: { [EVIL]: "zero\u200bwidth" } },
        undo: { kind: "reversible", how: EVIL },
      },
    );
    const answer = await send(ann, id, { decision: "deny", reason: `${EVIL}\u200b` });
    for (const text of [await (await see(ann, id)).text(), await answer.text()]) {
      expect(text).not.toContain("<script");
      expect(text).not.toMatch(/[\u202e\u200b]/);
      expect(text).toContain("\ufffdgnp.exe");
      expect(text).toContain("&lt;script&gt;");
    }
  });

  test("loads nothing but its own style, and its forms lead nowhere else", async () => {
    const { id } = await ground.plan();
    for (const answer of [await see(ann, id), await createBrowser().get(urlOf(id))]) {
      const text = await answer.text();
      const [, style = ""] = /<style>([\s\S]*)<\/style>/.exec(text) ?? [];
      expect(answer.headers.get("content-security-policy")).toBe(
        `default-src 'none'; style-src 'sha256-${hash("sha256", style, "base64")}'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'`,
      );
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.headers.get("x-frame-options")).toBe("DENY");
      expect(text).not.toMatch(/<script|<img|<link|style=|onclick|@import|url\(/i);
    }
  });

  test("shows budgets, an unknown state, and a value whole however long it is", async () => {
    const long = "x".repeat(5_000);
    const { id } = await ground.plan(
      {},
      {
        state_known: false,
        changes: [{ on: "a", does: "changes", from: long, to: `${long}y` }],
        budgets: [
          {
            budget: "money_cents",
            whose: "tenant",
            period: "2026-11",
            takes: 1_050,
            used: 5_000,
            limit: 20_000,
          },
          { budget: "deletes", whose: "caller", period: "2026-11-30", takes: 1, used: 2, limit: 5 },
        ],
      },
    );
    const text = await (await see(ann, id)).text();
    expect(text).toContain("What is there now could not be read.");
    expect(text).toContain(`${long}y`);
    expect(text).toContain(
      "Takes 10.50 of the tenant&#39;s money of 2026-11: 50.00 of 200.00 are used.",
    );
    expect(text).toContain("Takes 1 of the caller&#39;s deletes of 2026-11-30: 2 of 5 are used.");
  });
});

test("where nobody can sign in, it says how to approve, and decides nothing", async () => {
  const installation = await startInstallation();
  for (const [id, shown] of [
    ["pln_1f", "fairlead approve pln_1f"],
    ["<b>", "fairlead approve &lt;plan id&gt;"],
  ]) {
    for (const method of ["GET", "POST"]) {
      const { status, text } = await installation.operator.rest(
        method,
        `/approve/${encodeURIComponent(id ?? "")}`,
      );
      expect(status).toBe(404);
      expect(text).toContain(shown);
      expect(text).not.toContain("<b>");
    }
  }
  await installation.close();
});
