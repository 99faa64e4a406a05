import { createTestAdmin, type TestAdmin } from "@fairlead/testkit/admin";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Tenant } from "../../storage/records.ts";

let ground: TestAdmin;

beforeEach(async () => {
  ground = await createTestAdmin();
});
afterEach(() => ground.close());

const create = (input: Record<string, unknown>) =>
  ground.act<Tenant>("tenants.create", input, "host");

test("creates a tenant, and says so in the audit", async () => {
  const tenant = await create({ name: "hooli" });
  expect(tenant).toMatchInlineSnapshot(`
    {
      "created_at": 1773480600000,
      "id": "ten_6669b8482999dfdcef11e5e9",
      "name": "hooli",
      "repository": null,
      "status": "active",
      "tier": null,
    }
  `);
  expect(await ground.store.tenants.find(tenant.id)).toEqual(tenant);
  expect(ground.events.at(-1)).toMatchObject({
    ...{ name: "tenants.create", outcome: "ok", target: tenant.id, tenant_id: "ten_local" },
    facts: { name: "hooli", tier: null },
  });
});

test.each(["tenants.create", "tenants.list", "tenants.update"])(
  "leaves %s to whoever runs this Fairlead",
  async (name) => {
    const failure = await failureOf(ground.act(name, { name: "hooli" }, "owner"));
    expect(failure).toMatchObject({ code: "forbidden" });
    expect(failure.message).toContain("whoever runs this Fairlead");
  },
);

test("takes no name twice", async () => {
  expect((await failureOf(create({ name: "acme" }))).code).toBe("conflict");
});

test.each(["", "Acme", "-acme", "a".repeat(64), "ac me"])(
  "takes no name such as %j",
  async (name) => {
    const failure = await failureOf(create({ name }));
    expect(failure.code).toBe("invalid_input");
    expect(failure.message).toMatch(/^tenants\.create: name: has to be lower-case letters/);
  },
);

test("grants the tier of open-source projects for a repository only", async () => {
  const tier = "open_source";
  const failure = await failureOf(create({ name: "hooli", tier }));
  expect(failure.message).toContain("Name it: repository=https://");
  const repository = "https://github.com/hooli/nucleus";
  expect(await create({ name: "hooli", tier, repository })).toMatchObject({ tier, repository });
  const withdrawn = { tenant: "hooli", repository: null };
  expect((await failureOf(ground.act("tenants.update", withdrawn, "host"))).code).toBe(
    "invalid_input",
  );
  const revoked = { tenant: "hooli", tier: null, repository: null };
  expect(await ground.act("tenants.update", revoked, "host")).toMatchObject({ tier: null });
});

test("lists tenants a page at a time", async () => {
  type Page = { items: Tenant[]; next_cursor: string | null };
  const first = await ground.act<Page>("tenants.list", { limit: 2 }, "host");
  const second = await ground.act<Page>(
    "tenants.list",
    { limit: "2", cursor: first.next_cursor },
    "host",
  );
  const names = [...first.items, ...second.items].map(({ name }) => name);
  expect(names.sort()).toEqual(["acme", "local", "umbra"]);
  expect(second.next_cursor).toBeNull();
});

test("shows an administrator the tenant, and nobody below", async () => {
  expect(await ground.act("tenants.get", {}, "admin")).toMatchObject({ id: "ten_acme" });
  expect((await failureOf(ground.act("tenants.get", {}, "developer"))).code).toBe("forbidden");
});

test("disables a tenant and tells every replica", async () => {
  const input = { tenant: "acme", status: "disabled" };
  expect(await ground.act("tenants.update", input, "host")).toMatchObject({ status: "disabled" });
  expect(ground.changes).toMatchObject([
    { tenant_id: "ten_acme", topic: "tenant", ref: "ten_acme" },
  ]);
});

test("changes only what was named", async () => {
  await ground.act("tenants.update", { tenant: "acme", tier: "gold" }, "host");
  const changed = await ground.act("tenants.update", { tenant: "acme", name: "acme-2" }, "host");
  expect(changed).toMatchObject({ name: "acme-2", tier: "gold", status: "active" });
});

test("neither disables nor deletes the tenant of whoever runs it", async () => {
  const disable = ground.act("tenants.update", { status: "disabled" }, "host");
  expect((await failureOf(disable)).message).toBe("The local tenant cannot be disabled.");
  const remove = ground.act("tenants.delete", { confirm: "local" }, "host");
  expect((await failureOf(remove)).message).toBe("The local tenant cannot be deleted.");
});

test("deletes a tenant by its owner, who wrote out its name", async () => {
  const asked = await failureOf(ground.act("tenants.delete", { confirm: "acme!" }));
  expect(asked.code).toBe("consent_required");
  expect((await failureOf(ground.act("tenants.delete", { confirm: "acme" }, "admin"))).code).toBe(
    "forbidden",
  );
  expect(await ground.store.tenants.find("ten_acme")).toBeDefined();

  expect(await ground.act("tenants.delete", { confirm: "acme" })).toEqual({ deleted: "ten_acme" });
  expect(await ground.store.tenants.find("ten_acme")).toBeUndefined();
  expect(ground.changes.map(({ topic }) => topic)).toEqual(["tenant", "vault"]);
});

test("leaves nothing of a deleted tenant that opens what it had sealed", async () => {
  const sealed = await ground.vault.seal("ten_acme", "connection con_1", Buffer.from("pier 7"));
  const kept = await ground.vault.seal("ten_umbra", "connection con_2", Buffer.from("pier 8"));
  await ground.act("tenants.delete", { confirm: "acme" });
  expect(await ground.store.dataKeys.list("ten_acme")).toEqual([]);
  const failure = await failureOf(ground.vault.open("ten_acme", "connection con_1", sealed));
  expect(failure.message).not.toContain("pier 7");
  expect((await ground.vault.open("ten_umbra", "connection con_2", kept)).toString()).toBe(
    "pier 8",
  );
});

test("keeps the audit of a deleted tenant", async () => {
  await ground.act("keys.create", { label: "ci" });
  await ground.act("tenants.delete", { confirm: "acme" });
  const { items } = await ground.store.audit.list("ten_acme", { limit: 10 });
  const names = items.map(({ body }) => JSON.parse(body).name);
  expect(names.slice(0, 2)).toEqual(["tenants.delete", "keys.create"]);
});
