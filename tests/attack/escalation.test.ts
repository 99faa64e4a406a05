import { ACTS } from "@fairlead/core/admin/acts";
import { bearer, type Caller } from "@fairlead/testkit/caller";
import {
  createKey,
  type Installation,
  type NewKey,
  startInstallation,
} from "@fairlead/testkit/installation";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exampleOf } from "./src/example.ts";

let installation: Installation;
let serial = 0;

beforeAll(async () => {
  installation = await startInstallation();
});

afterAll(async () => {
  await installation?.close();
});

/** A tenant of its own for each test, with a key for each role. */
async function createTenant() {
  serial += 1;
  const name = `tenant-${serial}`;
  const { id } = await installation.operator.act<{ id: string }>("POST", "/api/tenants", { name });
  const keyFor = (role: string, more = {}) =>
    createKey(installation, name, { label: role, roles: [role], ...more });
  const owner = await keyFor("owner");
  const admin = await keyFor("admin");
  return { id, name, keyFor, owner, admin };
}

const as = ({ key }: { key: string }): Caller => installation.as(bearer(key));

/** Whether the key may do what only an owner may: the refusal of a wrong confirmation comes after that of the right. */
async function isOwner(key: { key: string }): Promise<boolean> {
  const { json } = await as(key).rest("DELETE", "/api/tenant", { confirm: "not its name" });
  return json.code === "consent_required";
}

test("an owner's key is known by what only an owner may do", async () => {
  const { owner, admin } = await createTenant();
  expect(await isOwner(owner)).toBe(true);
  expect(await isOwner(admin)).toBe(false);
});

describe("an administrator gets no more than an administrator has", () => {
  test("by creating a key with the role owner", async () => {
    const { admin } = await createTenant();
    const answer = await as(admin).rest("POST", "/api/keys", { label: "mine", roles: ["owner"] });
    expect(answer).toMatchObject({ status: 403, json: { code: "forbidden" } });
  });

  test("by creating a key of an owner's principal", async () => {
    const { admin, owner } = await createTenant();
    const { principal_id } = owner;
    const answer = await as(admin).rest("POST", "/api/keys", { label: "mine", principal_id });
    expect(answer).toMatchObject({ status: 403, json: { code: "forbidden" } });
  });

  test("by rotating an owner's key", async () => {
    const { admin, owner } = await createTenant();
    const answer = await as(admin).rest("POST", `/api/keys/${owner.id}/rotate`, {});
    expect(answer).toMatchObject({ status: 403, json: { code: "forbidden" } });
    expect(answer.text).not.toContain("fl_");
  });

  test("by revoking an owner's key", async () => {
    const { admin, owner } = await createTenant();
    const answer = await as(admin).rest("DELETE", `/api/keys/${owner.id}`);
    expect(answer).toMatchObject({ status: 403, json: { code: "forbidden" } });
    expect(await isOwner(owner)).toBe(true);
  });

  test("by inviting an owner", async () => {
    const { admin } = await createTenant();
    const body = { label: "me", roles: ["owner"] };
    expect((await as(admin).rest("POST", "/api/invitations", body)).status).toBe(403);
  });

  test("by making a principal, or itself, an owner", async () => {
    const { admin } = await createTenant();
    const made = { kind: "service", label: "me", roles: ["owner"] };
    expect((await as(admin).rest("POST", "/api/principals", made)).status).toBe(403);
    const path = `/api/principals/${admin.principal_id}`;
    expect((await as(admin).rest("PATCH", path, { roles: ["owner"] })).status).toBe(403);
    expect(await isOwner(admin)).toBe(false);
  });

  test("by changing, disabling or deleting an owner", async () => {
    const { admin, owner } = await createTenant();
    const path = `/api/principals/${owner.principal_id}`;
    for (const body of [{ roles: ["viewer"] }, { status: "disabled" }, { label: "x" }]) {
      expect((await as(admin).rest("PATCH", path, body)).status).toBe(403);
    }
    expect((await as(admin).rest("DELETE", path)).status).toBe(403);
    expect(await isOwner(owner)).toBe(true);
  });

  test("by granting itself a tier", async () => {
    const { admin } = await createTenant();
    const path = `/api/principals/${admin.principal_id}`;
    expect((await as(admin).rest("PATCH", path, { tier: "open_source" })).status).toBe(403);
    const body = { kind: "service", label: "x", roles: ["viewer"], tier: "key" };
    expect((await as(admin).rest("POST", "/api/principals", body)).status).toBe(403);
    expect((await as(admin).rest("PATCH", "/api/tenant", { tier: "key" })).status).toBe(403);
  });
});

