import type { Clock } from "@fairlead/core/ports";
import type { Store } from "@fairlead/core/storage/store";
import { afterEach, beforeEach, describe } from "vitest";
import { createManualClock, type ManualClock } from "../clock.ts";
import { testAccounts } from "./store/accounts.ts";
import { testAuditRecords } from "./store/audit.ts";
import { testChanges } from "./store/changes.ts";
import { testConnections } from "./store/connections.ts";
import { testCounts } from "./store/counts.ts";
import { testEffectCounts } from "./store/effect-counts.ts";
import { testIsolation } from "./store/isolation.ts";
import { testJournal } from "./store/journal.ts";
import { testKeys } from "./store/keys.ts";
import { testLapses } from "./store/lapses.ts";
import { testOperations } from "./store/operations.ts";
import { testPlans } from "./store/plans.ts";
import { testSealed } from "./store/sealed.ts";
import { testTransactions } from "./store/transactions.ts";

/** Two stores on the same records, as two replicas have them; where only one can be, it is both. */
export interface Stores {
  clock: ManualClock;
  one: Store;
  other: Store;
}

/**
 * What every driver of `Store` has to do. `create` gives an empty one that lives by the clock, or two on the same
 * records.
 */
export function testStore(
  create: (clock: Clock) => Promise<Store | readonly [Store, Store]>,
): void {
  const stores: Partial<Stores> = {};
  beforeEach(async () => {
    const clock = createManualClock();
    const created = await create(clock);
    const [one, other] = "close" in created ? [created, created] : created;
    Object.assign(stores, { clock, one, other });
  });
  afterEach(async () => {
    await stores.one?.close();
    await stores.other?.close();
  });
  const open = (): Stores => {
    const { clock, one, other } = stores;
    if (clock === undefined || one === undefined || other === undefined)
      throw new Error("The stores are open while a test runs.");
    return { clock, one, other };
  };

  describe("accounts", () => testAccounts(open));
  describe("keys", () => testKeys(open));
  describe("connections and policies", () => testConnections(open));
  describe("usage and activity", () => testCounts(open));
  describe("audit", () => testAuditRecords(open));
  describe("plans, approvals and delegations", () => testPlans(open));
  describe("the journal", () => testJournal(open));
  describe("operations and undo handles", () => testOperations(open));
  describe("budgets of effects", () => testEffectCounts(open));
  describe("what a data key sealed", () => testSealed(open));
  describe("the sweep of writes", () => testLapses(open));
  describe("changes and processes", () => testChanges(open));
  describe("transactions", () => testTransactions(open));
  describe("tenants", () => testIsolation(open));
}
