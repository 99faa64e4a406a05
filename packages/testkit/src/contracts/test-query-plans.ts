import type { Store } from "@fairlead/core/storage/store";
import type { CompiledQuery, LogEvent } from "kysely";
import { beforeAll, expect, test } from "vitest";
import {
  addOwners,
  agentKey,
  apiKey,
  auditRow,
  checkpoint,
  connection,
  dataKey,
  delegation,
  effectCount,
  invitation,
  journalRow,
  operation,
  plan,
  policy,
  signIn,
  undo,
  usageRow,
} from "./store/records.ts";

/** How a database would answer a query. */
export interface QueryPlan {
  /** Tables it would read from one end to the other. */
  scanned: readonly string[];
  /** What it looks up in indexes, such as `tenant_id=? AND id>?`. */
  conditions: string;
  /** Whether it has to sort what it found. */
  sorts: boolean;
}

export interface Explained {
  store: Store;
  explain(query: CompiledQuery): Promise<QueryPlan>;
  /** Has the database count what is there, as one does that chooses by it. */
  analyze?(): Promise<void>;
}

interface HotQuery {
  run: (store: Store) => Promise<unknown>;
  /** Columns that have to be looked up in an index. */
  by: readonly string[];
  /** Few rows, which may be sorted after they were found. */
  sorts?: boolean;
}

const CURSOR_TIME_ID = Buffer.from('[1,"x"]').toString("base64url");
const CURSOR_ID = Buffer.from('["x"]').toString("base64url");
const CURSOR_AUDIT = Buffer.from('[2000,"ten_a/p1",1]').toString("base64url");
const { address, public_key } = agentKey();

const SWEPT_BY = ["expires_at", "at", "hour", "last_active_at", "ended_at", "look_at", "plan_id"];

