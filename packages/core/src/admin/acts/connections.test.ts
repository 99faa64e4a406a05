import { createTestAdmin, type TestAdmin } from "@fairlead/testkit/admin";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../../connector.ts";
import { Secret } from "../../secret.ts";
import type { StoredConnection } from "../../storage/records.ts";
import { openCredential } from "../../vault/credential.ts";

const CANARY = "hunter2-of-the-harbour-master";

const harbour = defineConnector({
  id: "harbour",
  title: "Harbour",
  description: "A harbour.",
  credential: z
    .object({ email: z.instanceof(Secret).optional(), token: z.instanceof(Secret) })
    .refine(({ token }) => token.reveal().length > 3, {
      path: ["token"],
      message: "has to be longer than three characters",
    }),
  settings: z.object({
    base_url: z.url().default("https://harbour.example"),
    depth: z.number().optional(),
  }),
  createClient: () => undefined,
  tools: [],
});
const lookout = defineConnector({
  id: "lookout",
  title: "Lookout",
  description: "A hill.",
  settings: z.object({}),
  createClient: () => undefined,
  tools: [],
});

let ground: TestAdmin;

beforeEach(async () => {
  ground = await createTestAdmin({ connectors: [harbour, lookout] });
});
afterEach(() => ground.close());

type Shown = Omit<StoredConnection, "sealed_credential"> & { has_credential: boolean };

const create = (input: Record<string, unknown> = {}) =>
  ground.act<Shown>(
    "connections.create",
    { connector: "harbour", label: "main", credential: { token: CANARY }, ...input },
    "admin",
  );

async function credentialOf(id: string): Promise<Record<string, string>> {
  const record = await ground.store.connections.find("ten_acme", id);
  if (record === undefined) throw new Error(`There is no ${id}.`);
  const { fields } = await openCredential(ground.vault, record);
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.reveal()]));
}

test("seals the credential and shows it to nobody again", async () => {
  const shown = await create({ settings: { base_url: "https://pier.example" } });
  expect(shown).toMatchInlineSnapshot(`
    {
      "connector": "harbour",
      "created_at": 1773480600000,
      "has_credential": true,
      "id": "con_6669b8482999dfdcef11e5e9",
      "label": "main",
      "settings": {
        "base_url": "https://pier.example",
      },
      "tenant_id": "ten_acme",
      "updated_at": 1773480600000,
      "version": 1,
    }
  `);
  expect(await credentialOf(shown.id)).toEqual({ token: CANARY });
  const listed = await ground.act("connections.list");
  expect(listed).toEqual({ items: [shown] });
  const kept = await ground.store.connections.find("ten_acme", shown.id);
  const { items: audited } = await ground.store.audit.list("ten_acme", { limit: 10 });
  for (const place of [shown, listed, kept, audited, ground.events, ground.changes]) {
    expect(JSON.stringify(place)).not.toContain(CANARY);
  }
});

test("is written down, and told of to every replica", async () => {
  const { id } = await create();
  expect(ground.events.at(-1)).toMatchObject({
    ...{ name: "connections.create", target: id, facts: { connector: "harbour" } },
  });
  expect(ground.changes).toMatchObject([{ topic: "connection", ref: id, tenant_id: "ten_acme" }]);
});

test.each([
  [
    "a connector there is not",
    { connector: "pier" },
    'There is no connector "pier". Connectors: harbour, lookout.',
  ],
  [
    "a setting of the wrong kind",
    { settings: { depth: "deep" } },
    "The settings cannot be used: depth: ",
  ],
  [
    "a setting there is not",
    { settings: { base_ur1: CANARY } },
    "Harbour has no setting base_ur1.",
  ],
  ["a credential without its field", { credential: {} }, "The credential cannot be used: token: "],
  ["a field there is not", { credential: { token: CANARY, key: CANARY } }, "an unknown field"],
  ["a credential that is too short", { credential: { token: "abc" } }, "token: has to be longer"],
  ["a field that is no text", { credential: { token: 5 } }, "credential.token"],
  ["a credential where none is needed", { connector: "lookout" }, "Lookout needs no credential."],
  ["no label", { label: undefined }, "label is missing"],
  ["an empty label", { label: "  " }, "label: "],
])("refuses %s, and repeats none of it", async (_what, input, words) => {
  const failure = await failureOf(create(input));
  expect(failure.message).toContain(words);
  expect(JSON.stringify([failure.message, failure.details, ground.events])).not.toContain(CANARY);
  expect(await ground.store.connections.list("ten_acme")).toEqual([]);
  expect(ground.events.at(-1)).toMatchObject({ name: "connections.create", outcome: failure.code });
});

