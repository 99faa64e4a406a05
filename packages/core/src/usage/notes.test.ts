import { createManualClock } from "@fairlead/testkit/clock";
import { createPrincipal } from "@fairlead/testkit/engine";
import { expect, test } from "vitest";
import type { AuditEvent } from "../observe/audit-event.ts";
import { SILENT } from "../ports.ts";
import { createSqliteStore } from "../storage/sqlite.ts";
import { createNotes } from "./notes.ts";

const HOUR_MS = 3_600_000;
const ann = createPrincipal();

async function setUp(break_: { usage?: boolean; activity?: boolean } = {}) {
  const clock = createManualClock();
  const real = await createSqliteStore(":memory:", { clock });
  const fail = () => Promise.reject(new Error("The disk is full."));
  const store = {
    ...real,
    usage: { ...real.usage, add: (rows: never) => (break_.usage ? fail() : real.usage.add(rows)) },
    activity: {
      ...real.activity,
      touch: (rows: never) => (break_.activity ? fail() : real.activity.touch(rows)),
    },
  };
  const notes = createNotes(store, clock, SILENT);
  const called = (changes: Partial<AuditEvent> = {}, who = ann) =>
    notes.called(who, event({ at: clock.now(), ...changes }));
  const usage = (tenant_id = ann.tenant_id) =>
    real.usage.list(tenant_id, { from: 0, to: clock.now() + HOUR_MS });
  return { clock, notes, called, usage, break_, store: real };
}

function event(changes: Partial<AuditEvent>): AuditEvent {
  return {
    ...{ at: 0, request_id: "r", trace_id: "t", surface: "http", duration_ms: 0, outcome: "ok" },
    ...{ tenant_id: ann.tenant_id, principal_id: ann.id, connection_id: undefined },
    ...{ action: "tool", name: "harbour_get_tide", connector: "harbour", effect: "read" },
    ...changes,
  } as AuditEvent;
}

test("adds up what a principal did with a tool in an hour", async () => {
  const { notes, called, usage } = await setUp();
  called({ upstream_calls: 2, bytes_out: 10 });
  called({ outcome: "timeout", upstream_calls: 1 });
  called({ name: "harbour_book_berth", effect: "write" });
  await notes.flush();
  expect(await usage()).toMatchObject([
    { tool: "harbour_book_berth", calls: 1, errors: 0, effect: "write" },
    { tool: "harbour_get_tide", calls: 2, errors: 1, upstream_calls: 3, bytes_out: 10 },
  ]);
});

test("starts a new row with each hour", async () => {
  const { clock, notes, called, usage } = await setUp();
  called();
  clock.advance(HOUR_MS);
  called();
  await notes.flush();
  const rows = await usage();
  expect(rows.map(({ calls }) => calls)).toEqual([1, 1]);
  expect(new Set(rows.map(({ hour }) => hour)).size).toBe(2);
});

test("writes by itself every few seconds", async () => {
  const { clock, called, usage } = await setUp();
  called();
  clock.advance(5_000);
  await expect.poll(() => usage()).toHaveLength(1);
});

test("keeps tenants and principals apart", async () => {
  const { notes, called, usage } = await setUp();
  called();
  called({}, createPrincipal({ tenant_id: "ten_other" }));
  called({}, createPrincipal({ id: "prn_bob" }));
  await notes.flush();
  expect((await usage()).map(({ principal_id }) => principal_id).sort()).toEqual([
    "prn_ann",
    "prn_bob",
  ]);
  expect(await usage("ten_other")).toHaveLength(1);
});

test("loses nothing, and counts nothing twice, while the store is away", async () => {
  const { notes, called, usage, break_ } = await setUp({ usage: true });
  called();
  await notes.flush();
  called();
  break_.usage = false;
  break_.activity = true;
  await notes.flush();
  called();
  break_.activity = false;
  await notes.flush();
  expect(await usage()).toMatchObject([{ calls: 3 }]);
});

test("tells of activity that is not written yet, and of what other processes wrote", async () => {
  const { clock, notes, called, store } = await setUp();
  const firstAt = clock.now();
  await store.activity.touch([{ tenant_id: ann.tenant_id, principal_id: ann.id, at: firstAt }]);
  clock.advance(60_000);
  called();
  expect(await notes.activityOf(ann)).toEqual({
    first_seen_at: firstAt,
    last_active_at: firstAt + 60_000,
  });
  const later = clock.now() + 5_000;
  await store.activity.touch([{ tenant_id: ann.tenant_id, principal_id: ann.id, at: later }]);
  expect((await notes.activityOf(ann)).last_active_at).toBe(later);
});

test("writes what is left when it is closed", async () => {
  const { notes, called, usage } = await setUp();
  called();
  await notes.close();
  expect(await usage()).toHaveLength(1);
});

test("drops what waits of a tenant that is gone, and of no other", async () => {
  const { notes, called, usage, store } = await setUp();
  const bob = createPrincipal({ tenant_id: "ten_other", id: "prn_bob" });
  called();
  called({}, bob);
  await notes.forget(ann.tenant_id);
  called();
  await notes.flush();
  expect(await usage()).toEqual([]);
  expect(await store.activity.find(ann.tenant_id, ann.id)).toBeUndefined();
  expect(await usage("ten_other")).toHaveLength(1);
  expect(await store.activity.find("ten_other", "prn_bob")).toBeDefined();
});

test("does not try again what could not be written of a tenant that is gone meanwhile", async () => {
  const { notes, called, usage, break_ } = await setUp({ usage: true });
  called();
  const flushed = notes.flush();
  await Promise.resolve();
  const forgotten = notes.forget(ann.tenant_id);
  await Promise.all([flushed, forgotten]);
  break_.usage = false;
  await notes.flush();
  expect(await usage()).toEqual([]);
});

test("leaves nothing of a tenant that was written while it was deleted", async () => {
  const { notes, called, usage } = await setUp();
  called();
  const flushed = notes.flush();
  await Promise.all([flushed, notes.forget(ann.tenant_id)]);
  expect(await usage()).toEqual([]);
});

test("adds requests that left after their call was noted, and counts no second call", async () => {
  const { clock, notes, called, usage } = await setUp();
  called({ upstream_calls: 1 });
  notes.calledLate(ann, event({ at: clock.now() }), 2);
  await notes.flush();
  expect(await usage()).toMatchObject([{ calls: 1, upstream_calls: 3 }]);
});
