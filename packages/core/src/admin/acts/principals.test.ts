import { createTestAdmin, type TestAdmin } from "@fairlead/testkit/admin";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LOCAL_USER } from "../../identity/principal.ts";
import { ROLES, type Role } from "../../policy/roles.ts";
import type { StoredPrincipal } from "../../storage/records.ts";

let ground: TestAdmin;

beforeEach(async () => {
  ground = await createTestAdmin();
});
afterEach(() => ground.close());

const SERVICE = { kind: "service", label: "Deployer", roles: ["operator"] };
const PERSON = { kind: "person", label: "Ann", issuer: "https://id.example", subject: "ann" };

test("lets a service in, and says so in the audit and to every replica", async () => {
  const made = await ground.act<StoredPrincipal>("principals.create", SERVICE, "admin");
  expect(made).toMatchInlineSnapshot(`
    {
      "created_at": 1773480600000,
      "created_by": "prn_admin",
      "email": null,
      "id": "prn_6669b8482999dfdcef11e5e9",
      "issuer": null,
      "kind": "service",
      "label": "Deployer",
      "owner_id": null,
      "repository": null,
      "roles": [
        "operator",
      ],
      "status": "active",
      "subject": null,
      "tenant_id": "ten_acme",
      "tier": null,
    }
  `);
  expect(await ground.store.principals.find("ten_acme", made.id)).toEqual(made);
  expect(ground.events.at(-1)).toMatchObject({
    ...{ name: "principals.create", tenant_id: "ten_acme", principal_id: "prn_admin" },
    ...{ target: made.id, facts: { kind: "service", roles: ["operator"] } },
  });
  expect(ground.changes).toMatchObject([{ topic: "principal", ref: made.id }]);
});

test.each([
  [
    "a person without a subject",
    { ...PERSON, subject: null, roles: ["viewer"] },
    "invitations.create",
  ],
  [
    "a client without an issuer",
    { kind: "oauth_client", label: "c", roles: ["viewer"] },
    "issuer and subject",
  ],
  ["a service with a subject", { ...SERVICE, subject: "s" }, "takes no issuer or subject"],
  [
    "an agent whose subject is no address",
    { ...PERSON, kind: "agent", roles: ["viewer"] },
    "0x and 40 hex digits",
  ],
  ["no role", { ...SERVICE, roles: [] }, "roles"],
  ["a role there is not", { ...SERVICE, roles: ["captain"] }, "roles.0"],
  ["no label", { kind: "service", roles: ["viewer"] }, "label is missing"],
  ["a field there is not", { ...SERVICE, colour: "blue" }, 'there is no field "colour"'],
])("refuses %s", async (_what, input, words) => {
  const failure = await failureOf(ground.act("principals.create", input));
  expect(failure.code).toBe("invalid_input");
  expect(failure.message).toContain(words);
});

test("knows an agent by its address in lower case", async () => {
  const subject = `0x${"AB".repeat(20)}`;
  const agent = { kind: "agent", label: "Rover", roles: ["viewer"], issuer: "formation", subject };
  const input = { ...agent, tenant: "acme" };
  expect(await ground.act("principals.create", input, "host")).toMatchObject({
    subject: subject.toLowerCase(),
  });
});

test("takes nobody twice", async () => {
  const person = { ...PERSON, roles: ["viewer"], tenant: "acme" };
  await ground.act("principals.create", person, "host");
  const again = ground.act("principals.create", person, "host");
  expect((await failureOf(again)).code).toBe("conflict");
});

test("leaves it to the operator whom an issuer vouches for: a tenant could claim another's people", async () => {
  const kinds = [
    { ...PERSON, roles: ["viewer"] },
    { ...PERSON, kind: "oauth_client", roles: ["viewer"] },
  ];
  for (const input of kinds) {
    const failure = await failureOf(ground.act("principals.create", input, "owner"));
    expect(failure.code).toBe("forbidden");
  }
});

const grants = ROLES.flatMap((own) => ROLES.map((given) => [own, given] as const));
test.each(grants)(
  "a person with the role %s gives %s only if that is no more",
  async (own, given) => {
    const act = ground.act("principals.create", { ...SERVICE, roles: [given] }, own);
    const mayManage = own === "admin" || own === "owner";
    if (mayManage && ROLES.indexOf(given) <= ROLES.indexOf(own)) await act;
    else expect((await failureOf(act)).code).toBe("forbidden");
  },
);

