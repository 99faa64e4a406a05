import { hash } from "node:crypto";
import { createTestAdmin, type TestAdmin } from "@fairlead/testkit/admin";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Invitation } from "../../storage/records.ts";

let ground: TestAdmin;

beforeEach(async () => {
  ground = await createTestAdmin();
});
afterEach(() => ground.close());

type Made = Omit<Invitation, "hash"> & { token: string };

const create = (input: Record<string, unknown> = {}, as: "admin" | "owner" = "admin") =>
  ground.act<Made>("invitations.create", { label: "Ann", roles: ["viewer"], ...input }, as);

test("shows the token once, and keeps its hash", async () => {
  const { token, ...shown } = await create({ email: "Ann@Example.com" });
  expect(token).toMatch(/^fli_[\w-]{43}$/);
  expect(shown).toMatchInlineSnapshot(`
    {
      "accepted_at": null,
      "accepted_by": null,
      "created_at": 1773480600000,
      "created_by": "prn_admin",
      "email": "ann@example.com",
      "expires_at": 1774085400000,
      "id": "inv_62325dfc1fc675255519674d",
      "label": "Ann",
      "roles": [
        "viewer",
      ],
      "tenant_id": "ten_acme",
    }
  `);
  const kept = await ground.store.invitations.findByHash(hash("sha256", token, "hex"));
  expect(kept?.id).toBe(shown.id);
  const listed = await ground.act("invitations.list");
  expect(listed).toEqual({ items: [shown] });
  const secret = token.slice(4);
  for (const place of [kept, listed, ground.events]) {
    expect(JSON.stringify(place)).not.toContain(secret);
  }
  expect(JSON.stringify(listed)).not.toContain(kept?.hash);
});

test("ends in a week, or when it is told to", async () => {
  const now = ground.clock.now();
  expect((await create()).expires_at).toBe(now + 604_800_000);
  expect((await create({ expires_in_s: "3600" })).expires_at).toBe(now + 3_600_000);
});

test("an administrator invites no owner, and takes none of theirs back", async () => {
  expect((await failureOf(create({ roles: ["owner"] }))).code).toBe("forbidden");
  const { id } = await create({ roles: ["owner"] }, "owner");
  expect((await failureOf(ground.act("invitations.delete", { id }, "admin"))).code).toBe(
    "forbidden",
  );
  expect(await ground.act("invitations.delete", { id })).toEqual({ deleted: id });
  expect(await ground.act("invitations.list")).toEqual({ items: [] });
});

test("is written down with the roles it gives", async () => {
  const { id } = await create();
  const event = { name: "invitations.create", target: id, facts: { roles: ["viewer"] } };
  expect(ground.events.at(-1)).toMatchObject(event);
});

test.each([
  ["an address that is none", { email: "ann" }, "email"],
  ["no roles", { roles: undefined }, "roles is missing"],
  ["no end", { expires_in_s: 0 }, "expires_in_s"],
])("refuses %s", async (_what, input, words) => {
  const failure = await failureOf(create(input));
  expect(failure.code).toBe("invalid_input");
  expect(failure.message).toContain(words);
});

test("another tenant's invitation is the same as none", async () => {
  const input = { tenant: "umbra", label: "Uma", roles: ["viewer"] };
  const theirs = await ground.act<Made>("invitations.create", input, "host");
  for (const id of [theirs.id, "inv_absent"]) {
    const failure = await failureOf(ground.act("invitations.delete", { id }));
    expect(`${failure.code} ${failure.message.replace(id, "…")}`).toBe(
      "not_found There is no invitation … in this tenant.",
    );
  }
});
