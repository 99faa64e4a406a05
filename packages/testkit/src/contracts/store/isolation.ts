import type { Store } from "@fairlead/core/storage/store";
import { beforeEach, describe, expect, test } from "vitest";
import { failureOf } from "../../failure-of.ts";
import type { Stores } from "../test-store.ts";
import {
  addOwners,
  agentKey,
  apiKey,
  auditRow,
  connection,
  dataKey,
  invitation,
  policy,
  principal,
  signIn,
  tenant,
  usageRow,
} from "./records.ts";

const ALL = { limit: 100 };
const EVER = { from: 0, to: 9e12 };
const { address, public_key } = agentKey();

/**
 * What each method does when the tenant `ten_b` asks for what `ten_a` owns. A method that finds the tenant itself, or
 * belongs to the whole installation, says so.
 */
export const CASES: Record<string, "finds the tenant" | "whole installation" | Case> = {
  "tenants.insert": async (store) => {
    expect((await failureOf(store.tenants.insert(tenant()))).code).toBe("conflict");
  },
  "tenants.update": async (store) => {
    await store.tenants.update(tenant({ id: "ten_b", name: "renamed" }));
  },
  "tenants.find": async (store) => {
    expect((await store.tenants.find("ten_b"))?.id).toBe("ten_b");
  },
  "tenants.findByName": "finds the tenant",
  "tenants.list": "whole installation",
  "tenants.lock": async (store) => {
    await store.transaction((tx) => tx.tenants.lock("ten_b"));
  },
  "tenants.delete": async (store) => {
    await store.tenants.delete("ten_b");
  },
  "principals.insert": async (store) => {
    const taken = principal({ tenant_id: "ten_b" });
    expect((await failureOf(store.principals.insert(taken))).code).toBe("conflict");
  },
  "principals.update": async (store) => {
    const foreign = principal({ tenant_id: "ten_b", roles: ["owner"] });
    expect((await failureOf(store.principals.update(foreign))).code).toBe("not_found");
  },
  "principals.find": async (store) => {
    expect(await store.principals.find("ten_b", "prn_a")).toBeUndefined();
  },
  "principals.findBySubject": "finds the tenant",
  "principals.list": async (store) => {
    const { items } = await store.principals.list("ten_b", ALL);
    expect(items.map(({ id }) => id)).toEqual(["prn_b"]);
  },
  "principals.delete": async (store) => {
    await store.principals.delete("ten_b", "prn_a");
  },
  "keys.insert": async (store) => {
    const taken = apiKey({ tenant_id: "ten_b", principal_id: "prn_b", hash: "new" });
    expect((await failureOf(store.keys.insert(taken))).code).toBe("conflict");
  },
  "keys.update": async (store) => {
    const foreign = apiKey({ tenant_id: "ten_b", principal_id: "prn_b" });
    expect((await failureOf(store.keys.update(foreign))).code).toBe("not_found");
  },
  "keys.find": "finds the tenant",
  "keys.list": async (store) => {
    expect(await store.keys.list("ten_b", ALL)).toEqual({ items: [], next_cursor: null });
  },
  "keys.listOf": async (store) => {
    expect(await store.keys.listOf("ten_b", "prn_a")).toEqual([]);
  },
  "keys.touch": "finds the tenant",
  "connections.insert": async (store) => {
    const taken = connection({ tenant_id: "ten_b" });
    expect((await failureOf(store.connections.insert(taken))).code).toBe("conflict");
  },
  "connections.update": async (store) => {
    const foreign = connection({ tenant_id: "ten_b", version: 2 });
    expect((await failureOf(store.connections.update(foreign))).code).toBe("conflict");
  },
  "connections.find": async (store) => {
    expect(await store.connections.find("ten_b", "con_a")).toBeUndefined();
  },
  "connections.list": async (store) => {
    expect(await store.connections.list("ten_b")).toEqual([]);
    expect(await store.connections.list("ten_b", "harbour")).toEqual([]);
  },
  "connections.listSealedWith": "whole installation",
  "connections.delete": async (store) => {
    await store.connections.delete("ten_b", "con_a");
  },
  "dataKeys.insert": async (store) => {
    const taken = dataKey({ tenant_id: "ten_b" });
    expect((await failureOf(store.dataKeys.insert(taken))).code).toBe("conflict");
  },
  "dataKeys.update": async (store) => {
    const foreign = dataKey({ tenant_id: "ten_b", wrapped: "forged" });
    expect((await failureOf(store.dataKeys.update(foreign))).code).toBe("not_found");
  },
  "dataKeys.list": async (store) => {
    expect(await store.dataKeys.list("ten_b")).toEqual([]);
  },
  "dataKeys.listNotWrappedBy": "whole installation",
  "dataKeys.delete": async (store) => {
    await store.dataKeys.delete("ten_b", "dk_a");
  },
  "policies.insert": async (store) => {
    const taken = policy({ tenant_id: "ten_b" });
    expect((await failureOf(store.policies.insert(taken))).code).toBe("conflict");
  },
  "policies.update": async (store) => {
    const foreign = policy({ tenant_id: "ten_b", enabled: false });
    expect((await failureOf(store.policies.update(foreign))).code).toBe("not_found");
  },
  "policies.list": async (store) => {
    expect(await store.policies.list("ten_b")).toEqual([]);
  },
  "policies.delete": async (store) => {
    await store.policies.delete("ten_b", "pol_a");
  },
  "invitations.insert": async (store) => {
    const taken = invitation({ tenant_id: "ten_b", hash: "new" });
    expect((await failureOf(store.invitations.insert(taken))).code).toBe("conflict");
  },
  "invitations.findByHash": "finds the tenant",
  "invitations.list": async (store) => {
    expect(await store.invitations.list("ten_b")).toEqual([]);
  },
  "invitations.accept": "finds the tenant",
  "invitations.delete": async (store) => {
    await store.invitations.delete("ten_b", "inv_a");
  },
  "signIns.insert": async (store) => {
    const taken = signIn({ tenant_id: "ten_b", principal_id: "prn_b" });
    expect((await failureOf(store.signIns.insert(taken))).code).toBe("conflict");
  },
  "signIns.find": "finds the tenant",
  "signIns.delete": "finds the tenant",
  "signIns.deleteOf": async (store) => {
    await store.signIns.deleteOf("ten_b", "prn_a");
  },
  "agentKeys.insert": async (store) => {
    const taken = agentKey({ tenant_id: "ten_b", principal_id: "prn_b" });
    expect((await failureOf(store.agentKeys.insert(taken))).code).toBe("conflict");
  },
  "agentKeys.update": async (store) => {
    const foreign = agentKey({ tenant_id: "ten_b", principal_id: "prn_b" });
    expect((await failureOf(store.agentKeys.update(foreign))).code).toBe("not_found");
  },
  "agentKeys.find": "finds the tenant",
  "agentKeys.list": async (store) => {
    expect(await store.agentKeys.list("ten_b", "prn_a")).toEqual([]);
  },
  "agentKeys.listSealedWith": "whole installation",
  "agentKeys.reseal": async (store) => {
    const foreign = agentKey({ tenant_id: "ten_b", principal_id: "prn_b" });
    expect(await store.agentKeys.reseal(foreign, "forged")).toBe(false);
  },
  "revocations.add": "whole installation",
  "revocations.has": "whole installation",
  "activity.find": async (store) => {
    expect(await store.activity.find("ten_b", "prn_a")).toBeUndefined();
  },
  "activity.touch": async (store) => {
    await store.activity.touch([{ tenant_id: "ten_b", principal_id: "prn_a", at: 99 }]);
  },
  "usage.add": async (store) => {
    await store.usage.add([usageRow({ tenant_id: "ten_b" })]);
  },
  "usage.list": async (store) => {
    expect(await store.usage.list("ten_b", EVER)).toEqual([]);
    expect(await store.usage.list("ten_b", { ...EVER, principal_id: "prn_a" })).toEqual([]);
  },
  "usage.total": async (store) => {
    expect(await store.usage.total("ten_b", EVER)).toMatchObject({ tenant_id: "ten_b", calls: 0 });
  },
  "usage.totals": "whole installation",
  "usage.storedBytes": async (store) => {
    expect(await store.usage.storedBytes("ten_b")).toBeLessThan(
      await store.usage.storedBytes("ten_a"),
    );
  },
  "audit.append": "whole installation",
  "audit.readChain": "whole installation",
  "audit.list": async (store) => {
    expect(await store.audit.list("ten_b", ALL)).toEqual({ items: [], next_cursor: null });
  },
  "audit.heads": "whole installation",
  "audit.redact": "whole installation",
  "audit.deleteBefore": "whole installation",
  "audit.putCheckpoint": "whole installation",
  "audit.listCheckpoints": "whole installation",
  "audit.lastCheckpoint": "whole installation",
  "audit.readCheckpoints": "whole installation",
  "audit.deleteCheckpointsBefore": "whole installation",
  "processes.beat": "whole installation",
  "processes.list": "whole installation",
  "processes.remove": "whole installation",
  "changes.append": "whole installation",
  "changes.since": "whole installation",
  "changes.last": "whole installation",
};

