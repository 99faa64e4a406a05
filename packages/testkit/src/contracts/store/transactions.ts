import type { Store } from "@fairlead/core/storage/store";
import { expect, test } from "vitest";
import { failureOf } from "../../failure-of.ts";
import type { Stores } from "../test-store.ts";
import {
  addOwners,
  apiKey,
  approval,
  auditRow,
  connection,
  dataKey,
  effectCount,
  journalRow,
  operation,
  plan,
  policy,
  principal,
  tenant,
  undo,
  usageRow,
} from "./records.ts";

const TAKEN = { reason: "taken" };

export function testTransactions(open: () => Stores): void {
  test("shows everything at once when it is committed", async () => {
    const { one, other } = open();
    const result = await one.transaction(async (store) => {
      await store.tenants.insert(tenant());
      await store.principals.insert(principal());
      expect(await store.principals.find("ten_a", "prn_a")).toEqual(principal());
      return "done";
    });
    expect(result).toBe("done");
    expect(await other.tenants.find("ten_a")).toEqual(tenant());
    expect(await other.principals.find("ten_a", "prn_a")).toEqual(principal());
  });

  test("leaves nothing when its work fails", async () => {
    const { one, other } = open();
    const failing = one.transaction(async (store) => {
      await addOwners(store);
      await store.keys.insert(apiKey());
      await store.connections.insert(connection());
      await store.dataKeys.insert(dataKey());
      await store.policies.insert(policy());
      await store.usage.add([usageRow()]);
      await store.activity.touch([{ tenant_id: "ten_a", principal_id: "prn_a", at: 1 }]);
      await store.audit.append([auditRow()]);
      await store.revocations.add({ id: "r", expires_at: 9_000 });
      throw new Error("The tide turned.");
    });
    await expect(failing).rejects.toThrow("The tide turned.");
    expect(await other.tenants.list({ limit: 10 })).toEqual({ items: [], next_cursor: null });
    expect(await other.keys.find("key_a")).toBeUndefined();
    expect(await other.connections.list("ten_a")).toEqual([]);
    expect(await other.dataKeys.list("ten_a")).toEqual([]);
    expect(await other.policies.list("ten_a")).toEqual([]);
    expect(await other.usage.list("ten_a", { from: 0, to: 9e9 })).toEqual([]);
    expect(await other.activity.find("ten_a", "prn_a")).toBeUndefined();
    expect(await other.audit.heads()).toEqual([]);
    expect(await other.revocations.has("r")).toBe(false);
  });

  test("leaves nothing when a statement of it fails", async () => {
    const { one } = open();
    const failing = one.transaction(async (store) => {
      await store.tenants.insert(tenant());
      await store.tenants.insert(tenant());
    });
    expect((await failureOf(failing)).code).toBe("conflict");
    expect(await one.tenants.find("ten_a")).toBeUndefined();
  });

  test("keeps nothing of a transaction that goes on after a statement failed", async () => {
    const { one } = open();
    const stubborn = one.transaction(async (store) => {
      await store.tenants.insert(tenant());
      await failureOf(store.tenants.insert(tenant()));
    });
    await expect(stubborn).rejects.toThrow();
    expect(await one.tenants.find("ten_a")).toBeUndefined();
    await one.tenants.insert(tenant());
  });

  test("shows nobody what is not committed", async () => {
    const { one, other } = open();
    if (one === other) return;
    const written = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const running = one.transaction(async (store) => {
      await store.tenants.insert(tenant());
      written.resolve();
      await mayEnd.promise;
    });
    await written.promise;
    expect(await other.tenants.find("ten_a")).toBeUndefined();
    mayEnd.resolve();
    await running;
    expect(await other.tenants.find("ten_a")).toEqual(tenant());
  });

  test("lets work outside of it go on when it is over, in whatever order it was asked for", async () => {
    const { one } = open();
    const inside = one.transaction(async (store) => {
      await store.tenants.insert(tenant());
      await store.principals.insert(principal());
    });
    const outside = one.tenants.insert(tenant({ id: "ten_b" }));
    await Promise.all([inside, outside]);
    expect((await one.tenants.list({ limit: 10 })).items).toHaveLength(2);
  });

  test("is not nested, and neither checks nor closes", async () => {
    const { one } = open();
    await one.transaction(async (store) => {
      await expect(store.transaction(async () => {})).rejects.toThrow("Not inside");
      await expect(store.check()).rejects.toThrow("Not inside");
      await expect(store.close()).rejects.toThrow("Not inside");
    });
    await one.check();
  });

  test("takes back a part of it that fails, and goes on", async () => {
    const { one, other } = open();
    const answer = await one.transaction(async (store) => {
      await store.tenants.insert(tenant({ id: "ten_1" }));
      const failing = store.attempt(async (part) => {
        await part.tenants.insert(tenant({ id: "ten_2" }));
        throw new Error("The tide turned.");
      });
      await expect(failing).rejects.toThrow("The tide turned.");
      expect(await store.tenants.find("ten_2")).toBeUndefined();
      return store.attempt(async (part) => {
        await part.tenants.insert(tenant({ id: "ten_3" }));
        return "kept";
      });
    });
    expect(answer).toBe("kept");
    const { items } = await other.tenants.list({ limit: 10 });
    expect(items.map(({ id }) => id)).toEqual(["ten_1", "ten_3"]);
  });

  test("takes back a part of which a statement fails, and goes on", async () => {
    const { one, other } = open();
    await one.transaction(async (store) => {
      await store.tenants.insert(tenant({ id: "ten_1" }));
      const twice = store.attempt(async (part) => {
        await part.tenants.insert(tenant({ id: "ten_2" }));
        await part.tenants.insert(tenant({ id: "ten_1" }));
      });
      expect(await failureOf(twice)).toMatchObject({ code: "conflict", details: TAKEN });
      await store.tenants.insert(tenant({ id: "ten_3" }));
    });
    const { items } = await other.tenants.list({ limit: 10 });
    expect(items.map(({ id }) => id)).toEqual(["ten_1", "ten_3"]);
  });

  test("keeps nothing of a part that goes on after a statement failed", async () => {
    const { one } = open();
    await one.transaction(async (store) => {
      const stubborn = store.attempt(async (part) => {
        await part.tenants.insert(tenant({ id: "ten_1" }));
        await failureOf(part.tenants.insert(tenant({ id: "ten_1" })));
        await part.tenants.insert(tenant({ id: "ten_2" })).catch(() => {});
      });
      await expect(stubborn).rejects.toThrow();
      await store.tenants.insert(tenant({ id: "ten_3" }));
    });
    const { items } = await one.tenants.list({ limit: 10 });
    expect(items.map(({ id }) => id)).toEqual(["ten_3"]);
  });

  test("takes back a part of a part", async () => {
    const { one } = open();
    await one.transaction((store) =>
      store.attempt(async (outer) => {
        await outer.tenants.insert(tenant({ id: "ten_1" }));
        const inner = outer.attempt(async (part) => {
          await part.tenants.insert(tenant({ id: "ten_2" }));
          await part.tenants.insert(tenant({ id: "ten_1" }));
        });
        expect((await failureOf(inner)).code).toBe("conflict");
        await outer.attempt((part) => part.tenants.insert(tenant({ id: "ten_3" })));
      }),
    );
    const { items } = await one.tenants.list({ limit: 10 });
    expect(items.map(({ id }) => id)).toEqual(["ten_1", "ten_3"]);
  });

  test("leaves nothing of a part when the whole fails", async () => {
    const { one } = open();
    const failing = one.transaction(async (store) => {
      await store.attempt((part) => part.tenants.insert(tenant({ id: "ten_1" })));
      await failureOf(store.attempt((part) => part.tenants.insert(tenant({ id: "ten_1" }))));
      await store.tenants.insert(tenant({ id: "ten_2" }));
      throw new Error("The tide turned.");
    });
    await expect(failing).rejects.toThrow("The tide turned.");
    expect((await one.tenants.list({ limit: 10 })).items).toEqual([]);
    await one.tenants.insert(tenant());
  });

  test("has parts only inside", async () => {
    const { one } = open();
    const outside = one.attempt((store) => store.tenants.insert(tenant()));
    await expect(outside).rejects.toThrow("Only inside");
    expect(await one.tenants.find("ten_a")).toBeUndefined();
    const spent = await one.transaction(async (store) => store);
    await expect(spent.attempt(async () => {})).rejects.toThrow();
  });

  test("many at once all end", async () => {
    const { one, other } = open();
    await addOwners(one);
    await one.connections.insert(connection());
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, (_, n) =>
        (n % 2 === 0 ? one : other).transaction(async (store) => {
          const found = await store.connections.find("ten_a", "con_a");
          if (found === undefined) throw new Error("It is gone.");
          await store.connections.update({ ...found, version: found.version + 1 });
          await store.changes.append({ tenant_id: "ten_a", topic: "connection", ref: "con_a" });
        }),
      ),
    );
    const done = results.filter(({ status }) => status === "fulfilled").length;
    expect(done).toBeGreaterThan(0);
    expect((await one.connections.find("ten_a", "con_a"))?.version).toBe(1 + done);
    expect(await one.changes.last()).toBe(done);
  });

  test("deletes a tenant with every row it owns, and its neighbour's not", async () => {
    const { one } = open();
    await addOwners(one);
    for (const [letter, tenant_id] of [
      ["a", "ten_a"],
      ["b", "ten_b"],
    ] as const) {
      const principal_id = `prn_${letter}`;
      await one.keys.insert(apiKey({ id: `key_${letter}`, tenant_id, principal_id }));
      await one.connections.insert(connection({ id: `con_${letter}`, tenant_id }));
      await one.dataKeys.insert(dataKey({ id: `dk_${letter}`, tenant_id }));
      await one.policies.insert(policy({ id: `pol_${letter}`, tenant_id }));
      await one.usage.add([usageRow({ tenant_id, principal_id })]);
      await one.activity.touch([{ tenant_id, principal_id, at: 1 }]);
      await addWrites(one, tenant_id);
      await one.audit.append([auditRow({ chain: `${tenant_id}/p1`, tenant_id })]);
    }
    await one.tenants.delete("ten_a");
    const left = async (tenant_id: string, letter: string) => [
      await one.tenants.find(tenant_id),
      ...(await one.principals.list(tenant_id, { limit: 10 })).items,
      await one.keys.find(`key_${letter}`),
      ...(await one.connections.list(tenant_id)),
      ...(await one.dataKeys.list(tenant_id)),
      ...(await one.policies.list(tenant_id)),
      ...(await one.usage.list(tenant_id, { from: 0, to: 9e9 })),
      await one.activity.find(tenant_id, `prn_${letter}`),
      ...(await writesOf(one, tenant_id)),
    ];
    expect((await left("ten_a", "a")).filter((row) => row !== undefined)).toEqual([]);
    expect((await left("ten_b", "b")).filter((row) => row !== undefined)).toHaveLength(14);
    expect(await one.audit.readChain("ten_a/p1", 0, 10)).toHaveLength(1);
  });

  test("deletes what a tenant has that is no record", async () => {
    const { one } = open();
    await one.dataKeys.insert(dataKey({ tenant_id: "ten_derived" }));
    for (const tenant_id of ["ten_derived", "ten_other"]) await addWrites(one, tenant_id);
    await one.tenants.delete("ten_derived");
    expect(await one.dataKeys.list("ten_derived")).toEqual([]);
    expect((await writesOf(one, "ten_derived")).filter((row) => row !== undefined)).toEqual([]);
    expect((await writesOf(one, "ten_other")).filter((row) => row !== undefined)).toHaveLength(6);
  });

  test("leaves no key behind that was made while its tenant was being deleted", async () => {
    const { one, other } = open();
    for (let round = 0; round < 10; round++) {
      await one.tenants.insert(tenant());
      await one.principals.insert(principal());
      await Promise.allSettled([
        one.tenants.delete("ten_a"),
        other.keys.insert(apiKey()),
        other.connections.insert(connection()),
      ]);
      expect(await one.keys.find("key_a")).toBeUndefined();
      expect(await one.connections.list("ten_a")).toEqual([]);
    }
  });
}

async function addWrites(store: Store, tenant_id: string): Promise<void> {
  await store.plans.insert(plan({ tenant_id }));
  await store.approvals.add(approval({ tenant_id }));
  await store.journal.add(journalRow({ tenant_id }));
  await store.operations.insert(operation({ tenant_id }));
  await store.undos.insert(undo({ tenant_id }));
  await store.effectCounts.spend(effectCount({ tenant_id }), 1, 1);
}

async function writesOf(store: Store, tenant_id: string): Promise<unknown[]> {
  return [
    await store.plans.find(tenant_id, "pln_a"),
    ...(await store.approvals.listOf(tenant_id, "pln_a")),
    await store.journal.find(tenant_id, "jrn_a"),
    await store.operations.find(tenant_id, "opn_a"),
    await store.undos.find(tenant_id, "und_a"),
    ...(await store.effectCounts.list(tenant_id, [effectCount().period])),
  ];
}
