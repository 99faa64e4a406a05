import { createTestAdmin, signedIn, type TestAdmin, toPrincipal } from "@fairlead/testkit/admin";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { FairleadError } from "../errors.ts";
import type { Principal } from "../identity/principal.ts";
import type { Pay } from "../limits/pay.ts";
import type { AuditLog } from "../observe/audit-log.ts";
import { defineTool } from "../tool.ts";
import { ACTS } from "./acts.ts";

const harbour = defineConnector({
  id: "harbour",
  title: "Harbour",
  description: "A harbour.",
  settings: z.object({}),
  createClient: () => undefined,
  tools: [
    defineTool({
      name: "harbour_book_berth",
      title: "Book a berth",
      description: "Books a berth.",
      effect: "write",
      input: z.object({}),
      handler: () => ({ content: [] }),
    }),
  ],
});

const opened: TestAdmin[] = [];

async function open(options?: Parameters<typeof createTestAdmin>[0]): Promise<TestAdmin> {
  const ground = await createTestAdmin({ connectors: [harbour], ...options });
  opened.push(ground);
  return ground;
}

afterEach(async () => {
  for (const ground of opened.splice(0).reverse()) await ground.close();
});

test.each(ACTS.map((act) => [act.name, act] as const))(
  "%s is declared as acts are",
  (name, act) => {
    expect(name).toMatch(/^[a-z]+\.[a-z]+$/);
    expect(act.summary).toMatch(/^[A-Z].*\.$/);
    const method =
      act.effect === "read" ? "GET" : act.effect === "destroy" ? "DELETE" : /^(POST|PATCH)$/;
    expect(act.route.method).toMatch(method);
    const inPath = [...act.route.path.matchAll(/\{(\w+)\}/g)].map(([, field]) => field);
    expect(Object.keys(act.input.shape)).toEqual(expect.arrayContaining(inPath));
    // From these come the help of the command line and the reference pages.
    const { properties = {} } = z.toJSONSchema(act.input, { io: "input", unrepresentable: "any" });
    for (const [field, schema] of Object.entries(properties)) {
      const said = typeof schema === "object" ? schema.description : "";
      expect(`${field}: ${said}`).toMatch(/^\w+: [`A-Za-z].*\.$/);
    }
    // A stranger to an act's schema could pass anything through it.
    expect(act.input.safeParse({ no_such_field: 1 }).success).toBe(false);
  },
);

test("has one act for each route", () => {
  const routes = ACTS.map(
    ({ route }) => `${route.method} ${route.path.replaceAll(/\{\w+\}/g, "{}")}`,
  );
  expect(new Set(routes).size).toBe(routes.length);
});

const forRoles = ACTS.filter(({ needs }) => needs !== "caller").map(({ name }) => name);
test.each(forRoles)("nobody without a role in it does %s in a tenant", async (name) => {
  const { act, events } = await open();
  const nobody: Principal = { ...toPrincipal("viewer"), roles: [], scopes: new Set() };
  for (const as of [nobody, toPrincipal("developer")]) {
    expect((await failureOf(act(name, {}, as))).code).toBe("forbidden");
    expect(events.at(-1)).toMatchObject({ name, outcome: "forbidden", tenant_id: "ten_acme" });
  }
});

const forPeople = ACTS.filter(({ needs }) => needs === "person").map(({ name }) => name);
test.each(forPeople)("no key does %s, whoever it belongs to", async (name) => {
  const { act } = await open();
  const operatorKey: Principal = { ...toPrincipal("host"), id: "prn_key_1", kind: "operator_key" };
  for (const as of ["owner", "host", operatorKey] as const) {
    const failure = await failureOf(act(name, fieldsFor(name), as));
    expect([failure.code, failure.details?.reason]).toEqual(["forbidden", "not_a_person"]);
  }
});

const forCallers = ACTS.filter(({ needs }) => needs === "caller").map(({ name }) => name);
test.each(forCallers)("nobody who is not known does %s", async (name) => {
  const { act } = await open();
  const anonymous: Principal = { ...toPrincipal("viewer"), kind: "anonymous", roles: [] };
  expect((await failureOf(act(name, fieldsFor(name), anonymous))).code).toBe("forbidden");
});

const tenantActs = ACTS.filter(({ needs }) => needs !== "operator").map(({ name }) => name);
test.each(tenantActs)(
  "an owner who names another tenant in %s learns nothing of it",
  async (name) => {
    const { act } = await open();
    const field = fieldsFor(name);
    const said = [];
    for (const tenant of ["umbra", "absent", "ten_umbra", "ten_absent"]) {
      const failure = await failureOf(act(name, { ...field, tenant }, signedIn("owner")));
      said.push(`${failure.code} ${failure.message.replace(tenant, "…")}`);
    }
    expect(new Set(said)).toEqual(new Set(['not_found There is no tenant "…" for this caller.']));
  },
);

test("an owner may name the own tenant, by id or name", async () => {
  const { act } = await open();
  for (const tenant of ["acme", "ten_acme"]) {
    expect(await act("tenants.get", { tenant })).toMatchObject({ id: "ten_acme" });
  }
});

test("whoever runs this Fairlead is told of a tenant that is not there", async () => {
  const { act } = await open();
  for (const tenant of ["absent", 5, { id: "ten_acme" }]) {
    expect((await failureOf(act("tenants.get", { tenant }, "host"))).code).toBe("not_found");
  }
});

test("knows what there is to do", async () => {
  const { act } = await open();
  expect((await failureOf(act("keys.paint"))).message).toBe("There is no keys.paint.");
});

test("names every field that is wrong, and repeats none of the values", async () => {
  const { act } = await open();
  const input = { label: 5, roles: "hunter2", colour: "hunter2" };
  const failure = await failureOf(act("invitations.create", input));
  expect(failure.code).toBe("invalid_input");
  expect(failure.message).toMatchInlineSnapshot(
    `"invitations.create: label: Invalid input: expected string, received number; roles: Invalid input: expected array, received string; roles: Too big: expected string to have <=5 characters; there is no field "colour"."`,
  );
  expect(failure.details).toEqual({ fields: ["label", "roles", "colour"] });
});

test("leaves nothing of an act that cannot be written down", async () => {
  const broken = (real: AuditLog): AuditLog => ({
    ...real,
    transaction: (work) =>
      real.transaction(async (store) => {
        await work(store);
        throw new FairleadError("upstream_unavailable", "The log is full.");
      }),
  });
  const { act, store, changes } = await open({ audit: broken });
  const acts: [string, Record<string, unknown>][] = [
    ["keys.create", { label: "ci" }],
    ["principals.create", { kind: "service", label: "s", roles: ["viewer"] }],
    ["principals.delete", { id: "prn_viewer" }],
    ["policies.create", { name: "p", text: "forbid (principal, action, resource);" }],
    ["invitations.create", { label: "Ann", roles: ["viewer"] }],
    ["tenants.delete", { confirm: "acme" }],
  ];
  for (const [name, input] of acts) {
    expect((await failureOf(act(name, input))).message).toBe("The log is full.");
  }
  expect((await store.keys.list("ten_acme", { limit: 9 })).items).toEqual([]);
  expect((await store.principals.list("ten_acme", { limit: 9 })).items).toHaveLength(5);
  expect(await store.policies.list("ten_acme")).toEqual([]);
  expect(await store.invitations.list("ten_acme")).toEqual([]);
  expect(await store.tenants.find("ten_acme")).toBeDefined();
  expect(await store.changes.last()).toBe(0);
  expect(changes).toEqual([]);
});

test("writes a change, its event and the word of it in one step", async () => {
  const { act, store, changes } = await open();
  const { id } = await act<{ id: string }>("keys.create", { label: "ci" });
  const { items } = await store.audit.list("ten_acme", { limit: 1 });
  expect(JSON.parse(items[0]?.body ?? "{}")).toMatchObject({
    name: "keys.create",
    target: { value: id },
  });
  // What was told of by the time the act was answered, without a poll.
  expect(changes.map(({ topic }) => topic)).toEqual(["key"]);
});

test("a read is written down as well", async () => {
  const { act, events } = await open();
  await act("keys.list", {}, "admin");
  expect(events).toMatchObject([{ name: "keys.list", effect: "read", outcome: "ok" }]);
});

/** An allowance that is there or not, and what was asked of it. */
function allowanceOf(isThere: boolean, refuseWrites = false) {
  const asked: { id: string; cost: number; effect: string }[] = [];
  const pay: Pay = async ({ id }, cost, effect) => {
    asked.push({ id, cost, effect });
    if (refuseWrites && effect === "write") {
      throw new FairleadError("upstream_unavailable", "Shared state is away.");
    }
    if (!isThere) throw new FairleadError("rate_limited", "Used up.");
    return { tier: "key", limit: 9, remaining: 8, reset_s: 1, degraded: false };
  };
  return { asked, pay };
}

test("takes from the caller's limit before it looks at anything", async () => {
  const { asked, pay } = allowanceOf(false);
  const { act } = await open({ pay });
  const failure = await failureOf(act("keys.create", { label: 5, tenant: "umbra" }));
  expect(failure.code).toBe("rate_limited");
  expect(asked).toEqual([{ id: "prn_owner", cost: 1, effect: "write" }]);
});

test("takes away as it reads, so that a leaked key can be revoked while shared state is away", async () => {
  const { asked, pay } = allowanceOf(true, true);
  const { act } = await open({ pay });
  expect((await failureOf(act("keys.create", { label: "ci" }))).code).toBe("upstream_unavailable");
  expect((await failureOf(act("keys.revoke", { id: "key_absent" }))).code).toBe("not_found");
  await act("keys.list");
  expect(asked.map(({ effect }) => effect)).toEqual(["write", "read", "read"]);
});

test("grants no tier that the configuration does not have", async () => {
  const { act } = await open({ tiers: ["key", "gold"] });
  const failure = await failureOf(act("tenants.create", { name: "golf", tier: "golf" }, "host"));
  expect(failure).toMatchObject({ code: "invalid_input" });
  expect(failure.message).toContain("key, gold");
  await act("tenants.create", { name: "golf", tier: "gold" }, "host");
});

/** Whatever the act asks for, so that it gets as far as the tenant. */
function fieldsFor(name: string): Record<string, unknown> {
  const fields: Record<string, Record<string, unknown>> = {
    "tenants.delete": { confirm: "umbra" },
    "principals.create": { kind: "service", label: "s", roles: ["viewer"] },
    "principals.update": { id: "prn_umbra" },
    "principals.delete": { id: "prn_umbra" },
    "invitations.create": { label: "Ann", roles: ["viewer"] },
    "invitations.delete": { id: "inv_x" },
    "keys.create": { label: "ci" },
    "keys.rotate": { id: "key_x" },
    "keys.revoke": { id: "key_x" },
    "agents.list": { id: "prn_umbra" },
    "agents.revoke": { id: "prn_umbra", public_key: "ab".repeat(32) },
    "connections.create": { connector: "harbour", label: "main" },
    "connections.update": { id: "con_x" },
    "connections.delete": { id: "con_x" },
    "policies.create": { name: "p", text: "forbid (principal, action, resource);" },
    "policies.update": { id: "pol_x" },
    "policies.delete": { id: "pol_x" },
    "plans.get": { id: "pln_x" },
    "plans.approve": { id: "pln_x" },
    "plans.deny": { id: "pln_x", reason: "no" },
    "delegations.create": { to_principal_id: "prn_x" },
    "delegations.delete": { id: "dlg_x" },
    "operations.get": { id: "opn_x" },
    "operations.cancel": { id: "opn_x" },
    "operations.settle": { id: "opn_x", outcome: "happened", note: "seen" },
  };
  return fields[name] ?? {};
}
