import type { Clock } from "../../ports.ts";
import type { Store } from "../store.ts";
import { createActivity } from "./activity.ts";
import { createAgentKeys } from "./agent-keys.ts";
import { createApprovals } from "./approvals.ts";
import { attempt } from "./attempt.ts";
import { createAudit } from "./audit.ts";
import { createChanges } from "./changes.ts";
import { createConnections } from "./connections.ts";
import { createDataKeys } from "./data-keys.ts";
import { createDelegations } from "./delegations.ts";
import { createEffectCounts } from "./effect-counts.ts";
import { createInvitations } from "./invitations.ts";
import { createJournal } from "./journal.ts";
import { createKeys } from "./keys.ts";
import { createOperations } from "./operations.ts";
import { createPlans } from "./plans.ts";
import { createPolicies } from "./policies.ts";
import { createPrincipals } from "./principals.ts";
import { createProcesses } from "./processes.ts";
import { createRevocations } from "./revocations.ts";
import { createSignIns } from "./sign-ins.ts";
import { sweep } from "./sweep.ts";
import type { Db } from "./tables.ts";
import { createTenants } from "./tenants.ts";
import { createUndos } from "./undos.ts";
import { createUsage } from "./usage.ts";

export interface SqlStoreOptions {
  db: Db;
  clock: Clock;
  /** What a driver does besides when it sweeps. */
  sweep?: (now: number) => Promise<void>;
  /** What the database takes on its disk. */
  bytes: () => Promise<number>;
  close: () => Promise<void>;
}

/** The records on either database: a driver brings the connection, everything else is the same. */
export function createSqlStore({ db, clock, close, ...driver }: SqlStoreOptions): Store {
  return {
    ...createNouns(db, clock),
    transaction: (work) =>
      db.transaction().execute((tx) => work(createTransactionStore(tx, clock))),
    async attempt() {
      throw new Error("Only inside a transaction of the store.");
    },
    async check() {
      await db.selectFrom("counters").select("value").limit(1).execute();
    },
    async sweep(now) {
      await sweep(db, now);
      await driver.sweep?.(now);
    },
    bytes: driver.bytes,
    close,
  };
}

/** The store that `work` gets. It ends with the transaction, so it can do neither this nor that to the whole. */
function createTransactionStore(tx: Db, clock: Clock): Store {
  const refuse = async (): Promise<never> => {
    throw new Error("Not inside a transaction of the store.");
  };
  const store: Store = {
    ...createNouns(tx, clock),
    transaction: refuse,
    attempt: (work) => attempt(tx, () => work(store)),
    check: refuse,
    bytes: refuse,
    sweep: (now) => sweep(tx, now),
    close: refuse,
  };
  return store;
}

function createNouns(db: Db, clock: Clock) {
  return {
    tenants: createTenants(db),
    principals: createPrincipals(db),
    keys: createKeys(db),
    connections: createConnections(db),
    dataKeys: createDataKeys(db),
    policies: createPolicies(db),
    invitations: createInvitations(db),
    signIns: createSignIns(db),
    agentKeys: createAgentKeys(db),
    revocations: createRevocations(db),
    activity: createActivity(db),
    usage: createUsage(db),
    audit: createAudit(db),
    plans: createPlans(db),
    approvals: createApprovals(db),
    delegations: createDelegations(db),
    journal: createJournal(db),
    operations: createOperations(db),
    undos: createUndos(db),
    effectCounts: createEffectCounts(db),
    processes: createProcesses(db),
    changes: createChanges(db, clock),
  } satisfies Partial<Store>;
}
