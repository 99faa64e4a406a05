import { createCipheriv, createHmac } from "node:crypto";
import { cloudways } from "@fairlead/cloudways/connector";
import { createAdmin } from "@fairlead/core/admin/admin";
import { createAuditLog } from "@fairlead/core/audit/audit-log";
import { LOCAL_TENANT } from "@fairlead/core/identity/principal";
import { SILENT } from "@fairlead/core/ports";
import { createChangeFeed } from "@fairlead/core/storage/change-feed";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import { openCredential } from "@fairlead/core/vault/credential";
import type { MasterKeys } from "@fairlead/core/vault/master-key";
import { openVault } from "@fairlead/core/vault/open-vault";
import { createManualClock } from "@fairlead/testkit/clock";
import { masterKeyOf } from "@fairlead/testkit/contracts/test-vault";
import { failureOf } from "@fairlead/testkit/failure-of";
import { seededRandom } from "@fairlead/testkit/random";
import { afterEach, describe, expect, test } from "vitest";
import { requireTenant, rotateMaster, rotateTenant, statusOf } from "./acts.ts";
import { importFernet } from "./import-fernet.ts";

const ACME = "ten_acme";
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function setUp(masterKeys: MasterKeys = { current: masterKeyOf(1), others: [] }) {
  const clock = createManualClock();
  const random = seededRandom();
  const store = await createSqliteStore(":memory:", { clock });
  const shared = createMemoryShared(clock);
  const changes = await createChangeFeed(store, shared, clock, SILENT);
  const vault = await openVault({ store, clock, random, changes, masterKeys, logger: SILENT });
  const audit = createAuditLog({
    ...{ store, shared, clock, random, processId: "p", derive: vault.derive, logger: SILENT },
  });
  const admin = createAdmin({
    ...{ store, vault, audit, changes, clock, random, connectors: [cloudways] },
  });
  closing.push(
    () => store.close(),
    () => changes.close(),
    () => vault.close(),
    () => audit.close(),
  );
  await store.tenants.insert({
    ...{ id: ACME, name: "acme", status: "active", tier: null, repository: null },
    created_at: clock.now(),
  });
  const auditText = async (tenant_id: string) => {
    const { items } = await store.audit.list(tenant_id, { limit: 100 });
    return items.map(({ body }) => body).join("\n");
  };
  return { store, vault, audit, admin, clock, auditText };
}

describe("rotating a tenant's key", () => {
  test("is audited with the tenant it is about", async () => {
    const state = await setUp();
    await state.vault.seal(ACME, "x", Buffer.from("pier 7"));
    const { key_id } = await rotateTenant(state, "acme");
    expect(key_id).toMatch(/^dek_2_/);
    expect(await state.auditText(ACME)).toContain("vault.rotate_tenant");
  });

  test("takes a tenant by name, by id, or by the keys it has, and no other", async () => {
    const { store, vault } = await setUp();
    expect(await requireTenant(store, "acme")).toBe(ACME);
    expect(await requireTenant(store, ACME)).toBe(ACME);
    await vault.seal("ten_derived", "x", Buffer.from("x"));
    expect(await requireTenant(store, "ten_derived")).toBe("ten_derived");
    expect((await failureOf(requireTenant(store, "ten_system"))).code).toBe("not_found");
    expect((await failureOf(requireTenant(store, "nobody"))).code).toBe("not_found");
  });
});

test("rotating the master key is audited when it begins and when it has ended", async () => {
  const state = await setUp({ current: masterKeyOf(1), others: [masterKeyOf(2)] });
  await state.vault.seal(ACME, "x", Buffer.from("pier 7"));
  await state.vault.rotateMaster(masterKeyOf(2));
  expect((await statusOf(state)).keys_under_others).toBe(2);
  const rotation = await rotateMaster(state);
  expect(rotation).toEqual({ master_key_id: masterKeyOf(1).id, rewrapped: 2, failed: [] });
  expect((await statusOf(state)).keys_under_others).toBe(0);
  const log = await state.auditText(LOCAL_TENANT);
  expect(log).toMatch(/"rewrapped":\{[^}]*"value":2\}/);
  expect(log).toMatch(/"stage":\{[^}]*"value":"ended"\}/);
  expect(log).toMatch(/"stage":\{[^}]*"value":"begun"\}/);
});

