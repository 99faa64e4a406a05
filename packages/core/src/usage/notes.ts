import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import type { Principal } from "../identity/principal.ts";
import type { AuditEvent } from "../observe/audit-event.ts";
import type { Clock, Logger } from "../ports.ts";
import type { Activity, UsageRow } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";

/** What is written down of calls besides the audit: who was active when, and how much each used. */
export interface Notes {
  called(principal: Principal, event: AuditEvent): void;
  /** Requests that left for a call after it was noted. */
  calledLate(principal: Principal, event: AuditEvent, upstreamCalls: number): void;
  /** When a principal was first and last active, what is not written yet included. */
  activityOf(principal: Principal): Promise<Activity>;
  /** What there is of a tenant that was deleted: what waits, what was written after its end, and what would come yet. */
  forget(tenant_id: string): Promise<void>;
  /** Writes what was gathered. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const FLUSH_MS = 5_000;
const HOUR_MS = 3_600_000;
/** Rows that wait at most; beyond, the oldest notes are lost rather than the process. */
const MAX_ROWS = 50_000;

/** Gathers notes in memory and adds them to the Store every few seconds; a crash costs what was gathered since. */
export function createNotes(store: Store, clock: Clock, logger: Logger): Notes {
  let usage = new Map<string, UsageRow>();
  let activity = new Map<string, { tenant_id: string; principal_id: string; at: number }>();
  /** What is being written: put back where that fails. */
  let writing: readonly Map<string, { tenant_id: string }>[] = [];
  /** What may not be written yet, so that nobody is told less than what was seen. */
  const seen = new LRUCache<string, Activity>(atMost(10_000));
  /** Deleted tenants, of which calls may still end. */
  const gone = new LRUCache<string, true>(atMost(10_000));
  let stopTimer: (() => void) | undefined;
  let flushing: Promise<void> = Promise.resolve();
  let closed = false;

  function called({ id, tenant_id }: Principal, event: AuditEvent): void {
    if (gone.has(tenant_id)) return;
    const at = event.at + event.duration_ms;
    const who = `${tenant_id} ${id}`;
    const waiting = activity.get(who);
    if (waiting === undefined) activity.set(who, { tenant_id, principal_id: id, at });
    else if (at > waiting.at) waiting.at = at;
    const known = seen.get(who);
    if (known === undefined) seen.set(who, { first_seen_at: at, last_active_at: at });
    else if (at > known.last_active_at) known.last_active_at = at;
    const row = rowOf(who, event, at);
    row.calls += 1;
    if (event.outcome !== "ok" && event.outcome !== "input_required") row.errors += 1;
    row.upstream_calls += event.upstream_calls ?? 0;
    row.bytes_out += event.bytes_out ?? 0;
    flushLater();
  }

  function rowOf(who: string, event: AuditEvent, at: number): UsageRow {
    const hour = at - (at % HOUR_MS);
    const tool = event.action === "tool" ? event.name : `${event.action} ${event.name}`;
    const key = `${who} ${hour} ${tool}`;
    let row = usage.get(key);
    if (row === undefined) {
      const { connector = "fairlead", effect = "read" } = event;
      const [tenant_id = "", principal_id = ""] = who.split(" ");
      row = { tenant_id, principal_id, tool, connector, effect, hour, ...ZERO };
      if (usage.size < MAX_ROWS) usage.set(key, row);
    }
    return row;
  }

  function flushLater(): void {
    if (!closed) stopTimer ??= clock.after(FLUSH_MS, () => void flush());
  }

  async function write(): Promise<void> {
    stopTimer?.();
    stopTimer = undefined;
    const rows = usage;
    const active = activity;
    usage = new Map();
    activity = new Map();
    writing = [rows, active];
    await kept(
      "usage",
      rows,
      () => store.usage.add([...rows.values()]),
      () => {
        for (const [key, row] of rows) putBack(usage, key, row);
      },
    );
    await kept(
      "activity",
      active,
      () => store.activity.touch([...active.values()]),
      () => {
        for (const [key, row] of active) if (!activity.has(key)) activity.set(key, row);
      },
    );
    writing = [];
  }

  /** Each is written by itself, so that the failure of one does not add the other twice. */
  async function kept(
    what: string,
    { size: count }: ReadonlyMap<string, unknown>,
    store: () => Promise<void>,
    back: () => void,
  ): Promise<void> {
    if (count === 0) return;
    try {
      await store();
    } catch (error) {
      logger.warn({ err: error, what, count }, "notes could not be written; trying again");
      back();
      flushLater();
    }
  }

  async function forget(tenant_id: string): Promise<void> {
    gone.set(tenant_id, true);
    for (const rows of [usage, activity, ...writing]) {
      for (const [key, row] of rows) if (row.tenant_id === tenant_id) rows.delete(key);
    }
    for (const who of [...seen.keys()]) if (who.startsWith(`${tenant_id} `)) seen.delete(who);
    // A write may have been under way while the tenant was deleted, and have come after.
    await flushing;
    try {
      await store.tenants.delete(tenant_id);
    } catch (error) {
      logger.warn({ err: error, tenant_id }, "notes of a deleted tenant may be left");
    }
  }

  function flush(): Promise<void> {
    flushing = flushing.then(write);
    return flushing;
  }

  return {
    called,
    calledLate({ id, tenant_id }, event, upstreamCalls) {
      if (gone.has(tenant_id)) return;
      rowOf(`${tenant_id} ${id}`, event, clock.now()).upstream_calls += upstreamCalls;
      flushLater();
    },
    async activityOf({ id, tenant_id }) {
      const here = seen.get(`${tenant_id} ${id}`);
      const kept = await store.activity.find(tenant_id, id);
      if (here === undefined || kept === undefined) {
        const now = clock.now();
        return { ...(here ?? kept ?? { first_seen_at: now, last_active_at: now }) };
      }
      return {
        first_seen_at: Math.min(kept.first_seen_at, here.first_seen_at),
        last_active_at: Math.max(kept.last_active_at, here.last_active_at),
      };
    },
    forget,
    flush,
    async close() {
      closed = true;
      await flush();
      stopTimer?.();
    },
  };
}

const ZERO = { calls: 0, errors: 0, upstream_calls: 0, bytes_out: 0 };

function putBack(usage: Map<string, UsageRow>, key: string, row: UsageRow): void {
  const newer = usage.get(key);
  if (newer === undefined) {
    if (usage.size < MAX_ROWS) usage.set(key, row);
    return;
  }
  newer.calls += row.calls;
  newer.errors += row.errors;
  newer.upstream_calls += row.upstream_calls;
  newer.bytes_out += row.bytes_out;
}
