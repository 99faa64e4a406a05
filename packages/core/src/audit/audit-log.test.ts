import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adminEvent, createTestAudit, readEvent } from "@fairlead/testkit/audit";
import { failureOf } from "@fairlead/testkit/failure-of";
import { createCollectingLogger } from "@fairlead/testkit/logger";
import { expect, test } from "vitest";
import type { AuditEvent } from "../observe/audit-event.ts";
import { loadSqlite } from "../storage/node-sqlite.ts";
import type { Change } from "../storage/records.ts";
import { createSqliteStore } from "../storage/sqlite.ts";
import type { Store } from "../storage/store.ts";
import { verifyLog } from "./export.ts";
import { parseBody, toReadable } from "./row.ts";

const CHANGE: Omit<Change, "seq"> = { tenant_id: "ten_pier", topic: "key", ref: "key_8Fq" };

async function bodiesOf({ audit }: Store, chain: string) {
  const rows = await audit.readChain(chain, 0, 1_000);
  return rows.map(({ body }) => {
    const parsed = parseBody(body);
    return parsed === undefined ? {} : toReadable(parsed);
  });
}

async function namesOf(store: Store, chain: string) {
  return (await bodiesOf(store, chain)).map(({ name }) => name);
}

/** A file that another program can lock, as an outage of the store. */
async function createLockable() {
  const path = join(mkdtempSync(join(tmpdir(), "fairlead-audit-")), "records.db");
  const store = await createSqliteStore(path, { lockWaitMs: 1 });
  const { DatabaseSync } = loadSqlite();
  return {
    store,
    lock() {
      const other = new DatabaseSync(path);
      other.exec("begin immediate");
      return () => other.close();
    },
  };
}

/** Commits, and loses the answer: what a broken connection does at the worst moment. */
function losingAnswers(store: Store): { store: Store; lose: (times: number) => void } {
  let left = 0;
  return {
    lose(times) {
      left = times;
    },
    store: {
      ...store,
      async transaction(work) {
        const result = await store.transaction(work);
        if (left === 0) return result;
        left -= 1;
        throw new Error("The connection broke before the answer came.");
      },
    },
  };
}

test("writes what was recorded some milliseconds later, in its order", async () => {
  const { audit, store, clock } = await createTestAudit();
  for (const name of ["one", "two", "three"]) audit.record(readEvent({ name }));
  expect(await store.audit.heads()).toEqual([]);
  clock.advance(5);
  await audit.flush();
  expect(await namesOf(store, "ten_pier/p1")).toEqual(["audit.chain", "one", "two", "three"]);
});

test("a chain begins with a row that names its writer and the key", async () => {
  const { audit, store, clock, keys } = await createTestAudit();
  audit.record(readEvent());
  await audit.flush();
  const [first] = await bodiesOf(store, "ten_pier/p1");
  expect(first).toMatchObject({
    name: "audit.chain",
    at: clock.now(),
    note: {
      chain: "ten_pier/p1",
      writer: "p1",
      key_id: keys.key(1).id,
      public_key: keys.key(1).public_key,
    },
  });
});

test("every tenant has a chain of its own, and the installation one", async () => {
  const { audit, store } = await createTestAudit();
  audit.record(readEvent({ tenant_id: "ten_pier" }));
  audit.record(readEvent({ tenant_id: "ten_quay" }));
  audit.record(readEvent({ tenant_id: undefined, outcome: "unauthenticated" }));
  await audit.flush();
  expect((await store.audit.heads()).map(({ chain, tenant_id }) => [chain, tenant_id])).toEqual([
    ["ten_pier/p1", "ten_pier"],
    ["ten_quay/p1", "ten_quay"],
    ["ten_system/p1", "ten_system"],
  ]);
});

test("a process begins chains of its own, whatever others wrote", async () => {
  const { audit, store, open, keys } = await createTestAudit();
  const other = open("p2");
  audit.record(readEvent());
  other.record(readEvent());
  await Promise.all([audit.flush(), other.flush()]);
  expect((await store.audit.heads()).map(({ chain }) => chain)).toEqual([
    "ten_pier/p1",
    "ten_pier/p2",
  ]);
  expect(await verifyLog(store.audit, keys)).toMatchObject({ ok: true, chains: 2 });
});

test("an act and its event are kept together", async () => {
  const { audit, store } = await createTestAudit();
  const result = await audit.transaction(async (tx) => ({
    result: await tx.changes.append(CHANGE),
    event: adminEvent(),
  }));
  expect(result).toBe(await store.changes.last());
  expect(await namesOf(store, "ten_pier/p1")).toEqual(["audit.chain", "keys.create"]);
});

