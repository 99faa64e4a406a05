import { z } from "zod";
import { nothingCounted, pauseWindow, takeFromWindow } from "../limits/sliding-window.ts";
import { fullLevel, refill, takeFrom, toMeasure } from "../limits/token-bucket.ts";
import type { Clock } from "../ports.ts";
import { openSharedDatabase } from "./file-shared-database.ts";
import { createFileMessages } from "./file-shared-messages.ts";
import { type Bucket, type Lease, type Shared, sharedStateAway, type Take } from "./shared.ts";

const SWEEP_MS = 30_000;
/** Values that only save work; those that end first make room. */
const MAX_ENTRIES = 20_000;
/** After a step that had to wait in vain: waiting holds up the whole process, so it is not done for every call. */
const AWAY_MS = 1_000;
const levelRow = z.object({ parts: z.number(), parts_per_token: z.number(), at: z.number() });
const entryRow = z.object({
  value: z.string(),
  fence: z.number(),
  ttl_ms: z.number(),
  expires_at: z.number(),
});
const leaseRow = entryRow.omit({ value: true });
const valueRow = z.object({ value: z.number() });
const countedJson = z.object({
  events: z.array(z.object({ at: z.number(), count: z.number() })),
  pause: z.object({ until: z.number(), ms: z.number() }).optional(),
});

interface Mortal {
  ttl_ms: number;
  expires_at: number;
}

/**
 * What several processes of one machine agree on that open the same file, such as three editors that each run one, by
 * the machine's clock. Each step is one transaction of a few microseconds; SQLite works in the calling thread.
 */
