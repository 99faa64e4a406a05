import { expect, test } from "vitest";
import { failureOf } from "../../failure-of.ts";
import type { Stores } from "../test-store.ts";
import { addOwners, apiKey, invitation, principal, signIn, tenant } from "./records.ts";

/** Tenants, principals, invitations, sign-ins. */
export function testAccounts(open: () => Stores): void {
  test("gives a tenant back as it was written", async () => {
    const { one, other } = open();
    const written = tenant({ tier: "open_source", repository: "https://example.com/repo" });
    await one.tenants.insert(written);
    expect(await other.tenants.find("ten_a")).toEqual(written);
    expect(await other.tenants.findByName("name of ten_a")).toEqual(written);
    expect(await other.tenants.find("ten_b")).toBeUndefined();
    expect(await other.tenants.findByName("name of ten_b")).toBeUndefined();
  });

  test("refuses a second tenant of the same id, and of the same name", async () => {
    const { one, other } = open();
    await one.tenants.insert(tenant());
    expect((await failureOf(one.tenants.insert(tenant({ name: "new" })))).code).toBe("conflict");
    const sameName = tenant({ id: "ten_b", name: "name of ten_a" });
    expect((await failureOf(other.tenants.insert(sameName))).code).toBe("conflict");
    expect(await one.tenants.find("ten_b")).toBeUndefined();
  });

  test("changes a tenant, and says when there is none", async () => {
    const { one } = open();
    await one.tenants.insert(tenant());
    const changed = tenant({ name: "renamed", status: "disabled", tier: "gold" });
    await one.tenants.update(changed);
    expect(await one.tenants.find("ten_a")).toEqual(changed);
    expect((await failureOf(one.tenants.update(tenant({ id: "ten_x" })))).code).toBe("not_found");
  });

  test("refuses to give a tenant the name of another", async () => {
    const { one } = open();
    await one.tenants.insert(tenant());
    await one.tenants.insert(tenant({ id: "ten_b" }));
    const clash = tenant({ id: "ten_b", name: "name of ten_a" });
    expect((await failureOf(one.tenants.update(clash))).code).toBe("conflict");
  });

  test("lists tenants a page at a time, oldest first, none twice and none missing", async () => {
    const { one } = open();
    // Some of the same moment: then ids decide.
    for (const n of [5, 3, 1, 4, 2])
      await one.tenants.insert(tenant({ id: `ten_${n}`, created_at: 1_000 + Math.floor(n / 2) }));
    const seen: string[][] = [];
    let cursor: string | null | undefined;
    do {
      const page = await one.tenants.list({ limit: 2, cursor: cursor ?? undefined });
      seen.push(page.items.map(({ id }) => id));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual([["ten_1", "ten_2"], ["ten_3", "ten_4"], ["ten_5"]]);
  });

  test("ends a list with its last full page", async () => {
    const { one } = open();
    await addOwners(one);
    expect((await one.tenants.list({ limit: 2 })).next_cursor).toBeNull();
  });

  test.each([
    "",
    "nonsense",
    Buffer.from("[1]").toString("base64url"),
    Buffer.from('["1",2]').toString("base64url"),
    Buffer.from('[1e300,"x"]').toString("base64url"),
    Buffer.from("null").toString("base64url"),
  ])("refuses a cursor that it did not give out: %j", async (cursor) => {
    const { one } = open();
    const failures = [
      failureOf(one.tenants.list({ limit: 2, cursor })),
      failureOf(one.principals.list("ten_a", { limit: 2, cursor })),
      failureOf(one.keys.list("ten_a", { limit: 2, cursor })),
      failureOf(one.audit.list("ten_a", { limit: 2, cursor })),
    ];
    for (const { code } of await Promise.all(failures)) expect(code).toBe("invalid_input");
  });

  test("keeps texts of any script, and quotes, as they are", async () => {
    const { one } = open();
    const name = `Ærø 船 🚢 '"; drop table tenants; --`;
    await one.tenants.insert(tenant({ name }));
    expect((await one.tenants.findByName(name))?.name).toBe(name);
  });

  test("gives a principal back as it was written", async () => {
    const { one, other } = open();
    await addOwners(one);
    const written = principal({ id: "prn_c", issuer: "https://id.example", subject: "42" });
    await one.principals.insert(written);
    expect(await other.principals.find("ten_a", "prn_c")).toEqual(written);
    expect(await other.principals.findBySubject("https://id.example", "42")).toEqual(written);
    expect(await other.principals.findBySubject("https://id.example", "43")).toBeUndefined();
    expect(await other.principals.findBySubject("https://other.example", "42")).toBeUndefined();
  });

  test("lets an issuer vouch for a subject once, whatever the tenant", async () => {
    const { one } = open();
    await addOwners(one);
    const who = { issuer: "https://id.example", subject: "42" };
    await one.principals.insert(principal({ id: "prn_c", ...who }));
    const second = principal({ id: "prn_d", tenant_id: "ten_b", ...who });
    expect((await failureOf(one.principals.insert(second))).code).toBe("conflict");
  });

  test("refuses a principal of a tenant that is not there", async () => {
    const { one } = open();
    const { code, details } = await failureOf(one.principals.insert(principal()));
    expect([code, details?.reason]).toEqual(["not_found", "owner"]);
  });

  test("changes a principal, and says when there is none", async () => {
    const { one } = open();
    await addOwners(one);
    const changed = principal({ roles: ["owner"], status: "disabled", owner_id: "prn_x" });
    await one.principals.update(changed);
    expect(await one.principals.find("ten_a", "prn_a")).toEqual(changed);
    const unknown = principal({ id: "prn_x" });
    expect((await failureOf(one.principals.update(unknown))).code).toBe("not_found");
  });

  test("lists a tenant's principals a page at a time", async () => {
    const { one } = open();
    await addOwners(one);
    await one.principals.insert(principal({ id: "prn_c", created_at: 500 }));
    const first = await one.principals.list("ten_a", { limit: 1 });
    expect(first.items.map(({ id }) => id)).toEqual(["prn_c"]);
    const cursor = first.next_cursor ?? undefined;
    const second = await one.principals.list("ten_a", { limit: 1, cursor });
    expect(second).toEqual({ items: [principal()], next_cursor: null });
  });

  test("deletes a principal with its keys, sign-ins and activity", async () => {
    const { one } = open();
    await addOwners(one);
    await one.keys.insert(apiKey());
    await one.signIns.insert(signIn());
    await one.activity.touch([{ tenant_id: "ten_a", principal_id: "prn_a", at: 5 }]);
    await one.principals.delete("ten_a", "prn_a");
    expect(await one.principals.find("ten_a", "prn_a")).toBeUndefined();
    expect(await one.keys.find("key_a")).toBeUndefined();
    expect(await one.signIns.find("sign-in-a")).toBeUndefined();
    expect(await one.activity.find("ten_a", "prn_a")).toBeUndefined();
  });

  test("gives an invitation back as it was written", async () => {
    const { one, other } = open();
    await addOwners(one);
    await one.invitations.insert(invitation());
    expect(await other.invitations.findByHash("hash of inv_a")).toEqual(invitation());
    expect(await other.invitations.list("ten_a")).toEqual([invitation()]);
    expect(await other.invitations.findByHash("another")).toBeUndefined();
  });

  test("lets exactly one of many accept an invitation", async () => {
    const { one, other } = open();
    await addOwners(one);
    await one.invitations.insert(invitation());
    const accepted = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? one : other).invitations.accept("inv_a", `prn_${n}`, 2_000 + n),
      ),
    );
    expect(accepted.filter(Boolean)).toHaveLength(1);
    const winner = accepted.indexOf(true);
    expect(await one.invitations.findByHash("hash of inv_a")).toMatchObject({
      accepted_by: `prn_${winner}`,
      accepted_at: 2_000 + winner,
    });
  });

  test("lets nobody accept an invitation that has expired, or is not there", async () => {
    const { one } = open();
    await addOwners(one);
    await one.invitations.insert(invitation());
    expect(await one.invitations.accept("inv_a", "prn_a", 9_000)).toBe(false);
    expect(await one.invitations.accept("inv_x", "prn_a", 2_000)).toBe(false);
  });

  test("finds a sign-in until it is deleted", async () => {
    const { one, other } = open();
    await addOwners(one);
    await one.signIns.insert(signIn());
    await one.signIns.insert(signIn({ id: "sign-in-b" }));
    await one.signIns.insert(signIn({ id: "sign-in-c" }));
    expect(await other.signIns.find("sign-in-a")).toEqual(signIn());
    await one.signIns.delete("sign-in-a");
    expect(await other.signIns.find("sign-in-a")).toBeUndefined();
    await other.signIns.deleteOf("ten_a", "prn_a");
    expect(await one.signIns.find("sign-in-b")).toBeUndefined();
    expect(await one.signIns.find("sign-in-c")).toBeUndefined();
  });

  test("refuses a sign-in of a principal of another tenant", async () => {
    const { one } = open();
    await addOwners(one);
    const crossed = signIn({ tenant_id: "ten_b", principal_id: "prn_a" });
    expect((await failureOf(one.signIns.insert(crossed))).code).toBe("not_found");
  });

  test("sweeps what has lapsed, and nothing else", async () => {
    const { one } = open();
    await addOwners(one);
    await one.signIns.insert(signIn({ id: "old", expires_at: 5_000 }));
    await one.signIns.insert(signIn({ id: "new", expires_at: 5_001 }));
    await one.invitations.insert(invitation({ id: "inv_old", expires_at: 5_000 }));
    await one.invitations.insert(invitation({ id: "inv_new", expires_at: 5_001 }));
    await one.revocations.add({ id: "old", expires_at: 5_000 });
    await one.revocations.add({ id: "new", expires_at: 5_001 });
    await one.sweep(5_000);
    expect(await one.signIns.find("old")).toBeUndefined();
    expect(await one.signIns.find("new")).toBeDefined();
    expect((await one.invitations.list("ten_a")).map(({ id }) => id)).toEqual(["inv_new"]);
    expect(await one.revocations.has("old")).toBe(false);
    expect(await one.revocations.has("new")).toBe(true);
  });
}