describe("a key that was narrowed makes no key that is wider", () => {
  const narrow = { scopes: ["fairlead:admin"] };

  test("of its own principal", async () => {
    const { keyFor } = await createTenant();
    const key = await keyFor("owner", narrow);
    expect(await isOwner(key)).toBe(false);
    const { principal_id } = key;
    const answer = await as(key).rest("POST", "/api/keys", { label: "wider", principal_id });
    if (answer.status === 201) expect(await isOwner(answer.json.data as NewKey)).toBe(false);
    else expect(answer).toMatchObject({ status: 403, json: { code: "forbidden" } });
  });

  test("of a new service with its principal's role", async () => {
    const { keyFor } = await createTenant();
    const key = await keyFor("owner", narrow);
    const answer = await as(key).rest("POST", "/api/keys", { label: "wider", roles: ["owner"] });
    if (answer.status === 201) expect(await isOwner(answer.json.data as NewKey)).toBe(false);
    else expect(answer).toMatchObject({ status: 403, json: { code: "forbidden" } });
  });

  test("by rotating a wider one", async () => {
    const { keyFor, owner } = await createTenant();
    const key = await keyFor("owner", narrow);
    const answer = await as(key).rest("POST", `/api/keys/${owner.id}/rotate`, {});
    expect(answer).toMatchObject({ status: 403, json: { code: "forbidden" } });
  });

  test("by inviting somebody wider", async () => {
    const { keyFor } = await createTenant();
    const key = await keyFor("owner", narrow);
    const body = { label: "me", roles: ["owner"] };
    expect((await as(key).rest("POST", "/api/invitations", body)).status).toBe(403);
  });
});

test("a key that ends is not rotated into one that does not", async () => {
  const { keyFor, owner } = await createTenant();
  const soon = await keyFor("viewer", { expires_in_s: 3_600 });
  const rotated = await as(owner).act<{ expires_at: number }>(
    "POST",
    `/api/keys/${soon.id}/rotate`,
  );
  expect(rotated.expires_at).toBeLessThanOrEqual(Date.now() + 3_600_000);
  expect(rotated.expires_at).toBeGreaterThan(Date.now());
});

describe("no role below administrator may do any act", () => {
  const roles = ["viewer", "operator", "developer"];

  // What anybody may do shows and changes nothing but one's own; the tests of the acts see to that.
  const acts = ACTS.filter(({ needs }) => needs !== "caller");
  test.each(acts.map((act) => [act.name, act] as const))("%s", async (_name, act) => {
    const { keyFor } = await sharedTenant();
    const { method, path, body } = exampleOf(act);
    for (const role of roles) {
      const answer = await as(await keyFor(role)).rest(method, path, body);
      expect(answer).toMatchObject({ status: 403, json: { code: "forbidden" } });
    }
  });

  test.each(
    ACTS.filter(({ needs }) => needs === "operator").map((act) => [act.name, act] as const),
  )("an owner may not do what is the operator's: %s", async (_name, act) => {
    const { owner } = await sharedTenant();
    const { method, path, body } = exampleOf(act);
    const answer = await as(owner).rest(method, path, body);
    expect(answer).toMatchObject({ status: 403, json: { code: "forbidden" } });
  });

  let shared: ReturnType<typeof createTenant> | undefined;
  const sharedTenant = () => {
    shared ??= createTenant();
    return shared;
  };
});

