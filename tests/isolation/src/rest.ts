import type { Act } from "@fairlead/core/admin/act";
import { ACTS } from "@fairlead/core/admin/acts";
import type { Caller } from "@fairlead/testkit/caller";
import { fromElsewhere } from "@fairlead/testkit/entrances";
import type { Json } from "@fairlead/testkit/http";
import { describe, expect, test } from "vitest";
import type { Tenant, TwoTenants } from "./two-tenants.ts";

/** What each act is asked with. An act without an entry fails. */
const BODIES: Readonly<Record<string, Json | undefined>> = {
  "tenants.create": { name: "third" },
  "tenants.list": undefined,
  "tenants.get": undefined,
  "tenants.update": { status: "disabled" },
  "tenants.delete": { confirm: "other" },
  "principals.create": { kind: "service", label: "mine", roles: ["viewer"] },
  "principals.list": undefined,
  "principals.update": { label: "taken" },
  "principals.delete": undefined,
  "invitations.create": { label: "mine", roles: ["viewer"] },
  "invitations.list": undefined,
  "invitations.delete": undefined,
  "keys.create": { label: "mine" },
  "keys.list": undefined,
  "keys.rotate": {},
  "keys.revoke": undefined,
  "agents.list": undefined,
  "agents.revoke": undefined,
  "connections.create": { connector: "harbour", label: "mine", credential: { name: "x" } },
  "connections.list": undefined,
  "connections.update": { label: "taken" },
  "connections.delete": undefined,
  "policies.create": {
    name: "mine",
    text: "permit (principal, action, resource);",
    enabled: false,
  },
  "policies.list": undefined,
  "policies.update": { enabled: false },
  "policies.delete": undefined,
  "plans.list": undefined,
  "plans.get": undefined,
  "plans.approve": {},
  "plans.deny": { reason: "taken" },
  "delegations.create": { to_principal_id: `prn_${"0".repeat(24)}` },
  "delegations.list": undefined,
  "delegations.delete": undefined,
  "operations.list": undefined,
  "operations.get": undefined,
  "operations.cancel": undefined,
  "operations.settle": { outcome: "did_not_happen", note: "taken" },
  "budgets.get": undefined,
  "usage.get": undefined,
  "cost.get": undefined,
};

/** Routes besides those of acts: who may have them. A route without an entry fails, and so does an entry without a route. */
const ROUTES: Readonly<
  Record<string, "everybody" | "operator" | "tenant" | "person" | "middleware">
> = {
  "ALL /*": "middleware",
  "ALL /api/*": "middleware",
  "GET /": "everybody",
  "GET /version": "everybody",
  "GET /healthz": "everybody",
  "GET /live": "everybody",
  "GET /readyz": "everybody",
  "GET /ready": "everybody",
  "GET /health": "everybody",
  "GET /health/detailed": "operator",
  "GET /metrics": "operator",
  "GET /api/audit": "tenant",
  "GET /api/tools": "tenant",
  "GET /api/tools/:name": "tenant",
  "POST /api/tools/:name": "tenant",
  "GET /.well-known/oauth-protected-resource/*": "everybody",
  "OPTIONS /.well-known/oauth-protected-resource/*": "everybody",
  "POST /api/auth/challenge": "everybody",
  "POST /api/auth/login": "everybody",
  "POST /api/auth/validate": "everybody",
  "POST /api/auth/refresh": "everybody",
  "POST /api/auth/logout": "everybody",
  "GET /auth": "everybody",
  "GET /auth/": "everybody",
  "GET /auth/sign-in": "everybody",
  "POST /auth/sign-in": "everybody",
  "GET /auth/invitation": "everybody",
  "GET /auth/callback": "everybody",
  "POST /auth/sign-out": "everybody",
  "GET /auth/me": "everybody",
  "GET /approve/:id": "person",
  "POST /approve/:id": "person",
};

const NOWHERE: Readonly<Record<string, string>> = {
  ...{ principals: "prn", invitations: "inv", keys: "key" },
  ...{ connections: "con", policies: "pol", agents: "prn" },
  ...{ plans: "pln", operations: "opn", delegations: "dlg" },
};

/** Who may do it in Acme: a key of its owner's, or its owner in person where no key will do. */
const ownerFor = ({ needs }: Act, { owner, ownerInPerson }: Tenant): Caller =>
  needs === "person" ? ownerInPerson : owner;

const kindOf = ({ name }: Act) => name.split(".")[0] ?? "";

interface Asked {
  id: string;
  /** Of an agent, where the act is about one. */
  public_key?: string;
  query?: string;
}

function send(caller: Caller, act: Act, { id, public_key = "", query = "" }: Asked) {
  const path = act.route.path.replaceAll("{id}", id).replaceAll("{public_key}", public_key);
  return caller.rest(act.route.method, `/api${path}${query}`, BODIES[act.name]);
}

/** An id of the same shape that nothing has. */
function nothingLike(id: string): string {
  const [kind = "", rest = ""] = id.split("_");
  return `${kind}_${"0".repeat(rest.length)}`;
}

