import { createTestAdmin, type TestAdmin } from "@fairlead/testkit/admin";
import { createSchema, probePostgres } from "@fairlead/testkit/postgres";
import { requireService } from "@fairlead/testkit/services";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createPostgresStore } from "./postgres.ts";

// What one database with several writers could get wrong, and one with a single writer cannot.

const describePostgres = await requireService("PostgreSQL", probePostgres);

describePostgres("administrators at two replicas on PostgreSQL", () => {
  const opened: { close(): Promise<void> }[] = [];
  let one: TestAdmin;
  let other: TestAdmin;

  beforeEach(async () => {
    const schema = await createSchema("admin");
    const stores = [
      await createPostgresStore(schema.options),
      await createPostgresStore(schema.options),
    ] as const;
    one = await createTestAdmin({ store: stores[0] });
    other = await createTestAdmin({ store: stores[1], beside: one });
    opened.push({ close: schema.drop }, ...stores, one, other);
  });
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  });

  const endsOf = async (acts: Promise<unknown>[]) =>
    (await Promise.allSettled(acts)).map(({ status }) => status).sort();

  test("rotate a key once", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await one.act<{ id: string }>("keys.create", { label: "ci" });
      const rotate = ({ act }: TestAdmin) => act("keys.rotate", { id });
      expect(await endsOf([rotate(one), rotate(other)])).toEqual(["fulfilled", "rejected"]);
    }
  });

  test("leave a tenant an owner", async () => {
    await one.act("principals.update", { id: "prn_admin", roles: ["owner"] });
    const demote = ({ act }: TestAdmin, id: string) =>
      act("principals.update", { id, roles: ["viewer"] });
    const acts = [demote(one, "prn_owner"), demote(other, "prn_admin")];
    expect(await endsOf(acts)).toEqual(["fulfilled", "rejected"]);
  });

  test("lose no revocation to a rotation", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await one.act<{ id: string }>("keys.create", { label: "ci" });
      await endsOf([one.act("keys.rotate", { id }), other.act("keys.revoke", { id })]);
      expect((await one.store.keys.find(id))?.revoked_at).not.toBeNull();
    }
  });

  test("do not wait for each other in different tenants", async () => {
    const own = one.act("keys.create", { label: "ci" });
    const umbras = other.act("keys.create", { tenant: "umbra", label: "x" }, "host");
    expect(await endsOf([own, umbras])).toEqual(["fulfilled", "fulfilled"]);
  });
});