/** What runs with calls, every second, or over whatever has piled up. */
const HOT: Readonly<Record<string, HotQuery>> = {
  "tenants.find": { run: (s) => s.tenants.find("ten_a"), by: ["id"] },
  "tenants.findByName": { run: (s) => s.tenants.findByName("x"), by: ["name"] },
  "tenants.list": { run: (s) => s.tenants.list({ limit: 10 }), by: [] },
  "tenants.list, next page": {
    run: (s) => s.tenants.list({ limit: 10, cursor: CURSOR_TIME_ID }),
    by: ["created_at"],
  },
  "principals.find": { run: (s) => s.principals.find("ten_a", "prn_a"), by: ["id"] },
  "principals.findBySubject": {
    run: (s) => s.principals.findBySubject("https://id.example", "42"),
    by: ["issuer", "subject"],
  },
  "principals.list": { run: (s) => s.principals.list("ten_a", { limit: 10 }), by: ["tenant_id"] },
  "principals.list, next page": {
    run: (s) => s.principals.list("ten_a", { limit: 10, cursor: CURSOR_TIME_ID }),
    by: ["tenant_id", "created_at"],
  },
  "keys.find": { run: (s) => s.keys.find("key_a"), by: ["id"] },
  "keys.list": { run: (s) => s.keys.list("ten_a", { limit: 10 }), by: ["tenant_id"] },
  "keys.list, next page": {
    run: (s) => s.keys.list("ten_a", { limit: 10, cursor: CURSOR_TIME_ID }),
    by: ["tenant_id", "created_at"],
  },
  "keys.listOf": {
    run: (s) => s.keys.listOf("ten_a", "prn_a"),
    by: ["tenant_id", "principal_id"],
  },
  "keys.touch": { run: (s) => s.keys.touch([{ id: "key_a", at: 1 }]), by: ["id"] },
  "connections.find": { run: (s) => s.connections.find("ten_a", "con_a"), by: ["id"] },
  "connections.list": { run: (s) => s.connections.list("ten_a"), by: ["tenant_id"] },
  "connections.list, of a connector": {
    run: (s) => s.connections.list("ten_a", "harbour"),
    by: ["tenant_id", "connector"],
  },
  "connections.update": {
    run: (s) => s.connections.update(connection({ version: 2 })),
    by: ["id"],
  },
  "connections.listSealedWith": {
    run: (s) => s.connections.listSealedWith("dk_a"),
    by: ["tenant_id", "id"],
  },
  "dataKeys.list": { run: (s) => s.dataKeys.list("ten_a"), by: ["tenant_id"] },
  "dataKeys.listNotWrappedBy": {
    run: (s) => s.dataKeys.listNotWrappedBy("mk_2", 10),
    by: ["master_key_id"],
  },
  "policies.list": { run: (s) => s.policies.list("ten_a"), by: ["tenant_id"] },
  "invitations.findByHash": { run: (s) => s.invitations.findByHash("h"), by: ["hash"] },
  "invitations.list": { run: (s) => s.invitations.list("ten_a"), by: ["tenant_id"] },
  "signIns.find": { run: (s) => s.signIns.find("sign-in-a"), by: ["id"] },
  "signIns.deleteOf": {
    run: (s) => s.signIns.deleteOf("ten_a", "prn_x"),
    by: ["tenant_id", "principal_id"],
  },
  "agentKeys.find": {
    run: (s) => s.agentKeys.find(address, public_key),
    by: ["address", "public_key"],
  },
  "agentKeys.list": {
    run: (s) => s.agentKeys.list("ten_a", "prn_a"),
    by: ["tenant_id", "principal_id"],
    sorts: true,
  },
  "revocations.has": { run: (s) => s.revocations.has("r"), by: ["id"] },
  "activity.find": {
    run: (s) => s.activity.find("ten_a", "prn_a"),
    by: ["tenant_id", "principal_id"],
  },
  "usage.list": {
    run: (s) => s.usage.list("ten_a", { from: 0, to: 9e9 }),
    by: ["tenant_id", "hour"],
  },
  "usage.list, of a principal": {
    run: (s) => s.usage.list("ten_a", { from: 0, to: 9e9, principal_id: "prn_a" }),
    by: ["tenant_id", "hour"],
  },
  "usage.total": {
    run: (s) => s.usage.total("ten_a", { from: 0, to: 9e9 }),
    by: ["tenant_id", "hour"],
  },
  "usage.totals": {
    run: (s) => s.usage.totals({ from: 0, to: 9e9 }),
    by: ["hour"],
    sorts: true,
  },
  "usage.storedBytes": { run: (s) => s.usage.storedBytes("ten_a"), by: ["tenant_id"] },
  "audit.readChain": { run: (s) => s.audit.readChain("ten_a/p1", 1, 10), by: ["chain", "seq"] },
  "audit.list": { run: (s) => s.audit.list("ten_a", { limit: 10 }), by: ["tenant_id"] },
  "audit.list, of a time": {
    run: (s) => s.audit.list("ten_a", { limit: 10, from: 1, to: 9e9 }),
    by: ["tenant_id", "at"],
  },
  "audit.list, next page": {
    run: (s) => s.audit.list("ten_a", { limit: 10, cursor: CURSOR_AUDIT }),
    by: ["tenant_id", "at"],
  },
  "audit.heads": { run: (s) => s.audit.heads(), by: ["chain", "seq"], sorts: true },
  "audit.heads, of a tenant": {
    run: (s) => s.audit.heads({ tenant_id: "ten_a" }),
    by: ["chain", "seq"],
    sorts: true,
  },
  "audit.heads, that moved": {
    run: (s) => s.audit.heads({ moved_since: 2_000 }),
    by: ["at", "chain", "seq"],
    sorts: true,
  },
  "audit.heads, of a tenant that moved": {
    run: (s) => s.audit.heads({ tenant_id: "ten_a", moved_since: 2_000 }),
    by: ["tenant_id", "at", "chain", "seq"],
    sorts: true,
  },
  "audit.deleteBefore": { run: (s) => s.audit.deleteBefore(1_002), by: ["chain"] },
  "audit.lastCheckpoint": { run: (s) => s.audit.lastCheckpoint(), by: ["seq"] },
  "audit.readCheckpoints": { run: (s) => s.audit.readCheckpoints(1, 10), by: ["seq"] },
  "changes.since": { run: (s) => s.changes.since(1, 10), by: ["seq"] },
  "changes.last": { run: (s) => s.changes.last(), by: ["name"] },
  "changes.append": {
    run: (s) => s.changes.append({ tenant_id: "ten_a", topic: "key", ref: "x" }),
    by: ["name"],
  },
  "plans.find": { run: (s) => s.plans.find("ten_a", "pln_a"), by: ["tenant_id", "id"] },
  "plans.list": { run: (s) => s.plans.list("ten_a", { limit: 10 }), by: ["tenant_id"] },
  "plans.list, next page": {
    run: (s) => s.plans.list("ten_a", { limit: 10, cursor: CURSOR_TIME_ID }),
    by: ["tenant_id", "created_at"],
  },
  "plans.list, of a principal": {
    run: (s) => s.plans.list("ten_a", { limit: 10, principal_id: "prn_a" }),
    by: ["tenant_id", "principal_id"],
  },
  "plans.list, that are open": {
    run: (s) => s.plans.list("ten_a", { limit: 10, open_at: 2_900 }),
    by: ["tenant_id", "expires_at", "plan_id"],
    sorts: true,
  },
  "plans.deny": { run: (s) => s.plans.deny("ten_a", "pln_a", 5), by: ["tenant_id", "id"] },
  "plans.listSealedWith": {
    run: (s) => s.plans.listSealedWith("dk_a", { limit: 10, cursor: CURSOR_ID }),
    by: ["tenant_id", "id"],
  },
  "plans.reseal": { run: (s) => s.plans.reseal(plan(), plan()), by: ["tenant_id", "id"] },
  "approvals.listOf": {
    run: (s) => s.approvals.listOf("ten_a", "pln_a"),
    by: ["tenant_id", "plan_id"],
    sorts: true,
  },
  "delegations.list": {
    run: (s) => s.delegations.list("ten_a", { at: 5 }),
    by: ["tenant_id"],
    sorts: true,
  },
  "delegations.list, to somebody": {
    run: (s) => s.delegations.list("ten_a", { at: 5, to_principal_id: "prn_a" }),
    by: ["tenant_id", "to_principal_id", "expires_at"],
    sorts: true,
  },
  "journal.find": { run: (s) => s.journal.find("ten_a", "jrn_a"), by: ["tenant_id", "id"] },
  "journal.findByKey": {
    run: (s) => s.journal.findByKey("ten_a", "prn_a", "k"),
    by: ["tenant_id", "principal_id", "key"],
  },
  "journal.findByPlan": {
    run: (s) => s.journal.findByPlan("ten_a", "pln_a"),
    by: ["tenant_id", "plan_id"],
  },
  "journal.findOpen": {
    run: (s) => s.journal.findOpen("ten_a", "h"),
    by: ["tenant_id", "request_hash"],
  },
  "journal.findByLane": {
    run: (s) => s.journal.findByLane("ten_a", "l"),
    by: ["tenant_id", "lane"],
  },
  "journal.move": {
    run: (s) => s.journal.move("ten_a", "jrn_a", "intended", { state: "sent", sent_at: 5 }),
    by: ["tenant_id", "id"],
  },
  "journal.due": { run: (s) => s.journal.due(5, 10), by: ["check_at"] },
  "journal.listSealedWith": {
    run: (s) => s.journal.listSealedWith("dk_a", { limit: 10, cursor: CURSOR_ID }),
    by: ["tenant_id", "id"],
  },
  "journal.reseal": {
    run: (s) => s.journal.reseal(journalRow(), journalRow()),
    by: ["tenant_id", "id"],
  },
  "operations.find": { run: (s) => s.operations.find("ten_a", "opn_a"), by: ["tenant_id", "id"] },
  "operations.list": { run: (s) => s.operations.list("ten_a", { limit: 10 }), by: ["tenant_id"] },
  "operations.list, next page": {
    run: (s) => s.operations.list("ten_a", { limit: 10, cursor: CURSOR_TIME_ID }),
    by: ["tenant_id", "created_at"],
  },
  "operations.list, of a time": {
    run: (s) => s.operations.list("ten_a", { limit: 10, from: 1, to: 9 }),
    by: ["tenant_id", "created_at"],
  },
  "operations.list, of a principal": {
    run: (s) => s.operations.list("ten_a", { limit: 10, principal_id: "prn_a" }),
    by: ["tenant_id", "principal_id"],
  },
  "operations.list, that have not ended": {
    run: (s) => s.operations.list("ten_a", { limit: 10, states: ["queued", "running"] }),
    by: ["tenant_id"],
  },
  "operations.update": {
    run: (s) => s.operations.update(operation({ version: 2 })),
    by: ["tenant_id", "id"],
  },
  "operations.due": { run: (s) => s.operations.due(5, 10), by: ["due_at"] },
  "operations.backlog": { run: (s) => s.operations.backlog(5), by: ["due_at"] },
  "operations.findByPlan": {
    run: (s) => s.operations.findByPlan("ten_a", "pln_a"),
    by: ["tenant_id", "plan_id"],
    sorts: true,
  },
  "operations.listSealedWith": {
    run: (s) => s.operations.listSealedWith("dk_a", { limit: 10, cursor: CURSOR_ID }),
    by: ["tenant_id", "id"],
  },
  "operations.reseal": {
    run: (s) => s.operations.reseal(operation(), operation()),
    by: ["tenant_id", "id"],
  },
  "undos.find": { run: (s) => s.undos.find("ten_a", "und_a"), by: ["tenant_id", "id"] },
  "undos.findByJournal": {
    run: (s) => s.undos.findByJournal("ten_a", "jrn_a"),
    by: ["tenant_id", "journal_id"],
  },
  "undos.listSealedWith": {
    run: (s) => s.undos.listSealedWith("dk_a", { limit: 10, cursor: CURSOR_ID }),
    by: ["tenant_id", "id"],
  },
  "undos.reseal": { run: (s) => s.undos.reseal(undo(), undo()), by: ["tenant_id", "id"] },
  "effectCounts.spend, giving back": {
    run: (s) => s.effectCounts.spend(effectCount(), -1, 9),
    by: ["tenant_id", "period", "principal_id", "budget"],
  },
  "effectCounts.list": {
    run: (s) => s.effectCounts.list("ten_a", ["2026-11-30", "2026-11"]),
    by: ["tenant_id", "period"],
  },
  "tenants.delete": { run: (s) => s.tenants.delete("ten_x"), by: ["tenant_id"] },
  // The processes are a handful, and have no index by time.
  sweep: { run: (s) => s.sweep(1_000), by: SWEPT_BY },
};

