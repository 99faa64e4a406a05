import { createTestAdmin, type TestAdmin } from "@fairlead/testkit/admin";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../../connector.ts";
import { MAX_POLICY_BYTES, MAX_TENANT_BYTES } from "../../policy/policy-text.ts";
import type { StoredPolicy } from "../../storage/records.ts";
import { defineTool } from "../../tool.ts";

const bookBerth = defineTool({
  name: "harbour_book_berth",
  title: "Book a berth",
  description: "Books a berth.",
  effect: "write",
  input: z.object({}),
  handler: () => ({ content: [] }),
});
const harbour = defineConnector({
  id: "harbour",
  title: "Harbour",
  description: "A harbour.",
  settings: z.object({}),
  createClient: () => undefined,
  tools: [bookBerth],
});

let ground: TestAdmin;

beforeEach(async () => {
  ground = await createTestAdmin({ connectors: [harbour] });
});
afterEach(() => ground.close());

type Kept = StoredPolicy & { warnings: string[] };

const TEXT = "forbid (principal, action, resource);";
/** A policy of almost the greatest length, by what is written beside its rule. */
const LONG = `${TEXT}\n// ${"-".repeat(MAX_POLICY_BYTES - TEXT.length - 4)}`;

const create = (input: Record<string, unknown> = {}) =>
  ground.act<Kept>("policies.create", { name: "closed", text: TEXT, ...input }, "admin");

test("keeps a policy, with its text in the audit", async () => {
  const made = await create();
  expect(made).toMatchInlineSnapshot(`
    {
      "enabled": true,
      "id": "pol_6669b8482999dfdcef11e5e9",
      "name": "closed",
      "tenant_id": "ten_acme",
      "text": "forbid (principal, action, resource);",
      "updated_at": 1773480600000,
      "updated_by": "prn_admin",
      "warnings": [],
    }
  `);
  expect(ground.events.at(-1)).toMatchObject({
    ...{ name: "policies.create", target: made.id, facts: { name: "closed", text: TEXT } },
  });
  expect(ground.changes).toMatchObject([{ topic: "policy", ref: made.id }]);
});

test("refuses one that is wrong, and says where", async () => {
  const failure = await failureOf(
    create({ text: `${TEXT}\nforbid (principal, acton, resource);` }),
  );
  expect(failure.code).toBe("invalid_input");
  expect(failure.message).toMatch(/^The policy was not kept: policy:2:\d+: /);
  expect(failure.details).toMatchObject({ reason: "policy" });
  expect(await ground.store.policies.list("ten_acme")).toEqual([]);
});

test.each([
  ["without a rule", "// nothing"],
  ["of nothing", ""],
  ["that is too long", `${LONG}--`],
])("refuses one %s", async (_what, text) => {
  expect((await failureOf(create({ text }))).code).toBe("invalid_input");
});

test("keeps no more enabled than can be read together", async () => {
  const count = Math.floor(MAX_TENANT_BYTES / LONG.length);
  for (let each = 0; each < count; each += 1) await create({ name: `p${each}`, text: LONG });
  const failure = await failureOf(create({ name: "over", text: LONG }));
  expect(failure).toMatchObject({
    code: "invalid_input",
    details: { reason: "too_many_policies" },
  });

  const off = await create({ name: "over", text: LONG, enabled: false });
  const enable = ground.act("policies.update", { id: off.id, enabled: true });
  expect((await failureOf(enable)).details).toEqual({ reason: "too_many_policies" });
  const { items } = await ground.act<{ items: StoredPolicy[] }>("policies.list");
  const longer = { id: items[0]?.id, text: `${TEXT}// short` };
  await ground.act("policies.update", longer);
  await ground.act("policies.update", { id: items[1]?.id, enabled: false });
  await ground.act("policies.update", { id: off.id, enabled: true });
});

test("changes what is named and checks it again", async () => {
  const { id } = await create();
  expect(await ground.act("policies.update", { id, name: "shut" })).toMatchObject({
    ...{ name: "shut", text: TEXT, enabled: true, updated_by: "prn_owner" },
  });
  const wrong = await failureOf(ground.act("policies.update", { id, text: "forbid;" }));
  expect(wrong.message).toMatch(/^The policy was not kept: /);
  const [kept] = await ground.store.policies.list("ten_acme");
  expect(kept?.text).toBe(TEXT);
});

test("checks what is switched on again: tools may have gone since it was kept", async () => {
  const text = 'forbid (principal, action == Action::"harbour_list_berths", resource);';
  await ground.store.policies.insert({
    ...{ id: "pol_old", tenant_id: "ten_acme", name: "old", text, enabled: false },
    ...{ updated_at: 0, updated_by: "test" },
  });
  const failure = await failureOf(ground.act("policies.update", { id: "pol_old", enabled: true }));
  expect(failure.message).toMatch(/^The policy was not kept: policy:1:/);
});

test("takes a name once", async () => {
  await create();
  expect((await failureOf(create())).code).toBe("conflict");
});

test("deletes a policy, whose text stays in the audit", async () => {
  const { id } = await create();
  expect(await ground.act("policies.delete", { id })).toEqual({ deleted: id });
  expect(ground.events.at(-1)?.facts).toEqual({ name: "closed", text: TEXT });
  expect(await ground.act("policies.list")).toEqual({ items: [] });
});

test("another tenant's policy is the same as none", async () => {
  const theirs = await ground.act<Kept>(
    "policies.create",
    { tenant: "umbra", name: "x", text: TEXT },
    "host",
  );
  for (const name of ["policies.update", "policies.delete"]) {
    for (const id of [theirs.id, "pol_absent"]) {
      const failure = await failureOf(ground.act(name, { id }));
      expect(`${failure.code} ${failure.message.replace(id, "…")}`).toBe(
        "not_found There is no policy … in this tenant.",
      );
    }
    const enable = { id: theirs.id, enabled: true };
    if (name === "policies.update") {
      expect((await failureOf(ground.act(name, enable))).code).toBe("not_found");
    }
  }
});

test.each(["viewer", "operator", "developer"] as const)(
  "a %s manages no policies",
  async (role) => {
    for (const name of ["policies.create", "policies.list", "policies.update", "policies.delete"]) {
      expect((await failureOf(ground.act(name, {}, role))).code).toBe("forbidden");
    }
  },
);