const about = (acts: readonly Act[]) => acts.map((act) => [act.name, act] as const);

export function testRest(open: () => TwoTenants): void {
  /** All that the operator sees of a tenant, but what changes by itself. */
  async function everythingOf({ name, ids }: Tenant): Promise<unknown> {
    const { operator } = open().installation;
    const lists = ["tenant", "principals", "keys", "invitations", "connections", "policies"];
    lists.push("plans", "operations", "delegations", `plans/${ids.plans}`);
    const paths = [...lists, `principals/${ids.agents}/agent-keys`];
    const all = await Promise.all(
      paths.map((each) => operator.act<Json>("GET", `/api/${each}?tenant=${name}`)),
    );
    return JSON.parse(JSON.stringify(all), (key, value) =>
      key === "last_used_at" ? undefined : value,
    );
  }

  function expectNothingOf(foreign: Tenant, text: string): void {
    expect(text).not.toContain(foreign.mark);
    expect(text).not.toContain(foreign.id);
    for (const id of Object.values(foreign.ids)) expect(text).not.toContain(id);
    for (const { id, principal_id } of [foreign.ownerKey, foreign.viewerKey]) {
      expect(text).not.toContain(id);
      expect(text).not.toContain(principal_id);
    }
    const { agent, person } = foreign;
    const own = [agent.token, agent.account.address, person.principal_id, person.csrf];
    for (const each of own) expect(text).not.toContain(each);
  }

  describe("REST", () => {
    test("has said of each act and each route whose it is", () => {
      expect(ACTS.map(({ name }) => name).sort()).toEqual(Object.keys(BODIES).sort());
      const { routes } = open();
      const ofActs = new Set(
        ACTS.map(
          ({ route }) => `${route.method} /api${route.path.replaceAll(/\{(\w+)\}/g, ":$1")}`,
        ),
      );
      expect(routes.length).toBeGreaterThan(ofActs.size);
      const unknown = routes.filter((route) => !ofActs.has(route) && !(route in ROUTES));
      expect(unknown).toEqual([]);
      expect(Object.keys(ROUTES).filter((route) => !routes.includes(route))).toEqual([]);
      for (const route of ofActs) expect(routes).toContain(route);
    });

    test.each(about(ACTS.filter(({ route }) => route.path.includes("{id}"))))(
      "%s of another tenant's id answers as of one that does not exist, and changes nothing",
      async (_name, act) => {
        const { acme, other } = open();
        const before = await everythingOf(other);
        const foreign = other.ids[kindOf(act)];
        if (foreign === undefined) throw new Error(`Give ${other.name} something for ${act.name}.`);
        expect(foreign.split("_")[0]).toBe(NOWHERE[kindOf(act)]);
        const nowhere = nothingLike(foreign);
        const { public_key } = other.agent.pair;
        const theirs = await send(ownerFor(act, acme), act, { id: foreign, public_key });
        const missing = await send(ownerFor(act, acme), act, { id: nowhere, public_key });
        expect(theirs.status).toBe(404);
        expect(theirs.status).toBe(missing.status);
        expect(theirs.text.replaceAll(foreign, "ID")).toBe(missing.text.replaceAll(nowhere, "ID"));
        expect(await everythingOf(other)).toEqual(before);
      },
    );

    test.each(about(ACTS))(
      "%s for another tenant answers as for one that does not exist, and changes nothing",
      async (_name, act) => {
        const { acme, other } = open();
        const before = await everythingOf(other);
        const id = other.ids[kindOf(act)] ?? "";
        const { public_key } = other.agent.pair;
        const ask = (name: string) =>
          send(ownerFor(act, acme), act, { id, public_key, query: `?tenant=${name}` });
        const [byName, byId] = [await ask(other.name), await ask(other.id)];
        const [noName, noId] = [await ask("nosuch"), await ask(`ten_${"0".repeat(24)}`)];
        expect(byName.status).toBe(act.needs === "operator" ? 403 : 404);
        expect(byName.text.replaceAll(other.name, "X")).toBe(noName.text.replaceAll("nosuch", "X"));
        expect(byId.text.replaceAll(other.id, "X")).toBe(
          noId.text.replaceAll(`ten_${"0".repeat(24)}`, "X"),
        );
        expect(await everythingOf(other)).toEqual(before);
      },
    );

    test.each(
      about(ACTS.filter(({ effect, route }) => effect === "read" && !route.path.includes("{id}"))),
    )("%s shows nothing of another tenant", async (_name, act) => {
      const { acme, other } = open();
      const answer = await send(ownerFor(act, acme), act, { id: "" });
      expect(answer.status).toBe(act.needs === "operator" ? 403 : 200);
      expectNothingOf(other, answer.text);
    });

    test("a tenant's own lists show what is its own, so that these checks can fail", async () => {
      const { acme } = open();
      for (const path of ["principals", "keys", "invitations", "policies", "plans"]) {
        expect((await acme.owner.rest("GET", `/api/${path}`)).text).toContain(acme.mark);
      }
    });

    test.each(["/api/keys", "/api/principals", "/api/audit"])(
      "%s goes on with one's own list, whoever's cursor it is",
      async (path) => {
        const { acme, other } = open();
        const { next_cursor } = await other.owner.act<{ next_cursor: string }>(
          "GET",
          `${path}?limit=1`,
        );
        expect(next_cursor).toBeTypeOf("string");
        const answer = await acme.owner.rest("GET", `${path}?limit=100&cursor=${next_cursor}`);
        if (answer.status === 200) expectNothingOf(other, answer.text);
        else expect(answer).toMatchObject({ status: 400 });
      },
    );

    test("the audit, as a list and as an export, is of one tenant", async () => {
      const { acme, other, installation } = open();
      await other.owner.rest("GET", "/api/keys");
      const list = await acme.owner.rest("GET", "/api/audit?limit=500");
      expect(list.status).toBe(200);
      expectNothingOf(other, list.text);
      const exported = await installation.http.send({
        ...{ method: "GET", path: "/api/audit" },
        headers: Object.entries({ ...acme.owner.headers, Accept: "application/jsonl" }),
      });
      expect(exported.status).toBe(200);
      expect(exported.text).toContain(acme.ownerKey.principal_id);
      expectNothingOf(other, exported.text);
    });

    test("a tool that is run over REST answers from the caller's own account, and reaches no other", async () => {
      const { acme, other } = open();
      const run = (caller: Caller, parameters: object) =>
        caller.rest("POST", "/api/tools/cloudways_list_servers", { parameters });
      for (const [own, foreign] of [
        [acme, other],
        [other, acme],
      ] as const) {
        const { status, text } = await run(own.owner, {});
        expect([status, text]).toEqual([200, expect.stringContaining(own.mark)]);
        expectNothingOf(foreign, text);
        const reached = await run(own.owner, { connection: foreign.connections.cloudways });
        const nowhere = nothingLike(foreign.connections.cloudways);
        const missing = await run(own.owner, { connection: nowhere });
        expect(reached.status).toBe(400);
        expect(reached.text.replaceAll(foreign.connections.cloudways, "ID")).toBe(
          missing.text.replaceAll(nowhere, "ID"),
        );
        const tools = await own.owner.rest("GET", "/api/tools");
        expectNothingOf(foreign, tools.text);
      }
    });

    test("the audit of another tenant answers as that of one that does not exist", async () => {
      const { acme, other, installation } = open();
      const nowhere = `ten_${"0".repeat(other.id.length - 4)}`;
      for (const Accept of ["application/json", "application/jsonl"]) {
        const caller = installation.as({ ...acme.owner.headers, Accept });
        const [theirs, missing] = [
          await caller.rest("GET", `/api/audit?tenant=${other.id}`),
          await caller.rest("GET", `/api/audit?tenant=${nowhere}`),
        ];
        expect(theirs.status).toBe(404);
        expect(missing.status).toBe(404);
        expect(theirs.text.replaceAll(other.id, "X")).toBe(missing.text.replaceAll(nowhere, "X"));
      }
    });

    test.each(["GET", "POST"])(
      "the page of another tenant's plan (%s) answers as of one that does not exist, and changes nothing",
      async (method) => {
        const { acme, other, installation } = open();
        const { browser, csrf } = acme.person;
        const before = await everythingOf(other);
        const foreign = other.ids.plans ?? "";
        const nowhere = nothingLike(foreign);
        const ask = async (id: string) => {
          const url = `${installation.server.url}/approve/${id}`;
          const form = { csrf_token: csrf, decision: "deny", reason: "taken" };
          const answer = await (method === "GET" ? browser.get(url) : browser.post(url, form));
          return { status: answer.status, text: (await answer.text()).replaceAll(id, "ID") };
        };
        const theirs = await ask(foreign);
        expect(theirs.status).toBe(404);
        expect(theirs).toEqual(await ask(nowhere));
        expectNothingOf(other, theirs.text);
        expect(await everythingOf(other)).toEqual(before);
        const own = await browser.get(`${installation.server.url}/approve/${acme.ids.plans}`);
        expect(own.status).toBe(200);
      },
    );

    test("usage is of one tenant, principal by principal", async () => {
      const { acme, other } = open();
      const id = other.ownerKey.principal_id;
      const { items } = await acme.owner.act<{ items: unknown[] }>(
        "GET",
        `/api/usage?principal_id=${id}`,
      );
      expect(items).toEqual([]);
    });

    test.each(
      Object.entries(ROUTES).filter(([, whose]) => whose === "everybody" || whose === "operator"),
    )("%s tells a tenant's caller nothing of another tenant", async (route) => {
      const [method = "", path = ""] = route.split(" ");
      const { acme, other } = open();
      const body = method === "POST" ? { public_key: other.agent.pair.public_key } : undefined;
      const caller = open().installation.as({ ...acme.owner.headers, ...fromElsewhere() });
      const answer = await caller.rest(method, path.replace("*", "mcp"), body);
      expectNothingOf(other, answer.text);
    });
  });
}
