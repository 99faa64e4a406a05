import { hash } from "node:crypto";
import { createTestAdmin, type TestAdmin, toPrincipal } from "@fairlead/testkit/admin";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterEach, beforeEach, expect, test } from "vitest";
import { allowanceOf, DEFAULT_TIERS } from "../../limits/tiers.ts";
import type { ApiKey } from "../../storage/records.ts";

let ground: TestAdmin;

beforeEach(async () => {
  ground = await createTestAdmin();
});
afterEach(() => ground.close());

type Made = Omit<ApiKey, "hash"> & { key: string };
type Rotated = Made & { replaces: string; old_key_ends_at: number };

const DAY_MS = 86_400_000;
const create = (input: Record<string, unknown> = {}) =>
  ground.act<Made>("keys.create", { label: "ci", ...input });

test("shows a key once, and keeps its hash", async () => {
  const { key, ...shown } = await create({ roles: ["operator"] });
  expect(key).toMatch(/^fl_[A-Za-z0-9]+_[A-Za-z0-9]+$/);
  expect(shown).toMatchInlineSnapshot(`
    {
      "addresses": null,
      "created_at": 1773480600000,
      "created_by": "prn_owner",
      "expires_at": null,
      "id": "key_ehyAfTbYrHhl",
      "label": "ci",
      "last_used_at": null,
      "principal_id": "prn_b37ae13e618cd2a9af595ca5",
      "replaced_by": null,
      "revoked_at": null,
      "scopes": null,
      "tenant_id": "ten_acme",
    }
  `);
  const kept = await ground.store.keys.find(shown.id);
  expect(kept?.hash).toBe(hash("sha256", key, "hex"));
  const listed = await ground.act("keys.list");
  const secret = key.split("_")[2] ?? key;
  for (const place of [kept, listed, ground.events, ground.changes]) {
    expect(JSON.stringify(place)).not.toContain(secret);
  }
  expect(JSON.stringify(listed)).not.toContain(kept?.hash);
});

test("says in the audit whose key it is and what narrows it, and tells every replica", async () => {
  const { id, principal_id } = await create({ scopes: ["cloudways:read"], expires_in_s: 60 });
  expect(ground.events.at(-1)).toMatchObject({
    ...{ name: "keys.create", target: id, tenant_id: "ten_acme" },
    facts: { principal_id, scopes: ["cloudways:read"], expires_at: ground.clock.now() + 60_000 },
  });
  expect(ground.changes).toContainEqual(expect.objectContaining({ topic: "key", ref: id }));
});

test("makes a viewer of a service that nothing is said of", async () => {
  const { principal_id } = await create();
  expect(await ground.store.principals.find("ten_acme", principal_id)).toMatchObject({
    ...{ kind: "service", roles: ["viewer"], label: "ci" },
  });
});

test("brings no fresh allowance: what a person makes takes from that person's", async () => {
  const { principal_id } = await create();
  const made = await ground.store.principals.find("ten_acme", principal_id);
  expect(made?.owner_id).toBe("prn_owner");
  const key = await ground.act<Made>("keys.create", { tenant: "acme", label: "host's" }, "host");
  const hosts = await ground.store.principals.find("ten_acme", key.principal_id);
  expect(hosts?.owner_id).toBeNull();
});

test("callers with several keys, or a rotated one, share one bucket", async () => {
  const one = await create();
  const other = await create();
  const next = await ground.act<Rotated>("keys.rotate", { id: one.id });
  const { principals, tenants } = ground.store;
  const tenant = await tenants.find("ten_acme");
  const owner = await principals.find("ten_acme", "prn_owner");
  const buckets = [];
  for (const { principal_id } of [one, other, next]) {
    const principal = await principals.find("ten_acme", principal_id);
    if (principal === undefined || tenant === undefined) throw new Error("It is not there.");
    expect(principal.owner_id).toBe(owner?.id);
    buckets.push(allowanceOf(principal, owner, tenant, DEFAULT_TIERS));
  }
  expect(new Set(buckets.map(({ key }) => key))).toEqual(new Set(["calls ten_acme prn_owner"]));
  expect(buckets[0]?.bucket.capacity).toBe(1_000);
});

test("acts as a principal there is", async () => {
  const { principal_id } = await create({ principal_id: "prn_viewer" });
  expect(principal_id).toBe("prn_viewer");
  const both = await failureOf(create({ principal_id: "prn_viewer", roles: ["viewer"] }));
  expect(both.message).toBe("Give roles, or a principal that has some; not both.");
});

test.each([
  ["nothing", { label: undefined }, "label is missing"],
  ["a scope there is not", { scopes: ["everything"] }, "scopes.0: has to be a scope such as"],
  ["an address that is none", { addresses: ["10.0.0.0/99"] }, "addresses.0"],
  ["an expiry that is past", { expires_in_s: 0 }, "expires_in_s"],
  ["an expiry that is no number", { expires_in_s: "soon" }, "expires_in_s"],
  [
    "an id of another kind",
    { principal_id: "ten_acme" },
    "principal_id: has to be an id such as prn_…",
  ],
])("refuses %s", async (_what, input, words) => {
  const failure = await failureOf(create(input));
  expect(failure.code).toBe("invalid_input");
  expect(failure.message).toContain(words);
});

test.each(["viewer", "operator", "developer"] as const)("a %s manages no keys", async (role) => {
  const { id } = await create();
  const acts: [string, Record<string, unknown>][] = [
    ["keys.create", { label: "mine" }],
    ["keys.list", {}],
    ["keys.rotate", { id }],
    ["keys.revoke", { id }],
  ];
  for (const [name, input] of acts) {
    expect(await failureOf(ground.act(name, input, role))).toMatchObject({
      ...{ code: "forbidden", details: { scope: "fairlead:admin" } },
    });
  }
});

