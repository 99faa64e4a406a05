import type { Store } from "@fairlead/core/storage/store";
import { beforeEach, describe, expect, test } from "vitest";
import { failureOf } from "../../failure-of.ts";
import type { Stores } from "../test-store.ts";
import {
  addOwners,
  agentKey,
  apiKey,
  approval,
  auditRow,
  connection,
  dataKey,
  delegation,
  effectCount,
  invitation,
  journalRow,
  operation,
  plan,
  policy,
  principal,
  signIn,
  tenant,
  undo,
  usageRow,
} from "./records.ts";

const ALL = { limit: 100 };
const EVER = { from: 0, to: 9e12 };
const { address, public_key } = agentKey();
const { period } = effectCount();
/** What `ten_b` may have as well, ids included: they are a tenant's own. */
const OWN = { tenant_id: "ten_b", principal_id: "prn_b" };
const FORGED = { sealed_arguments: "forged", sealed_state: null, sealed_outcome: null };
const LENT = delegation({ from_principal_id: "prn_a", to_principal_id: "prn_a" });
const TAKEN = journalRow({ plan_id: "pln_a", open_hash: "open", lane: "lane", check_at: 5_000 });

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
  "plans.insert": async (store) => {
    await store.plans.insert(plan(OWN));
  },
  "plans.find": async (store) => {
    expect(await store.plans.find("ten_b", "pln_a")).toBeUndefined();
  },
  "plans.list": async (store) => {
    expect((await store.plans.list("ten_b", ALL)).items).toEqual([]);
    const query = { ...ALL, principal_id: "prn_a", open_at: 2_000 };
    expect((await store.plans.list("ten_b", query)).items).toEqual([]);
    // That one was used says nothing about another tenant's of the same id.
    await store.journal.add(journalRow({ ...OWN, plan_id: "pln_a" }));
    await store.plans.insert(plan({ ...OWN, id: "pln_c" }));
    await store.journal.add(journalRow({ id: "jrn_c", plan_id: "pln_c" }));
    const { items } = await store.plans.list("ten_b", { ...ALL, open_at: 2_000 });
    expect(items.map(({ id }) => id)).toEqual(["pln_c"]);
  },
  "plans.deny": async (store) => {
    expect(await store.plans.deny("ten_b", "pln_a", 2_000)).toBe(false);
  },
  "plans.listSealedWith": async (store) => {
    await store.plans.insert(plan(OWN));
    const { items } = await store.plans.listSealedWith("dk_a", ALL);
    expect(items.map(({ tenant_id }) => tenant_id)).toEqual(["ten_a"]);
  },
  "plans.reseal": async (store) => {
    expect(await store.plans.reseal(plan(OWN), FORGED)).toBe(false);
  },
  "approvals.add": async (store) => {
    const foreign = approval({ tenant_id: "ten_b", principal_id: "prn_b" });
    expect((await failureOf(store.approvals.add(foreign))).code).toBe("not_found");
  },
  "approvals.listOf": async (store) => {
    expect(await store.approvals.listOf("ten_b", "pln_a")).toEqual([]);
  },
  "delegations.insert": async (store) => {
    for (const changes of [{ from_principal_id: "prn_b" }, { to_principal_id: "prn_b" }]) {
      const crossed = { ...LENT, id: "dlg_b", tenant_id: "ten_b", ...changes };
      expect((await failureOf(store.delegations.insert(crossed))).code).toBe("not_found");
    }
  },
  "delegations.list": async (store) => {
    expect(await store.delegations.list("ten_b", { at: 2_000 })).toEqual([]);
    const query = { at: 2_000, to_principal_id: "prn_a" };
    expect(await store.delegations.list("ten_b", query)).toEqual([]);
  },
  "delegations.delete": async (store) => {
    await store.delegations.delete("ten_b", "dlg_a");
  },
  "journal.add": async (store) => {
    expect(await store.journal.add({ ...TAKEN, ...OWN })).toBe(true);
    // Also for the same principal, as of a tenant that was derived twice.
    const same = { id: "jrn_c", tenant_id: "ten_c", principal_id: "prn_a" };
    expect(await store.journal.add({ ...TAKEN, ...same })).toBe(true);
  },
  "journal.find": async (store) => {
    expect(await store.journal.find("ten_b", "jrn_a")).toBeUndefined();
  },
  "journal.findByKey": async (store) => {
    expect(await store.journal.findByKey("ten_b", "prn_a", "key of jrn_a")).toBeUndefined();
  },
  "journal.findByPlan": async (store) => {
    expect(await store.journal.findByPlan("ten_b", "pln_a")).toBeUndefined();
  },
  "journal.findOpen": async (store) => {
    expect(await store.journal.findOpen("ten_b", "request of jrn_a")).toBeUndefined();
  },
  "journal.findByLane": async (store) => {
    expect(await store.journal.findByLane("ten_b", "lane")).toBeUndefined();
  },
  "journal.move": async (store) => {
    expect(await store.journal.move("ten_b", "jrn_a", "intended", { state: "sent" })).toBe(false);
    await store.journal.add(journalRow({ ...OWN, state: "failed" }));
    // Neither is another tenant's open request or lane in the way.
    const taking = { state: "sent", open_hash: "open", lane: "lane" } as const;
    expect(await store.journal.move("ten_b", "jrn_a", "failed", taking)).toBe(true);
  },
  "journal.due": "whole installation",
  "journal.listSealedWith": async (store) => {
    await store.journal.add(journalRow(OWN));
    const { items } = await store.journal.listSealedWith("dk_a", ALL);
    expect(items.map(({ tenant_id }) => tenant_id)).toEqual(["ten_a"]);
  },
  "journal.reseal": async (store) => {
    expect(await store.journal.reseal({ ...TAKEN, ...OWN }, FORGED)).toBe(false);
  },
  "operations.insert": async (store) => {
    await store.operations.insert(operation(OWN));
  },
  "operations.find": async (store) => {
    expect(await store.operations.find("ten_b", "opn_a")).toBeUndefined();
  },
  "operations.list": async (store) => {
    expect((await store.operations.list("ten_b", ALL)).items).toEqual([]);
    const query = { ...ALL, principal_id: "prn_a", states: ["running"] } as const;
    expect((await store.operations.list("ten_b", query)).items).toEqual([]);
  },
  "operations.update": async (store) => {
    expect(await store.operations.update(operation({ ...OWN, version: 2 }))).toBe(false);
  },
  "operations.due": "whole installation",
  "operations.backlog": "whole installation",
  "operations.findByPlan": async (store) => {
    expect(await store.operations.findByPlan("ten_b", "pln_a")).toBeUndefined();
  },
  "operations.listSealedWith": async (store) => {
    await store.operations.insert(operation(OWN));
    const { items } = await store.operations.listSealedWith("dk_a", ALL);
    expect(items.map(({ tenant_id }) => tenant_id)).toEqual(["ten_a"]);
  },
  "operations.reseal": async (store) => {
    const forged = { sealed_result: "forged", sealed_call: "forged" };
    expect(await store.operations.reseal(operation(OWN), forged)).toBe(false);
  },
  "undos.insert": async (store) => {
    await store.undos.insert(undo(OWN));
  },
  "undos.find": async (store) => {
    expect(await store.undos.find("ten_b", "und_a")).toBeUndefined();
  },
  "undos.findByJournal": async (store) => {
    expect(await store.undos.findByJournal("ten_b", undo().journal_id)).toBeUndefined();
  },
  "undos.listSealedWith": async (store) => {
    await store.undos.insert(undo(OWN));
    const { items } = await store.undos.listSealedWith("dk_a", ALL);
    expect(items.map(({ tenant_id }) => tenant_id)).toEqual(["ten_a"]);
  },
  "undos.reseal": async (store) => {
    expect(await store.undos.reseal(undo(OWN), FORGED)).toBe(false);
  },
  "effectCounts.spend": async (store) => {
    const foreign = effectCount({ tenant_id: "ten_b" });
    // What the neighbour has spent takes nothing from it, and giving back gives the neighbour nothing.
    expect(await store.effectCounts.spend(foreign, 10, 10)).toBe(true);
    expect(await store.effectCounts.spend(foreign, -10, 10)).toBe(true);
  },
  "effectCounts.list": async (store) => {
    expect(await store.effectCounts.list("ten_b", [period])).toEqual([]);
  },
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
    await one.plans.insert(plan());
    await one.approvals.add(approval());
    await one.delegations.insert(LENT);
    await one.journal.add(TAKEN);
    await one.operations.insert(operation());
    await one.undos.insert(undo());
    await one.effectCounts.spend(effectCount(), 5, 10);
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
    await store.plans.find(tenant_id, "pln_a"),
    await store.approvals.listOf(tenant_id, "pln_a"),
    await store.delegations.list(tenant_id, { at: 2_000 }),
    await store.journal.find(tenant_id, "jrn_a"),
    await store.operations.find(tenant_id, "opn_a"),
    await store.undos.find(tenant_id, "und_a"),
    await store.effectCounts.list(tenant_id, [period]),
  ];
  // A fixture that lost a part would let every case pass.
  for (const row of rows) expect(row).not.toSatisfy(isMissing);
  return rows;
}

function isMissing(row: unknown): boolean {
  return row === undefined || (Array.isArray(row) && row.length === 0);
}