test("the status tells ids and never a key", async () => {
  const state = await setUp();
  await state.vault.seal(ACME, "x", Buffer.from("pier 7"));
  const [key] = await state.store.dataKeys.list(ACME);
  const status = await statusOf(state, "acme");
  expect(status).toEqual({
    master_key_id: masterKeyOf(1).id,
    other_master_key_ids: [],
    keys_under_others: 0,
    keys: [
      {
        ...{ id: key?.id, master_key_id: masterKeyOf(1).id, created_at: key?.created_at },
        active: true,
      },
    ],
  });
  expect(JSON.stringify(status)).not.toContain(key?.wrapped ?? "none");
});

const FERNET_KEY = Buffer.alloc(32, 5);
const OTHER_KEY = Buffer.alloc(32, 6);

/** As Python's cryptography writes it. */
function fernet(text: string, sealedAt: number, key = FERNET_KEY): string {
  const head = Buffer.alloc(9);
  head.writeUInt8(0x80);
  head.writeBigUInt64BE(BigInt(Math.floor(sealedAt / 1_000)), 1);
  const iv = Buffer.alloc(16, 9);
  const cipher = createCipheriv("aes-128-cbc", key.subarray(16), iv);
  const signed = Buffer.concat([head, iv, cipher.update(text), cipher.final()]);
  const mac = createHmac("sha256", key.subarray(0, 16)).update(signed).digest();
  const base64 = Buffer.concat([signed, mac]).toString("base64");
  return base64.replaceAll("+", "-").replaceAll("/", "_");
}

/** What the original server lays under `customer:{id}`. */
function customer(email: string, apiKey: string, sealedAt = 1_000_000, key = FERNET_KEY) {
  return {
    customer_id: "customer_0123456789abcdef",
    email,
    cloudways_email: email,
    encrypted_api_key: fernet(apiKey, sealedAt, key),
    created_at: "2026-03-14T09:30:00+00:00",
    last_seen: "2026-03-14T09:30:00+00:00",
  };
}

