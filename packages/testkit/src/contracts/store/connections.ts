import { expect, test } from "vitest";
import { failureOf } from "../../failure-of.ts";
import type { Stores } from "../test-store.ts";
import { addOwners, connection, dataKey, policy } from "./records.ts";

/** Connections and policies. */
export function testConnections(open: () => Stores): void {
  test("gives a connection back as it was written", async () => {
    const { one, other } = open();
    await addOwners(one);
    const bare = connection({ id: "con_b", settings: {}, sealed_credential: null });
    await one.connections.insert(connection());
    await one.connections.insert(bare);
    expect(await other.connections.find("ten_a", "con_a")).toEqual(connection());
    expect(await other.connections.find("ten_a", "con_b")).toEqual(bare);
    expect(await other.connections.find("ten_a", "con_x")).toBeUndefined();
  });

  test("lists a tenant's connections, and those of a connector, by their labels", async () => {
    const { one } = open();
    await addOwners(one);
    await one.connections.insert(connection({ id: "con_1", label: "west" }));
    await one.connections.insert(connection({ id: "con_2", label: "east" }));
    await one.connections.insert(connection({ id: "con_3", connector: "crane" }));
    const ids = (list: { id: string }[]) => list.map(({ id }) => id);
    expect(ids(await one.connections.list("ten_a", "harbour"))).toEqual(["con_2", "con_1"]);
    expect(ids(await one.connections.list("ten_a"))).toEqual(["con_3", "con_2", "con_1"]);
    expect(await one.connections.list("ten_a", "ferry")).toEqual([]);
  });

  test("refuses a label twice in a connector of a tenant, and nowhere else", async () => {
    const { one } = open();
    await addOwners(one);
    const label = "main";
    await one.connections.insert(connection({ label }));
    await one.connections.insert(connection({ id: "con_b", label, connector: "crane" }));
    await one.connections.insert(connection({ id: "con_c", label, tenant_id: "ten_b" }));
    const second = connection({ id: "con_d", label });
    expect((await failureOf(one.connections.insert(second))).code).toBe("conflict");
    await one.connections.insert(connection({ id: "con_e", label: "other" }));
    const renamed = connection({ id: "con_e", label, version: 2 });
    expect((await failureOf(one.connections.update(renamed))).code).toBe("conflict");
  });

  test("changes a connection only from the version before", async () => {
    const { one, other } = open();
    await addOwners(one);
    await one.connections.insert(connection());
    const second = connection({ version: 2, settings: { region: "south" } });
    await other.connections.update(second);
    expect(await one.connections.find("ten_a", "con_a")).toEqual(second);
    for (const version of [1, 2, 4]) {
      const { code } = await failureOf(one.connections.update(connection({ version })));
      expect(code).toBe("conflict");
    }
    expect(await one.connections.find("ten_a", "con_a")).toEqual(second);
  });

  test("lets exactly one of many change the same version", async () => {
    const { one, other } = open();
    await addOwners(one);
    await one.connections.insert(connection());
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? one : other).connections.update(
          connection({ version: 2, settings: { writer: n } }),
        ),
      ),
    );
    const winners = results.flatMap(({ status }, n) => (status === "fulfilled" ? [n] : []));
    expect(winners).toHaveLength(1);
    const kept = await one.connections.find("ten_a", "con_a");
    expect(kept?.settings).toEqual({ writer: winners[0] });
  });

  test("cannot change a connection that was deleted", async () => {
    const { one } = open();
    await addOwners(one);
    await one.connections.insert(connection());
    await one.connections.delete("ten_a", "con_a");
    const { code } = await failureOf(one.connections.update(connection({ version: 2 })));
    expect(code).toBe("conflict");
  });

  test("refuses a connection of a tenant that is not there", async () => {
    const { one } = open();
    expect((await failureOf(one.connections.insert(connection()))).code).toBe("not_found");
  });

  test("finds connections by the data key that sealed their credential", async () => {
    const { one } = open();
    await addOwners(one);
    await one.dataKeys.insert(dataKey());
    await one.dataKeys.insert(dataKey({ id: "dk_b" }));
    await one.connections.insert(connection());
    const other = connection({ id: "con_b", sealed_credential: "v1.dk_b.c2Vh" });
    await one.connections.insert(other);
    await one.connections.insert(connection({ id: "con_c", sealed_credential: null }));
    expect(await one.connections.listSealedWith("dk_a")).toEqual([connection()]);
    expect(await one.connections.listSealedWith("dk_b")).toEqual([other]);
    expect(await one.connections.listSealedWith("dk_x")).toEqual([]);
  });

  test("gives a policy back as it was written, sorted by name", async () => {
    const { one, other } = open();
    await addOwners(one);
    const off = policy({ id: "pol_b", name: "a first one", enabled: false });
    await one.policies.insert(policy());
    await one.policies.insert(off);
    expect(await other.policies.list("ten_a")).toEqual([off, policy()]);
  });

  test("refuses a policy's name twice in a tenant, and not in another", async () => {
    const { one } = open();
    await addOwners(one);
    await one.policies.insert(policy());
    const { name } = policy();
    await one.policies.insert(policy({ id: "pol_b", tenant_id: "ten_b", name }));
    const second = policy({ id: "pol_c", name });
    expect((await failureOf(one.policies.insert(second))).code).toBe("conflict");
  });

  test("changes and deletes a policy, and says when there is none", async () => {
    const { one } = open();
    await addOwners(one);
    await one.policies.insert(policy());
    const changed = policy({ text: "permit (principal, action, resource);", enabled: false });
    await one.policies.update(changed);
    expect(await one.policies.list("ten_a")).toEqual([changed]);
    await one.policies.delete("ten_a", "pol_a");
    expect(await one.policies.list("ten_a")).toEqual([]);
    expect((await failureOf(one.policies.update(changed))).code).toBe("not_found");
  });
}
