import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import { bearer, type Caller } from "@fairlead/testkit/caller";
import { createKey, type Installation, startInstallation } from "@fairlead/testkit/installation";
import { afterAll, beforeAll, expect, test } from "vitest";
import { probe } from "./src/probe.ts";

const directory = mkdtempSync(join(tmpdir(), "fairlead-attack-"));
let installation: Installation;
let store: Store;
let serial = 0;

beforeAll(async () => {
  installation = await startInstallation({
    environment: { FAIRLEAD_STATE: directory },
    extraConnectors: [probe],
  });
  store = await createSqliteStore(join(directory, "fairlead.db"));
});

afterAll(async () => {
  await store?.close();
  await installation?.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Tenant {
  id: string;
  name: string;
  viewer: Caller;
  admin: Caller;
}

async function createTenant(): Promise<Tenant> {
  serial += 1;
  const name = `t${serial}`;
  const { id } = await installation.operator.act<{ id: string }>("POST", "/api/tenants", { name });
  const keyOf = async (role: string) =>
    installation.as(bearer((await createKey(installation, name, { roles: [role] })).key));
  return { id, name, viewer: await keyOf("viewer"), admin: await keyOf("admin") };
}

function add({ admin }: Tenant, text: string) {
  serial += 1;
  return admin.act("POST", "/api/policies", { name: `p${serial}`, text });
}

/** Whether a call was let through; a refusal has to be one of policy. */
async function says(caller: Caller, args: Record<string, unknown> = {}, name = "probe_say") {
  const { text, status } = await caller.call(name, args, { endpoint: "/mcp" });
  if (text.includes('"said"') || text.includes('\\"said\\"')) return true;
  expect(status).toBe(200);
  expect(text).toMatch(/policy/i);
  return false;
}

const FORBID_BIG =
  "forbid (principal, action, resource) when { context.input.n * 9223372036854775807 > 5 };";

test("without a policy the call goes through", async () => {
  expect(await says((await createTenant()).viewer, { n: 3 })).toBe(true);
});

test("a forbid that cannot be evaluated refuses", async () => {
  const tenant = await createTenant();
  await add(
    tenant,
    `forbid (principal, action == Fairlead::Action::"probe_say", resource)
     when { context.input.n * 9223372036854775807 < 0 };`,
  );
  expect(await says(tenant.viewer, { n: 3 })).toBe(false);
  expect(await says(tenant.viewer, { n: 0 })).toBe(true);
});

test("a permit that cannot be evaluated refuses, whatever another one permits", async () => {
  const tenant = await createTenant();
  await add(tenant, "permit (principal, action, resource);");
  await add(
    tenant,
    `permit (principal, action == Fairlead::Action::"probe_say", resource)
     when { context.input.n * 9223372036854775807 > 0 };`,
  );
  expect(await says(tenant.viewer, { n: 3 })).toBe(false);
});

test("what a rule cannot be shown is refused by the rule that looks at it", async () => {
  const tenant = await createTenant();
  await add(
    tenant,
    `forbid (principal, action == Fairlead::Action::"probe_say", resource)
     when { context.input has ratio && context.input.ratio.greaterThan(decimal("4.0")) };`,
  );
  expect(await says(tenant.viewer, { ratio: 1.5 })).toBe(true);
  expect(await says(tenant.viewer, { ratio: 4.5 })).toBe(false);
  // 4.00001 has no spelling in Cedar; rounding it down would let it through.
  expect(await says(tenant.viewer, { ratio: 4.00001 })).toBe(false);
  expect(await says(tenant.viewer, { ratio: 1e300 })).toBe(false);
});

test("a text with half a character does not slip past a rule on texts", async () => {
  const tenant = await createTenant();
  await add(
    tenant,
    `forbid (principal, action == Fairlead::Action::"probe_say", resource)
     when { context.input.word like "*secret*" };`,
  );
  expect(await says(tenant.viewer, { word: "a secret" })).toBe(false);
  expect(await says(tenant.viewer, { word: "\ud800 secret" })).toBe(false);
  expect(await says(tenant.viewer, { word: "fine" })).toBe(true);
});

test("a policy that lies unreadable in the records closes its tenant, and no other", async () => {
  const [tenant, other] = [await createTenant(), await createTenant()];
  expect(await says(tenant.viewer)).toBe(true);
  await store.policies.insert({
    ...{ id: "pol_broken", tenant_id: tenant.id, name: "broken", text: "forbid (" },
    ...{ enabled: true, updated_at: 0, updated_by: "somebody" },
  });
  const change = { tenant_id: tenant.id, topic: "policy", ref: "pol_broken" } as const;
  await store.transaction((inside) => inside.changes.append(change));
  // Changes of other processes arrive within a second.
  await expect.poll(() => says(tenant.viewer), { timeout: 5_000 }).toBe(false);
  expect(await says(other.viewer)).toBe(true);
});

test("policies of one tenant never apply to another, to give or to take", async () => {
  const [strict, lax] = [await createTenant(), await createTenant()];
  await add(strict, "forbid (principal, action, resource);");
  await add(
    lax,
    `permit (principal, action, resource) when { principal.tenant == "${strict.id}" };
     permit (principal, action == Fairlead::Action::"probe_say", resource);`,
  );
  expect(await says(strict.viewer)).toBe(false);
  expect(await says(lax.viewer)).toBe(true);
  expect(await says(lax.viewer, {}, "probe_other")).toBe(false);
});

test("what may never be called is not listed, and is no easier to reach by another name", async () => {
  const tenant = await createTenant();
  await add(tenant, `forbid (principal, action == Fairlead::Action::"probe_other", resource);`);
  const { json } = await tenant.viewer.modern("tools/list");
  const { tools } = json.result as { tools: { name: string }[] };
  const names = tools.map(({ name }) => name);
  expect(names).toContain("probe_say");
  expect(names).not.toContain("probe_other");
  for (const endpoint of ["/mcp", "/mcp/probe", "/mcp?toolsets=probe", "/mcp?readonly=true"]) {
    for (const name of ["probe_other", "other", "PROBE_OTHER", "probe_other ", "probe__other"]) {
      const { text } = await tenant.viewer.call(name, {}, { endpoint });
      expect(text).not.toContain("said");
    }
  }
});

test("a policy that would not work is not kept", async () => {
  const { admin } = await createTenant();
  for (const text of [
    "forbid (",
    "forbid (principal, action, resource) when { context.input.nothing > 1 };",
    'forbid (principal, action == Fairlead::Action::"no_such_tool", resource);',
    FORBID_BIG,
    "\0",
    `${"permit (principal, action, resource);".repeat(2_000)}`,
  ]) {
    const answer = await admin.rest("POST", "/api/policies", { name: "bad", text });
    expect(answer).toMatchObject({ status: 400, json: { code: "invalid_input" } });
  }
  expect(await admin.act("GET", "/api/policies")).toEqual({ items: [] });
});

test("policies are no way around roles", async () => {
  const tenant = await createTenant();
  const { key } = await createKey(installation, tenant.name, { scopes: ["cloudways:read"] });
  await add(tenant, "permit (principal, action, resource);");
  const { text } = await installation.as(bearer(key)).call("probe_say");
  expect(text).toMatch(/needs the scope probe:read/);
});