export function createFileShared(path: string, clock: Clock): Shared {
  const database = openSharedDatabase(path);
  const sql = {
    begin: database.prepare("begin immediate"),
    commit: database.prepare("commit"),
    rollback: database.prepare("rollback"),
    findLevel: database.prepare("select parts, parts_per_token, at from buckets where key = ?"),
    putLevel: database.prepare("insert or replace into buckets values (?, ?, ?, ?, ?)"),
    findWindow: database.prepare("select counted as value from windows where key = ?"),
    putWindow: database.prepare(
      "insert into windows values (?, ?, ?) on conflict (key) do update set expires_at = max(expires_at, excluded.expires_at), counted = excluded.counted",
    ),
    findEntry: database.prepare("select * from entries where key = ?"),
    putEntry: database.prepare("insert or replace into entries values (?, ?, ?, ?, ?, ?)"),
    endEntry: database.prepare("update entries set expires_at = ? where key = ?"),
    deleteEntry: database.prepare("delete from entries where key = ?"),
    findLease: database.prepare("select * from leases where key = ?"),
    putLease: database.prepare("insert or replace into leases values (?, ?, ?, ?)"),
    deleteLease: database.prepare("delete from leases where key = ? and fence = ?"),
    count: database.prepare(
      "insert into counters values (?, ?) on conflict (name) do update set value = max(value + 1, excluded.value) returning value",
    ),
  };
  const sweeps = [
    "delete from buckets where full_at <= ?",
    "delete from windows where expires_at <= ?",
    "delete from entries where expires_at <= ?",
    "delete from leases where expires_at <= ?",
  ].map((text) => database.prepare(text));
  const crowded = database.prepare(
    `delete from entries where key in (select key from entries where once = 0 order by expires_at
      limit max(0, (select count(*) from entries where once = 0) - ${MAX_ENTRIES}))`,
  );
  const messages = createFileMessages(database, clock, next("handles", 1));
  let awayUntil = 0;
  let stopSweeping = () => {};

  function next(counter: string, atLeast: number): number {
    return valueRow.parse(sql.count.get(counter, atLeast)).value;
  }

  async function reach<T>(work: (now: number) => T): Promise<T> {
    const now = clock.now();
    awayUntil = Math.min(awayUntil, now + AWAY_MS);
    if (now < awayUntil) throw sharedStateAway();
    try {
      return work(now);
    } catch (error) {
      if (database.isOpen && database.isTransaction) sql.rollback.run();
      awayUntil = now + AWAY_MS;
      throw sharedStateAway(error);
    }
  }

  /** Runs a step that nobody else sees the half of. */
  function step<T>(work: (now: number) => T): Promise<T> {
    return reach((now) => {
      sql.begin.run();
      const result = work(now);
      sql.commit.run();
      return result;
    });
  }

  function take(key: string, bucket: Bucket, cost: number, now: number): Take {
    const measure = toMeasure(bucket);
    const row = levelRow.optional().parse(sql.findLevel.get(key));
    const level =
      row === undefined
        ? fullLevel(measure, now)
        : { parts: row.parts, partsPerToken: row.parts_per_token, at: row.at };
    const wasSetBack = level.at > now;
    refill(level, measure, now);
    const taken = takeFrom(level, measure, cost);
    if ((taken.admitted && cost > 0) || wasSetBack) {
      sql.putLevel.run(key, level.parts, level.partsPerToken, level.at, now + taken.resetMs);
    }
    return taken;
  }

  function withWindow<T>(
    key: string,
    keptMs: number,
    now: number,
    use: (counted: ReturnType<typeof readWindow>) => T,
  ): T {
    const counted = readWindow(key);
    const result = use(counted);
    sql.putWindow.run(key, now + keptMs, JSON.stringify(counted));
    return result;
  }

  function readWindow(key: string) {
    const row = z.object({ value: z.string() }).optional().parse(sql.findWindow.get(key));
    if (row === undefined) return nothingCounted();
    const { events, pause } = countedJson.parse(JSON.parse(row.value));
    return { events, pause };
  }

  /** Ends it no later than it would have ended had the clock not been set back. */
  function lives<T extends Mortal>(
    row: T | undefined,
    now: number,
    end: (at: number) => void,
  ): row is T {
    if (row === undefined || row.expires_at <= now) return false;
    if (row.expires_at > now + row.ttl_ms) end(now + row.ttl_ms);
    return true;
  }

  function findEntry(key: string, now: number) {
    const row = entryRow.optional().parse(sql.findEntry.get(key));
    return lives(row, now, (at) => sql.endEntry.run(at, key)) ? row : undefined;
  }

  function putEntry(
    key: string,
    value: string,
    ttlMs: number,
    now: number,
    fence = 0,
    once = 0,
  ): void {
    sql.putEntry.run(key, ttlMs, now + ttlMs, fence, once, value);
  }

  function findLease(key: string, now: number) {
    const row = leaseRow.optional().parse(sql.findLease.get(key));
    const end = (at: number) => row && sql.putLease.run(key, row.ttl_ms, at, row.fence);
    return lives(row, now, end) ? row : undefined;
  }

  function toLease(key: string, fence: number): Lease {
    return {
      fence,
      renew: (ttlMs) =>
        step((now) => {
          if (findLease(key, now)?.fence !== fence) return false;
          sql.putLease.run(key, ttlMs, now + ttlMs, fence);
          return true;
        }),
      release: () => step(() => void sql.deleteLease.run(key, fence)),
    };
  }

  function sweepLater(): void {
    stopSweeping = clock.after(SWEEP_MS, () => {
      // What could not be swept now is swept by the next, or by another process.
      step((now) => {
        for (const sweep of sweeps) sweep.run(now);
        crowded.run();
        messages.sweep(now);
      }).catch(() => {});
      sweepLater();
    });
  }

  sweepLater();
  return {
    reach: "file",
    get listening() {
      return messages.listening;
    },
    take: (key, bucket, cost) => step((now) => take(key, bucket, cost, now)),
    peek: (key, bucket) => reach((now) => take(key, bucket, 0, now)),
    takeWindow: (key, window, cost) =>
      step((now) =>
        withWindow(key, window.windowMs, now, (counted) =>
          takeFromWindow(counted, window, cost, now),
        ),
      ),
    pauseWindow: (key, ms) =>
      step((now) => withWindow(key, ms, now, (counted) => pauseWindow(counted, ms, now))),
    get: (key) => reach((now) => findEntry(key, now)?.value),
    set: (key, value, ttlMs) => step((now) => putEntry(key, value, ttlMs, now)),
    setIfAbsent: (key, value, ttlMs) =>
      step((now) => {
        if (findEntry(key, now) !== undefined) return false;
        putEntry(key, value, ttlMs, now, 0, 1);
        return true;
      }),
    setFenced: (key, value, ttlMs, fence) =>
      step((now) => {
        if ((findEntry(key, now)?.fence ?? 0) > fence) return false;
        putEntry(key, value, ttlMs, now, fence);
        return true;
      }),
    delete: (key) => step(() => void sql.deleteEntry.run(key)),
    lease: (key, ttlMs) =>
      step((now) => {
        if (findLease(key, now) !== undefined) return undefined;
        // Not below the time: they grow also when the file is deleted and made anew.
        const fence = next("fences", now * 1_000);
        sql.putLease.run(key, ttlMs, now + ttlMs, fence);
        return toLease(key, fence);
      }),
    publish: (channel, message) => reach(() => messages.publish(channel, message)),
    subscribe: (channel, listener, onGap) => messages.subscribe(channel, listener, onGap),
    async close() {
      stopSweeping();
      messages.close();
      if (database.isOpen) database.close();
    },
  };
}