test("an act that fails leaves neither a change nor a row nor a gap", async () => {
  const { audit, store, keys } = await createTestAudit();
  const act = (fails: boolean) =>
    audit.transaction(async (tx) => {
      await tx.changes.append(CHANGE);
      if (fails) throw new Error("changed my mind");
      return { result: 0, event: adminEvent() };
    });
  await act(false);
  const before = await store.changes.last();
  await expect(act(true)).rejects.toThrow("changed my mind");
  expect(await store.changes.last()).toBe(before);
  await act(false);
  expect(await namesOf(store, "ten_pier/p1")).toEqual([
    "audit.chain",
    "keys.create",
    "keys.create",
  ]);
  expect(await verifyLog(store.audit, keys)).toMatchObject({ ok: true });
});

test("acts and reads at once, of two processes and two tenants, make sound chains", async () => {
  const { audit, store, open, keys } = await createTestAudit();
  const logs = [audit, open("p2")];
  const acts: Promise<unknown>[] = [];
  for (let round = 0; round < 40; round += 1) {
    for (const log of logs) {
      const tenant_id = round % 3 === 0 ? "ten_quay" : "ten_pier";
      for (let each = 0; each < 5; each += 1) log.record(readEvent({ tenant_id }));
      const event = adminEvent({ tenant_id });
      acts.push(log.transaction(async () => ({ result: 0, event })));
      acts.push(log.flush());
    }
  }
  await Promise.all(acts);
  await Promise.all(logs.map((log) => log.flush()));
  expect(await verifyLog(store.audit, keys)).toMatchObject({
    problems: [],
    chains: 4,
    rows: 4 + 2 * 40 * 6,
  });
});

test("an act whose answer was lost is there or not, and never twice", async () => {
  const real = (await createTestAudit()).store;
  const broken = losingAnswers(real);
  const { audit, keys } = await createTestAudit({ store: broken.store });
  const act = () => audit.transaction(async () => ({ result: 0, event: adminEvent() }));
  await act();
  broken.lose(1);
  await expect(act()).rejects.toThrow("broke");
  await act();
  expect((await real.audit.heads()).map(({ chain, seq }) => [chain, seq])).toEqual([
    ["ten_pier/p1", 3],
    ["ten_pier/p1.1", 2],
  ]);
  expect(await verifyLog(real.audit, keys)).toMatchObject({ problems: [] });
});

test("a batch whose answer was lost is not written twice", async () => {
  const real = (await createTestAudit()).store;
  const broken = losingAnswers(real);
  const { audit, keys } = await createTestAudit({ store: broken.store });
  broken.lose(1);
  audit.record(readEvent({ name: "one" }));
  await expect(audit.flush()).rejects.toThrow("broke");
  audit.record(readEvent({ name: "two" }));
  await audit.flush();
  expect(await namesOf(real, "ten_pier/p1")).toEqual(["audit.chain", "one"]);
  expect(await namesOf(real, "ten_pier/p1.1")).toEqual(["audit.chain", "two"]);
  expect(await verifyLog(real.audit, keys)).toMatchObject({ problems: [] });
});

test("a chain that somebody else went on with is left to them", async () => {
  const { audit, store } = await createTestAudit();
  audit.record(readEvent({ name: "one" }));
  await audit.flush();
  const [, last] = await store.audit.readChain("ten_pier/p1", 0, 10);
  if (last !== undefined) await store.audit.append([{ ...last, seq: 3, hash: "f".repeat(64) }]);
  audit.record(readEvent({ name: "two" }));
  await expect(audit.flush()).rejects.toMatchObject({ code: "conflict" });
  await audit.flush();
  expect(await namesOf(store, "ten_pier/p1.1")).toEqual(["audit.chain", "two"]);
});

test("events wait while the store is away, and are written once it is back", async () => {
  const { store, lock } = await createLockable();
  const { audit, clock, keys } = await createTestAudit({ store });
  audit.record(readEvent({ name: "one" }));
  await audit.flush();
  const unlock = lock();
  audit.record(readEvent({ name: "two" }));
  expect((await failureOf(audit.flush())).details).toMatchObject({ reason: "store" });
  audit.record(readEvent({ name: "three" }));
  unlock();
  clock.advance(60_000);
  await audit.flush();
  expect(await namesOf(store, "ten_pier/p1")).toEqual(["audit.chain", "one", "two", "three"]);
  expect(await verifyLog(store.audit, keys)).toMatchObject({ ok: true });
});

test("what is too much to wait is counted, and the count is written down", async () => {
  const { store, lock } = await createLockable();
  const logger = createCollectingLogger();
  const { audit } = await createTestAudit({ store, maxWaiting: 3, logger });
  const unlock = lock();
  for (let each = 1; each <= 5; each += 1) audit.record(readEvent({ name: `${each}` }));
  audit.record(readEvent({ tenant_id: "ten_quay", at: 7 }));
  await expect(audit.flush()).rejects.toThrow();
  unlock();
  await audit.flush();
  expect(await namesOf(store, "ten_pier/p1")).toEqual(["audit.chain", "1", "2", "3", "audit.lost"]);
  const [, lost] = await bodiesOf(store, "ten_quay/p1");
  expect(lost).toMatchObject({ name: "audit.lost", note: { events: 1, first_at: 7, last_at: 7 } });
  expect(logger.lines.map(({ message }) => message)).toContain("audit events were lost meanwhile");
});