type Case = (store: Store) => Promise<void>;

export function testIsolation(open: () => Stores): void {
  beforeEach(async () => {
    const { one } = open();
    await addOwners(one);
    await one.keys.insert(apiKey());
    await one.connections.insert(connection());
    await one.dataKeys.insert(dataKey());
    await one.policies.insert(policy());
    await one.invitations.insert(invitation());
    await one.signIns.insert(signIn());
    await one.agentKeys.insert(agentKey());
    await one.activity.touch([{ tenant_id: "ten_a", principal_id: "prn_a", at: 1 }]);
    await one.usage.add([usageRow()]);
    await one.audit.append([auditRow()]);
  });

  test("every method has said what it does to a tenant's neighbour", () => {
    const { one } = open();
    const methods = Object.entries(one).flatMap(([noun, methods]) =>
      typeof methods === "object" ? Object.keys(methods).map((method) => `${noun}.${method}`) : [],
    );
    expect(methods.sort()).toEqual(Object.keys(CASES).sort());
  });

  describe("what one owns stays as it is, and its own, whatever another one asks for with", () => {
    for (const [method, attempt] of Object.entries(CASES)) {
      if (typeof attempt === "string") continue;
      test(method, async () => {
        const { one } = open();
        const before = await everythingOf(one, "ten_a");
        await attempt(one);
        expect(await everythingOf(one, "ten_a")).toEqual(before);
      });
    }
  });
}

async function everythingOf(store: Store, tenant_id: string): Promise<unknown[]> {
  const rows = [
    await store.tenants.find(tenant_id),
    (await store.principals.list(tenant_id, ALL)).items,
    (await store.keys.list(tenant_id, ALL)).items,
    await store.connections.list(tenant_id),
    await store.dataKeys.list(tenant_id),
    await store.policies.list(tenant_id),
    await store.invitations.list(tenant_id),
    await store.signIns.find("sign-in-a"),
    await store.agentKeys.find(address, public_key),
    await store.activity.find(tenant_id, "prn_a"),
    await store.usage.list(tenant_id, EVER),
    (await store.audit.list(tenant_id, ALL)).items,
  ];
  // A fixture that lost a part would let every case pass.
  for (const row of rows) expect(row).not.toSatisfy(isMissing);
  return rows;
}

function isMissing(row: unknown): boolean {
  return row === undefined || (Array.isArray(row) && row.length === 0);
}
