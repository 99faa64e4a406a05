import { expect, test } from "vitest";
import { failureOf } from "../../failure-of.ts";
import type { Stores } from "../test-store.ts";
import { addOwners, agentKey, apiKey, dataKey, principal } from "./records.ts";

/** API keys, key pairs of agents, data keys, revocations. */
export function testKeys(open: () => Stores): void {
  test("gives an API key back as it was written", async () => {
    const { one, other } = open();
    await addOwners(one);
    const unlimited = apiKey({ id: "key_b", scopes: null, addresses: null, expires_at: null });
    await one.keys.insert(apiKey());
    await one.keys.insert(unlimited);
    expect(await other.keys.find("key_a")).toEqual(apiKey());
    expect(await other.keys.find("key_b")).toEqual(unlimited);
    expect(await other.keys.find("key_x")).toBeUndefined();
  });

  test("tells no scopes from any scope", async () => {
    const { one } = open();
    await addOwners(one);
    await one.keys.insert(apiKey({ scopes: [], addresses: [] }));
    expect(await one.keys.find("key_a")).toMatchObject({ scopes: [], addresses: [] });
  });

  test("refuses a second API key of the same id, and of the same secret", async () => {
    const { one } = open();
    await addOwners(one);
    await one.keys.insert(apiKey());
    expect((await failureOf(one.keys.insert(apiKey({ hash: "new" })))).code).toBe("conflict");
    const sameHash = apiKey({ id: "key_b", hash: "hash of key_a" });
    expect((await failureOf(one.keys.insert(sameHash))).code).toBe("conflict");
  });

  test("refuses an API key that acts as a principal of another tenant", async () => {
    const { one } = open();
    await addOwners(one);
    const crossed = apiKey({ tenant_id: "ten_b", principal_id: "prn_a" });
    expect((await failureOf(one.keys.insert(crossed))).code).toBe("not_found");
    await one.keys.insert(apiKey());
    const moved = apiKey({ principal_id: "prn_b" });
    expect((await failureOf(one.keys.update(moved))).code).toBe("not_found");
  });

  test("changes an API key, and says when there is none", async () => {
    const { one } = open();
    await addOwners(one);
    await one.keys.insert(apiKey());
    const changed = apiKey({ revoked_at: 4_000, replaced_by: "key_b", scopes: null });
    await one.keys.update(changed);
    expect(await one.keys.find("key_a")).toEqual(changed);
    expect((await failureOf(one.keys.update(apiKey({ id: "key_x" })))).code).toBe("not_found");
  });

  test("lists a tenant's API keys a page at a time, and those of a principal", async () => {
    const { one } = open();
    await addOwners(one);
    await one.principals.insert(principal({ id: "prn_c" }));
    await one.keys.insert(apiKey({ id: "key_1", created_at: 3 }));
    await one.keys.insert(apiKey({ id: "key_2", created_at: 2, principal_id: "prn_c" }));
    await one.keys.insert(apiKey({ id: "key_3", created_at: 1 }));
    const first = await one.keys.list("ten_a", { limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(["key_3", "key_2"]);
    const cursor = first.next_cursor ?? undefined;
    const second = await one.keys.list("ten_a", { limit: 2, cursor });
    expect(second.items.map(({ id }) => id)).toEqual(["key_1"]);
    expect(second.next_cursor).toBeNull();
    const own = await one.keys.listOf("ten_a", "prn_a");
    expect(own.map(({ id }) => id)).toEqual(["key_3", "key_1"]);
  });

  test("notes when keys were last used, and never moves a time back", async () => {
    const { one, other } = open();
    await addOwners(one);
    await one.keys.insert(apiKey({ id: "key_1" }));
    await one.keys.insert(apiKey({ id: "key_2", last_used_at: 7_000 }));
    await one.keys.touch([
      { id: "key_1", at: 4_000 },
      { id: "key_1", at: 5_000 },
      { id: "key_1", at: 4_500 },
      { id: "key_2", at: 6_000 },
      { id: "key_x", at: 6_000 },
    ]);
    expect((await other.keys.find("key_1"))?.last_used_at).toBe(5_000);
    expect((await other.keys.find("key_2"))?.last_used_at).toBe(7_000);
    expect(await other.keys.find("key_x")).toBeUndefined();
  });

  test("keeps the last use that was noted while a key was being changed", async () => {
    const { one, other } = open();
    await addOwners(one);
    await one.keys.insert(apiKey());
    const read = await one.keys.find("key_a");
    await other.keys.touch([{ id: "key_a", at: 5_000 }]);
    await one.keys.update({ ...apiKey(), ...read, label: "renamed" });
    expect(await one.keys.find("key_a")).toMatchObject({ label: "renamed", last_used_at: 5_000 });
  });

  test("notes the uses of more keys than fit into one statement", async () => {
    const { one } = open();
    await addOwners(one);
    await one.keys.insert(apiKey({ id: "key_19999" }));
    await one.keys.touch(Array.from({ length: 20_000 }, (_, n) => ({ id: `key_${n}`, at: n })));
    expect((await one.keys.find("key_19999"))?.last_used_at).toBe(19_999);
  });

  test("notes uses of the same keys from several sides at once", async () => {
    const { one, other } = open();
    await addOwners(one);
    const ids = Array.from({ length: 30 }, (_, n) => `key_${n}`);
    for (const id of ids) await one.keys.insert(apiKey({ id }));
    const reversed = ids.toReversed();
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        (n % 2 === 0 ? one : other).keys.touch(
          (n % 3 === 0 ? ids : reversed).map((id) => ({ id, at: 2_000 + n })),
        ),
      ),
    );
    for (const { last_used_at } of await one.keys.listOf("ten_a", "prn_a"))
      expect(last_used_at).toBe(2_009);
  });

  test("takes an empty batch", async () => {
    const { one } = open();
    await one.keys.touch([]);
    await one.activity.touch([]);
    await one.usage.add([]);
    await one.audit.append([]);
    await one.audit.redact([]);
  });

  test("gives an agent's key back as it was written", async () => {
    const { one, other } = open();
    await addOwners(one);
    const { address, public_key } = agentKey();
    await one.agentKeys.insert(agentKey());
    expect(await other.agentKeys.find(address, public_key)).toEqual(agentKey());
    expect(await other.agentKeys.find(address, "2".repeat(64))).toBeUndefined();
    expect(await other.agentKeys.list("ten_a", "prn_a")).toEqual([agentKey()]);
    expect((await failureOf(one.agentKeys.insert(agentKey()))).code).toBe("conflict");
  });

  test("changes an agent's key, and says when there is none", async () => {
    const { one } = open();
    await addOwners(one);
    await one.agentKeys.insert(agentKey());
    const changed = agentKey({ revoked_at: 3_000, sealed_delegation: null });
    await one.agentKeys.update(changed);
    expect(await one.agentKeys.list("ten_a", "prn_a")).toEqual([changed]);
    const unknown = agentKey({ public_key: "3".repeat(64) });
    expect((await failureOf(one.agentKeys.update(unknown))).code).toBe("not_found");
  });

  test("finds agents' keys by what sealed their delegation", async () => {
    const { one } = open();
    await addOwners(one);
    await one.dataKeys.insert(dataKey());
    await one.dataKeys.insert(dataKey({ id: "dk_b" }));
    await one.agentKeys.insert(agentKey());
    const other = agentKey({ public_key: "2".repeat(64), sealed_delegation: "v1.dk_b.c2Vh" });
    await one.agentKeys.insert(other);
    await one.agentKeys.insert(agentKey({ public_key: "3".repeat(64), sealed_delegation: null }));
    expect(await one.agentKeys.listSealedWith("dk_a")).toEqual([agentKey()]);
    expect(await one.agentKeys.listSealedWith("dk_b")).toEqual([other]);
  });

  test("lets exactly one of many seal an agent's delegation anew", async () => {
    const { one, other } = open();
    await addOwners(one);
    await one.agentKeys.insert(agentKey());
    const resealed = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        (n % 2 === 0 ? one : other).agentKeys.reseal(agentKey(), `v1.dk_b.${n}`),
      ),
    );
    expect(resealed.filter(Boolean)).toHaveLength(1);
    const [kept] = await one.agentKeys.list("ten_a", "prn_a");
    expect(kept?.sealed_delegation).toBe(`v1.dk_b.${resealed.indexOf(true)}`);
  });

  test("gives a data key back as it was written", async () => {
    const { one, other } = open();
    const retired = dataKey({ id: "dk_b", created_at: 2_000, active: false });
    await one.dataKeys.insert(retired);
    await one.dataKeys.insert(dataKey());
    expect(await other.dataKeys.list("ten_a")).toEqual([dataKey(), retired]);
    expect((await failureOf(one.dataKeys.insert(dataKey()))).code).toBe("conflict");
  });

  test("changes and deletes a data key", async () => {
    const { one } = open();
    await one.dataKeys.insert(dataKey());
    const changed = dataKey({ master_key_id: "mk_2", wrapped: "bmV3", active: false });
    await one.dataKeys.update(changed);
    expect(await one.dataKeys.list("ten_a")).toEqual([changed]);
    await one.dataKeys.delete("ten_a", "dk_a");
    expect(await one.dataKeys.list("ten_a")).toEqual([]);
    expect((await failureOf(one.dataKeys.update(changed))).code).toBe("not_found");
  });

  test("finds every data key that another master key wraps, a few at a time", async () => {
    const { one } = open();
    for (const n of [1, 2, 3, 4])
      await one.dataKeys.insert(
        dataKey({ id: `dk_${n}`, tenant_id: `ten_${n}`, master_key_id: `mk_${n % 3}` }),
      );
    const ids = async (limit: number) =>
      (await one.dataKeys.listNotWrappedBy("mk_1", limit)).map(({ id }) => id).sort();
    expect(await ids(10)).toEqual(["dk_2", "dk_3"]);
    expect(await ids(1)).toHaveLength(1);
  });

  test("knows what was revoked, and keeps the later end", async () => {
    const { one, other } = open();
    await one.revocations.add({ id: "r", expires_at: 5_000 });
    await other.revocations.add({ id: "r", expires_at: 4_000 });
    expect(await other.revocations.has("r")).toBe(true);
    expect(await other.revocations.has("s")).toBe(false);
    await one.sweep(4_999);
    expect(await one.revocations.has("r")).toBe(true);
  });
}