test("an administrator takes nothing away from an owner", async () => {
  const acts: [string, Record<string, unknown>][] = [
    ["principals.update", { id: "prn_owner", roles: ["viewer"] }],
    ["principals.update", { id: "prn_owner", status: "disabled" }],
    ["principals.delete", { id: "prn_owner" }],
  ];
  for (const [name, input] of acts) {
    expect((await failureOf(ground.act(name, input, "admin"))).code).toBe("forbidden");
  }
});

test("a tenant keeps an owner", async () => {
  for (const change of [{ roles: ["admin"] }, { status: "disabled" }]) {
    const failure = await failureOf(
      ground.act("principals.update", { id: "prn_owner", ...change }),
    );
    expect(failure.message).toBe(
      "prn_owner is the last owner of this tenant. Make somebody else an owner first.",
    );
  }
  const failure = await failureOf(ground.act("principals.delete", { id: "prn_owner" }));
  expect(failure.code).toBe("conflict");
  await ground.act("principals.update", { id: "prn_admin", roles: ["owner"] });
  await ground.act("principals.delete", { id: "prn_owner" });
});

test("a disabled owner is none that a tenant could rely on", async () => {
  await ground.act("principals.update", { id: "prn_admin", roles: ["owner"] });
  await ground.act("principals.update", { id: "prn_admin", status: "disabled" });
  expect((await failureOf(ground.act("principals.delete", { id: "prn_owner" }))).code).toBe(
    "conflict",
  );
});

test("two owners who demote each other at once leave one", async () => {
  await ground.act("principals.update", { id: "prn_admin", roles: ["owner"] });
  const demote = (id: string) => ground.act("principals.update", { id, roles: ["viewer"] });
  const ends = await Promise.allSettled([demote("prn_owner"), demote("prn_admin")]);
  expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});

test("only whoever runs this Fairlead grants a tier", async () => {
  for (const grant of [{ tier: "gold" }, { repository: "https://github.com/acme/x" }]) {
    const update = ground.act("principals.update", { id: "prn_viewer", ...grant });
    expect((await failureOf(update)).message).toBe(
      "A tier is granted by whoever runs this Fairlead.",
    );
    const create = ground.act("principals.create", { ...SERVICE, ...grant });
    expect((await failureOf(create)).code).toBe("forbidden");
  }
  const granted = { tenant: "acme", id: "prn_viewer", tier: "gold" };
  expect(await ground.act("principals.update", granted, "host")).toMatchObject({ tier: "gold" });
});

test("ends the sign-ins of whom it disables", async () => {
  const signIn = {
    tenant_id: "ten_acme",
    principal_id: "prn_viewer",
    created_at: 0,
    expires_at: 9e12,
  };
  await ground.store.signIns.insert({ id: "s1", ...signIn });
  await ground.act("principals.update", { id: "prn_viewer", label: "Vi" });
  expect(await ground.store.signIns.find("s1")).toBeDefined();
  await ground.act("principals.update", { id: "prn_viewer", status: "disabled" });
  expect(await ground.store.signIns.find("s1")).toBeUndefined();
});

test("deletes a principal with its keys", async () => {
  const key = await ground.act<{ id: string; principal_id: string }>("keys.create", {
    label: "ci",
  });
  expect(await ground.act("principals.delete", { id: key.principal_id })).toEqual({
    deleted: key.principal_id,
  });
  expect(await ground.store.keys.find(key.id)).toBeUndefined();
});

test("lists principals a page at a time", async () => {
  type Page = { items: StoredPrincipal[]; next_cursor: string | null };
  const first = await ground.act<Page>("principals.list", { limit: 3 }, "admin");
  const rest = await ground.act<Page>("principals.list", { cursor: first.next_cursor }, "admin");
  const ids = [...first.items, ...rest.items].map(({ id }) => id);
  expect(ids).toEqual(ROLES.map((role: Role) => `prn_${role}`).sort());
});

test("another tenant's principal is the same as none", async () => {
  for (const name of ["principals.update", "principals.delete"]) {
    const messages = [];
    for (const id of ["prn_umbra", "prn_absent"]) {
      const failure = await failureOf(ground.act(name, { id }));
      expect(failure.code).toBe("not_found");
      messages.push(failure.message.replace(id, "…"));
    }
    expect(messages[0]).toBe(messages[1]);
  }
  expect(await ground.act("principals.list", { tenant: "umbra" }, LOCAL_USER)).toMatchObject({
    items: [{ id: "prn_umbra" }],
  });
});