describe("importing customers of the original server", () => {
  const options = { tenant: "acme", keys: [FERNET_KEY] };

  test("makes a sealed connection of each account, audited, under its e-mail", async () => {
    const state = await setUp();
    const text = [
      JSON.stringify(customer("Ann@Acme.example", "ann-key")),
      JSON.stringify(customer("bob@acme.example", "bob-key")),
    ].join("\n");
    const lines = await importFernet(state, { ...options, text });
    expect(lines.map(({ outcome, label }) => [outcome, label])).toEqual([
      ["created", "ann@acme.example"],
      ["created", "bob@acme.example"],
    ]);
    const [ann] = await state.store.connections.list(ACME, "cloudways");
    if (ann === undefined) throw new Error("There is no connection.");
    const { fields } = await openCredential(state.vault, ann);
    expect(fields.email?.reveal()).toBe("ann@acme.example");
    expect(fields.api_key?.reveal()).toBe("ann-key");
    expect(JSON.stringify(ann)).not.toContain("ann-key");
    const log = await state.auditText(ACME);
    expect(log).toContain("connections.create");
    expect(log).not.toContain("ann-key");
  });

  test("changes nothing when it is run again", async () => {
    const state = await setUp();
    const text = JSON.stringify(customer("ann@acme.example", "ann-key"));
    await importFernet(state, { ...options, text });
    const before = await state.store.connections.list(ACME);
    const lines = await importFernet(state, { ...options, text });
    expect(lines).toEqual([
      {
        ...{ line: 1, outcome: "unchanged", label: "ann@acme.example" },
        connection_id: before[0]?.id,
      },
    ]);
    expect(await state.store.connections.list(ACME)).toEqual(before);
  });

  test("leaves a connection with another key alone, unless it is to be replaced", async () => {
    const state = await setUp();
    const first = JSON.stringify(customer("ann@acme.example", "old-key"));
    await importFernet(state, { ...options, text: first });
    const text = JSON.stringify(customer("ann@acme.example", "new-key"));
    const keyNow = async () => {
      const [row] = await state.store.connections.list(ACME);
      if (row === undefined) throw new Error("There is no connection.");
      return (await openCredential(state.vault, row)).fields.api_key?.reveal();
    };
    expect(await importFernet(state, { ...options, text })).toMatchObject([{ outcome: "differs" }]);
    expect(await keyNow()).toBe("old-key");
    expect(await importFernet(state, { ...options, text, replace: true })).toMatchObject([
      { outcome: "updated" },
    ]);
    expect(await keyNow()).toBe("new-key");
  });

  test("takes the newest of several records of one account, wherever it stands", async () => {
    const state = await setUp();
    const text = [
      JSON.stringify(customer("ann@acme.example", "newest", 3_000_000)),
      JSON.stringify(customer("ann@acme.example", "oldest", 1_000_000)),
    ].join("\n");
    const lines = await importFernet(state, { ...options, text });
    expect(lines.map(({ outcome }) => outcome)).toEqual(["created", "older"]);
    const [row] = await state.store.connections.list(ACME);
    if (row === undefined) throw new Error("There is no connection.");
    expect((await openCredential(state.vault, row)).fields.api_key?.reveal()).toBe("newest");
  });

  test("writes nothing in a dry run", async () => {
    const state = await setUp();
    const text = JSON.stringify(customer("ann@acme.example", "ann-key"));
    const lines = await importFernet(state, { ...options, text, dryRun: true });
    expect(lines).toMatchObject([{ outcome: "created" }]);
    expect(await state.store.connections.list(ACME)).toEqual([]);
  });

  test("reads records in the forms that exports have", async () => {
    const state = await setUp();
    const value = (name: string) => customer(`${name}@acme.example`, `${name}-key`);
    const text = [
      JSON.stringify({ key: "customer:1", value: JSON.stringify(value("a")), ttl: 3000 }),
      JSON.stringify({ key: "customer:2", value: value("b") }),
      `customer:customer_3\t${JSON.stringify(value("c"))}`,
      JSON.stringify(JSON.stringify(value("d"))),
      JSON.stringify({ email: "e@acme.example", api_key: fernet("e-key", 1_000) }),
      JSON.stringify({
        encrypted_email: fernet("f@acme.example", 1_000),
        encrypted_api_key: fernet("f-key", 1_000),
      }),
      JSON.stringify({ key: "token:customer_3", value: fernet("token", 1_000) }),
      `rate_limit:customer_3\t{"tokens":3}`,
      "",
    ].join("\r\n");
    const lines = await importFernet(state, { ...options, text });
    expect(lines.map(({ outcome, label }) => `${outcome} ${label}`)).toEqual(
      ["a", "b", "c", "d", "e", "f"].map((name) => `created ${name}@acme.example`),
    );
  });

  test("opens with whichever of the keys fits", async () => {
    const state = await setUp();
    const text = JSON.stringify(customer("ann@acme.example", "ann-key", 1_000, OTHER_KEY));
    const keys = [FERNET_KEY, OTHER_KEY];
    expect(await importFernet(state, { ...options, text, keys })).toMatchObject([
      { outcome: "created" },
    ]);
  });

  test("says of each bad record what is wrong, repeats none of it, and goes on", async () => {
    const state = await setUp();
    const text = [
      "not json with hunter2",
      JSON.stringify({ email: "ann@acme.example" }),
      JSON.stringify(customer("bob@acme.example", "hunter2", 1_000, OTHER_KEY)),
      JSON.stringify({ email: "eve@acme.example", api_key: "hunter2 in the clear" }),
      JSON.stringify(customer("no address", "hunter2")),
      `{"email":"${"x".repeat(70_000)}"}`,
      JSON.stringify(customer("ann@acme.example", "ann-key")),
    ].join("\n");
    const lines = await importFernet(state, { ...options, text });
    expect(lines.map(({ line, outcome }) => `${line} ${outcome}`)).toEqual([
      ...["1 failed", "2 failed", "3 failed", "4 failed", "5 failed", "6 failed", "7 created"],
    ]);
    expect(lines[2]?.why).toBe("its API key is not sealed with this key");
    expect(lines[3]?.why).toBe("its API key is not sealed by Fernet");
    expect(JSON.stringify(lines)).not.toContain("hunter2");
  });

  test("asks for a tenant that there is", async () => {
    const state = await setUp();
    const text = JSON.stringify(customer("ann@acme.example", "ann-key"));
    const error = await failureOf(importFernet(state, { ...options, tenant: "nobody", text }));
    expect(error.code).toBe("not_found");
  });
});