test("an administrator makes, rotates and revokes no owner's key", async () => {
  const owners = await create({ principal_id: "prn_owner" });
  const acts: [string, Record<string, unknown>][] = [
    ["keys.create", { label: "up", roles: ["owner"] }],
    ["keys.create", { label: "up", principal_id: "prn_owner" }],
    ["keys.rotate", { id: owners.id }],
    ["keys.revoke", { id: owners.id }],
  ];
  for (const [name, input] of acts) {
    expect((await failureOf(ground.act(name, input, "admin"))).code).toBe("forbidden");
  }
});

test("a narrowed administrator gives no more than is left", async () => {
  const admin = { ...toPrincipal("admin"), scopes: new Set(["fairlead:admin", "cloudways:read"]) };
  const wide = await failureOf(ground.act("keys.create", { label: "w", roles: ["viewer"] }, admin));
  expect(wide).toMatchObject({ code: "forbidden", details: { scope: "*:read" } });
  await ground.act(
    "keys.create",
    { label: "n", roles: ["viewer"], scopes: ["cloudways:read"] },
    admin,
  );
});

test("the old key goes on for the overlap, and no longer", async () => {
  const old = await create();
  const next = await ground.act<Rotated>("keys.rotate", { id: old.id, overlap_s: 60 });
  const end = ground.clock.now() + 60_000;
  expect(next).toMatchObject({ replaces: old.id, old_key_ends_at: end, expires_at: null });
  expect(next.principal_id).toBe(old.principal_id);
  expect(next.key).not.toBe(old.key);
  const kept = await ground.store.keys.find(old.id);
  expect(kept).toMatchObject({ replaced_by: next.id, expires_at: end, revoked_at: null });
  expect(ground.changes.filter(({ topic }) => topic === "key").map(({ ref }) => ref)).toEqual([
    ...[old.id, old.id, next.id],
  ]);
});

test("a key that would have ended sooner still does", async () => {
  const old = await create({ expires_in_s: 30 });
  const next = await ground.act<Rotated>("keys.rotate", { id: old.id });
  expect(next.old_key_ends_at).toBe(old.expires_at);
});

test("the new key is narrowed as the old one, and made for as long", async () => {
  const narrowed = { scopes: ["cloudways:read"], addresses: ["10.0.0.0/8"], expires_in_s: 3_600 };
  const old = await create(narrowed);
  ground.clock.advance(1_800_000);
  const next = await ground.act<Rotated>("keys.rotate", { id: old.id });
  expect(next).toMatchObject({ scopes: old.scopes, addresses: old.addresses });
  expect(next.expires_at).toBe(ground.clock.now() + 3_600_000);
});

test("a key is rotated once, also when two do it at once", async () => {
  const { id } = await create();
  const ends = await Promise.allSettled([
    ground.act("keys.rotate", { id }),
    ground.act("keys.rotate", { id }),
  ]);
  expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const again = await failureOf(ground.act("keys.rotate", { id }));
  expect(again.code).toBe("conflict");
  expect(again.message).toMatch(/was rotated before, to key_/);
});

test("a key that ended is not brought back by a rotation", async () => {
  const revoked = await create();
  await ground.act("keys.revoke", { id: revoked.id });
  const lapsed = await create({ expires_in_s: 1 });
  ground.clock.advance(1_000);
  for (const { id } of [revoked, lapsed]) {
    const failure = await failureOf(ground.act("keys.rotate", { id }));
    expect(failure.message).toBe(`${id} has ended. Create a new key instead.`);
  }
});

test("no overlap ends the old key at once", async () => {
  const { id } = await create();
  await ground.act("keys.rotate", { id, overlap_s: 0 });
  expect((await ground.store.keys.find(id))?.expires_at).toBe(ground.clock.now());
});

test.each([-1, 30 * DAY_MS, 1.5, "a while"])("there is no overlap of %j", async (overlap_s) => {
  const { id } = await create();
  const failure = await failureOf(ground.act("keys.rotate", { id, overlap_s }));
  expect(failure.message).toContain("overlap_s");
});

test("revoking a key a second time changes nothing about when", async () => {
  const { id } = await create();
  const first = await ground.act<ApiKey>("keys.revoke", { id });
  expect(first.revoked_at).toBe(ground.clock.now());
  ground.clock.advance(5_000);
  expect(await ground.act("keys.revoke", { id })).toMatchObject({ revoked_at: first.revoked_at });
});

test("a revocation outlives a rotation at the same moment", async () => {
  const { id } = await create();
  await Promise.allSettled([ground.act("keys.rotate", { id }), ground.act("keys.revoke", { id })]);
  expect((await ground.store.keys.find(id))?.revoked_at).not.toBeNull();
});

test("another tenant's key is the same as none", async () => {
  const theirs = await ground.act<Made>("keys.create", { tenant: "umbra", label: "x" }, "host");
  for (const name of ["keys.rotate", "keys.revoke"]) {
    const messages = [];
    for (const id of [theirs.id, "key_absent"]) {
      const failure = await failureOf(ground.act(name, { id }));
      messages.push(`${failure.code} ${failure.message.replace(id, "…")}`);
    }
    expect(messages[0]).toBe("not_found There is no key … in this tenant.");
    expect(messages[1]).toBe(messages[0]);
  }
  expect(await ground.act("keys.list")).toMatchObject({ items: [] });
});

test.each(["::10.0.0.1", "::ffff:10.0.0.0/40", "10.0.0.0/33", "somewhere"])(
  "refuses an address that no list can be made of: %s",
  async (address) => {
    const { code } = await failureOf(create({ addresses: ["10.0.0.0/8", address] }));
    expect(code).toBe("invalid_input");
  },
);