const SMALL: ReadonlySet<string> = new Set(["processes"]);

/**
 * Asks a database how it would answer each hot query, with the very statements that the store sends. `open` gives a
 * store whose queries it hands to `onQuery`, on a database with no records.
 */
export function testQueryPlans(
  open: (onQuery: (event: LogEvent) => void) => Promise<Explained>,
): void {
  const sent: CompiledQuery[] = [];
  let opened: Explained | undefined;
  beforeAll(async () => {
    opened = await open(({ query }) => sent.push(query));
    await fill(opened.store);
    await opened.analyze?.();
    return () => opened?.store.close();
  });

  for (const [name, { run, by, sorts = false }] of Object.entries(HOT)) {
    test(`${name} looks it up in an index`, async () => {
      if (opened === undefined) throw new Error("It was not opened.");
      sent.length = 0;
      await run(opened.store);
      const queries = sent.filter(({ sql }) => /^(select|update|delete|with)\b/i.test(sql.trim()));
      expect(queries).not.toEqual([]);
      const plans: QueryPlan[] = [];
      for (const query of queries) plans.push(await opened.explain(query));
      const scanned = plans.flatMap((plan) => plan.scanned).filter((table) => !SMALL.has(table));
      expect(scanned).toEqual([]);
      const conditions = plans.map((plan) => plan.conditions).join("; ");
      for (const column of by) expect(conditions).toMatch(new RegExp(`\\b${column}\\b`));
      if (!sorts) expect(plans.filter((plan) => plan.sorts)).toEqual([]);
    });
  }
}