describe("what was taken away stays away", () => {
  test("a disabled principal's keys are refused, and an administrator's reach with them", async () => {
    const { owner, admin } = await createTenant();
    expect((await as(admin).rest("GET", "/api/keys")).status).toBe(200);
    const path = `/api/principals/${admin.principal_id}`;
    await as(owner).act("PATCH", path, { status: "disabled" });
    expect(await as(admin).rest("GET", "/api/keys")).toMatchObject({ status: 403 });
    expect(await as(admin).rest("PATCH", path, { status: "active" })).toMatchObject({
      status: 403,
    });
    expect((await as(admin).modern("tools/list")).status).toBe(403);
  });

  test("a disabled tenant's keys are refused, its owners' too", async () => {
    const { owner, name } = await createTenant();
    expect((await as(owner).rest("GET", "/api/tenant")).status).toBe(200);
    await installation.operator.act("PATCH", `/api/tenant?tenant=${name}`, { status: "disabled" });
    expect((await as(owner).rest("GET", "/api/tenant")).status).toBe(403);
    expect((await as(owner).rest("DELETE", "/api/tenant", { confirm: name })).status).toBe(403);
    expect((await as(owner).modern("tools/list")).status).toBe(403);
  });

  test("the last owner cannot be taken away, by any of the ways", async () => {
    const { owner } = await createTenant();
    const path = `/api/principals/${owner.principal_id}`;
    const attempts = [
      () => as(owner).rest("DELETE", path),
      () => as(owner).rest("PATCH", path, { status: "disabled" }),
      () => as(owner).rest("PATCH", path, { roles: ["admin"] }),
    ];
    for (const attempt of attempts) {
      expect(await attempt()).toMatchObject({ status: 409, json: { code: "conflict" } });
    }
    expect(await isOwner(owner)).toBe(true);
  });

  test("a deleted tenant's keys are nobody's", async () => {
    const { owner, name } = await createTenant();
    await as(owner).act("DELETE", "/api/tenant", { confirm: name });
    const answer = await as(owner).rest("GET", "/api/tenant");
    expect([401, 403]).toContain(answer.status);
  });
});

test("a key with narrowed scopes calls nothing beyond them, on any surface", async () => {
  const { keyFor } = await createTenant();
  const key = await keyFor("owner", { scopes: ["cloudways:read"] });
  expect((await as(key).rest("GET", "/api/keys")).status).toBe(403);
  expect((await as(key).rest("GET", "/api/audit")).status).toBe(403);
  expect((await as(key).rest("DELETE", "/api/tenant", { confirm: "x" })).status).toBe(403);
  expect((await as(key).rest("GET", "/metrics")).status).toBe(200); // loopback only: the operator's own machine
  const other = await keyFor("owner", { scopes: ["rocketnet:read"] });
  const { json } = await as(other).modern("tools/list");
  expect((json.result as { tools: unknown[] }).tools).toEqual([]);
  const called = await as(other).call("cloudways_ping");
  expect(called.text).toMatch(/needs the scope cloudways:read/);
});

test("a key from an address that is not its own is refused, whatever it says of its address", async () => {
  const { keyFor } = await createTenant();
  const key = await keyFor("viewer", { addresses: ["192.0.2.0/24"] });
  for (const headers of [
    {},
    { "X-Forwarded-For": "192.0.2.7" },
    { Forwarded: "for=192.0.2.7" },
    { "X-Real-IP": "192.0.2.7" },
    { "X-Client-IP": "192.0.2.7", "True-Client-IP": "192.0.2.7", "CF-Connecting-IP": "192.0.2.7" },
  ]) {
    const caller = installation.as({ ...bearer(key.key), ...headers });
    const answer = await caller.modern("tools/list");
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain("192.0.2");
  }
});