test("repeats no credential that came in the wrong place", async () => {
  const failures = [
    await failureOf(create({ credential: CANARY })),
    await failureOf(create({ settings: CANARY })),
    await failureOf(create({ api_key: CANARY })),
    await failureOf(create({ settings: { base_url: CANARY } })),
  ];
  for (const { code, message, details } of failures) {
    expect(code).toBe("invalid_input");
    expect(JSON.stringify([message, details])).not.toContain(CANARY);
  }
});

test("takes a label once for each connector", async () => {
  await create();
  expect((await failureOf(create())).code).toBe("conflict");
  await ground.act("connections.create", { connector: "lookout", label: "main" });
});

test("puts a new credential in the place of the old one", async () => {
  const { id } = await create();
  const changed = await ground.act<Shown>("connections.update", {
    id,
    credential: { token: "another" },
  });
  expect(changed).toMatchObject({ id, version: 2, has_credential: true });
  expect(await credentialOf(id)).toEqual({ token: "another" });
  expect(ground.events.at(-1)?.facts).toEqual({ credential_replaced: true, version: 2 });
});

test("changes a label and leaves the rest", async () => {
  const made = await create({ settings: { depth: 7 } });
  const changed = await ground.act("connections.update", { id: made.id, label: "north" });
  expect(changed).toMatchObject({ label: "north", settings: { depth: 7 }, version: 2 });
  expect(await credentialOf(made.id)).toEqual({ token: CANARY });
});

test("of two changes at once one is told to read again", async () => {
  const { id } = await create();
  const second = await createTestAdmin({ connectors: [harbour], beside: ground });
  const ends = await Promise.allSettled([
    ground.act("connections.update", { id, label: "one" }),
    second.act("connections.update", { id, label: "two" }),
  ]);
  const failed = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  expect(failed).toMatchObject([{ code: "conflict", details: { reason: "version" } }]);
  expect(await ground.store.connections.find("ten_acme", id)).toMatchObject({ version: 2 });
  await second.close();
});

test("takes a connection away for good", async () => {
  const { id } = await create();
  expect(await ground.act("connections.delete", { id }, "admin")).toEqual({ deleted: id });
  expect(await ground.store.connections.find("ten_acme", id)).toBeUndefined();
  expect((await failureOf(ground.act("connections.delete", { id }))).code).toBe("not_found");
});

test("lists those of one connector", async () => {
  await create();
  await ground.act("connections.create", { connector: "lookout", label: "hill" });
  const { items } = await ground.act<{ items: Shown[] }>("connections.list", {
    connector: "lookout",
  });
  expect(items.map(({ label }) => label)).toEqual(["hill"]);
});

test.each(["viewer", "operator", "developer"] as const)(
  "a %s manages no connections",
  async (role) => {
    for (const name of [
      "connections.create",
      "connections.list",
      "connections.update",
      "connections.delete",
    ]) {
      expect((await failureOf(ground.act(name, {}, role))).code).toBe("forbidden");
    }
  },
);

test("another tenant's connection is the same as none", async () => {
  const input = {
    tenant: "umbra",
    connector: "harbour",
    label: "theirs",
    credential: { token: CANARY },
  };
  const theirs = await ground.act<Shown>("connections.create", input, "host");
  for (const name of ["connections.update", "connections.delete"]) {
    const said = [];
    for (const id of [theirs.id, "con_absent"]) {
      const failure = await failureOf(ground.act(name, { id }));
      said.push(`${failure.code} ${failure.message.replace(id, "…")}`);
    }
    expect(said[0]).toBe("not_found There is no connection … in this tenant.");
    expect(said[1]).toBe(said[0]);
  }
});