async function fill(store: Store): Promise<void> {
  await addOwners(store);
  await store.keys.insert(apiKey());
  await store.connections.insert(connection());
  await store.dataKeys.insert(dataKey());
  await store.policies.insert(policy());
  await store.invitations.insert(invitation());
  await store.signIns.insert(signIn());
  await store.agentKeys.insert(agentKey());
  await store.usage.add([usageRow()]);
  await store.audit.append([1, 2, 3].map((seq) => auditRow({ seq })));
  await store.audit.putCheckpoint(checkpoint());
  await store.delegations.insert(delegation({ to_principal_id: "prn_a" }));
  await store.transaction(fillWrites);
}

/** More than one: several indexes begin with the tenant, and to find a single row any of them would do. */
async function fillWrites(store: Store): Promise<void> {
  for (let n = 0; n < 300; n++) {
    const made = { principal_id: `prn_${n % 30}`, created_at: n };
    const plan_id = `pln_${n}`;
    await store.plans.insert(plan({ ...made, id: plan_id, expires_at: 1 + 10 * n }));
    const times = { created_at: n, ended_at: n, check_at: 1 + 10 * n };
    await store.journal.add(journalRow({ ...times, id: `jrn_${n}`, plan_id, lane: `l${n}` }));
    const due_at = 1 + 10 * n;
    await store.operations.insert(operation({ ...made, id: `opn_${n}`, plan_id, due_at }));
    await store.undos.insert(undo({ id: `und_${n}` }));
    await store.effectCounts.spend(effectCount({ period: `p${n}` }), 1, 9);
  }
}