test("an act is refused while the store is away", async () => {
  const { store, lock } = await createLockable();
  const { audit } = await createTestAudit({ store });
  const unlock = lock();
  const act = audit.transaction(async () => ({ result: 0, event: adminEvent() }));
  expect(await failureOf(act)).toMatchObject({ code: "upstream_unavailable" });
  unlock();
});

test("close says what it could not write", async () => {
  const { store, lock } = await createLockable();
  const logger = createCollectingLogger();
  const { audit } = await createTestAudit({ store, logger });
  const unlock = lock();
  audit.record(readEvent());
  await audit.close();
  unlock();
  const said = logger.lines.find(({ message }) => message.includes("could not be written"));
  expect(said?.fields).toEqual({ events: 1 });
});

test("refusals of callers that nobody knows are limited, and those left out are counted", async () => {
  const { audit, store, clock } = await createTestAudit();
  const refusal = readEvent({ tenant_id: undefined, outcome: "unauthenticated" });
  for (let each = 0; each < 1_000; each += 1) audit.record({ ...refusal, name: "admit" });
  await audit.flush();
  const names = await namesOf(store, "ten_system/p1");
  expect(names.filter((name) => name === "admit")).toHaveLength(20);
  clock.advance(1_000);
  for (let each = 0; each < 1_000; each += 1) audit.record({ ...refusal, name: "later" });
  clock.advance(60_000);
  await audit.flush();
  const bodies = await bodiesOf(store, "ten_system/p1");
  expect(bodies.filter(({ name }) => name === "later")).toHaveLength(10);
  expect(bodies.find(({ name }) => name === "audit.left_out")).toMatchObject({
    note: { events: 1_970 },
  });
});

test("refusals of known callers are all kept", async () => {
  const { audit, store } = await createTestAudit();
  for (let each = 0; each < 100; each += 1) audit.record(readEvent({ outcome: "forbidden" }));
  await audit.flush();
  expect(await namesOf(store, "ten_pier/p1")).toHaveLength(101);
});

test("tells of a read as it is recorded, of an act once it is committed", async () => {
  const heard: AuditEvent[] = [];
  const { audit } = await createTestAudit({ onEvent: (event) => heard.push(event) });
  audit.record(readEvent({ name: "one" }));
  expect(heard.map(({ name }) => name)).toEqual(["one"]);
  const fails = audit.transaction(async () => {
    throw new Error("changed my mind");
  });
  await expect(fails).rejects.toThrow();
  await audit.transaction(async () => {
    expect(heard).toHaveLength(1);
    return { result: 0, event: adminEvent() };
  });
  expect(heard.map(({ name }) => name)).toEqual(["one", "keys.create"]);
});

test("a clock set back does not turn the order of a chain round", async () => {
  const { audit, store, keys, clock } = await createTestAudit();
  audit.record(readEvent());
  await audit.flush();
  clock.step(-30_000);
  audit.record(readEvent());
  await audit.flush();
  clock.step(-3_600_000);
  audit.record(readEvent());
  await audit.flush();
  expect((await store.audit.heads()).map(({ chain, seq }) => [chain, seq])).toEqual([
    ["ten_pier/p1", 3],
    ["ten_pier/p1.1", 2],
  ]);
  expect(await verifyLog(store.audit, keys)).toMatchObject({ ok: true });
});

test("a name that cannot be a process's is refused", async () => {
  await expect(createTestAudit({ processId: "a/b" })).rejects.toThrow("cannot be the id");
});

test("refusals of a tenant's own credentials are limited apart, and counted in its own chain", async () => {
  const { audit, store, clock } = await createTestAudit();
  const stranger = readEvent({ tenant_id: undefined, outcome: "unauthenticated" });
  for (let each = 0; each < 100; each += 1) audit.record({ ...stranger, action: "admission" });
  const refusal = readEvent({ action: "admission", name: "admit", outcome: "unauthenticated" });
  for (let each = 0; each < 100; each += 1) audit.record(refusal);
  clock.advance(60_000);
  audit.record(readEvent());
  await audit.flush();
  const chain = `${refusal.tenant_id}/p1`;
  const bodies = await bodiesOf(store, chain);
  expect(bodies.filter(({ name }) => name === "admit")).toHaveLength(20);
  expect(bodies.find(({ name }) => name === "audit.left_out")).toMatchObject({
    note: { events: 80 },
  });
});

test("a flood of refusals in one tenant leaves out nothing of another", async () => {
  const { audit, store } = await createTestAudit();
  const refusal = readEvent({ action: "admission", name: "admit", outcome: "unauthenticated" });
  for (let each = 0; each < 100; each += 1) audit.record({ ...refusal, tenant_id: "ten_flood" });
  for (let each = 0; each < 5; each += 1) audit.record(refusal);
  await audit.flush();
  const names = await namesOf(store, `${refusal.tenant_id}/p1`);
  expect(names.filter((name) => name === "admit")).toHaveLength(5);
});
