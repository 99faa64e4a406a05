import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { nothingCounted, pauseWindow, takeFromWindow } from "../limits/sliding-window.ts";
import type { Clock } from "../ports.ts";
import { openSharedDatabase } from "./file-shared-database.ts";
import { createFileLevels, type FileLevels } from "./file-shared-levels.ts";
import { createFileMessages } from "./file-shared-messages.ts";
import { createFileSteps, type FileSteps } from "./file-shared-steps.ts";
import type { Lease, Shared } from "./shared.ts";

const SWEEP_MS = 30_000;
/** Values that only save work; those that end first make room. */
const MAX_ENTRIES = 20_000;
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

/** The file as one process has it open. */
export interface OpenFile {
  database: DatabaseSync;
  steps: FileSteps;
  levels: FileLevels;
  /** A number of this opening's own. */
  handle: number;
}

export function openSharedFile(path: string, clock: Clock): OpenFile {
  const database = openSharedDatabase(path);
  return {
    database,
    steps: createFileSteps(database, clock),
    levels: createFileLevels(database),
    handle: prepareCounter(database)("handles", 1),
  };
}

/** Counts on from the greater of what it was and what it must at least be. */
function prepareCounter(database: DatabaseSync): (name: string, atLeast: number) => number {
  const count = database.prepare(
    "insert into counters values (?, ?) on conflict (name) do update set value = max(value + 1, excluded.value) returning value",
  );
  return (name, atLeast) => valueRow.parse(count.get(name, atLeast)).value;
}

/**
 * What several processes of one machine agree on that open the same file, such as three editors that each run one, by
 * the machine's clock. Each step is one transaction of a few microseconds; SQLite works in the calling thread.
 */
export function createFileShared(path: string, clock: Clock): Shared {
  return createSharedOn(openSharedFile(path, clock), clock);
}

export function createSharedOn(
  { database, steps, levels, handle }: OpenFile,
  clock: Clock,
): Shared {
  const sql = {
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
  };
  const next = prepareCounter(database);
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
  const messages = createFileMessages(database, clock, handle);
  const reach = async <T>(work: (now: number) => T) => steps.reach(work);
  const step = async <T>(work: (now: number) => T) => steps.step(work);
  let stopSweeping = () => {};

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
    take: (key, bucket, cost) => step((now) => levels.take(key, bucket, cost, now)),
    peek: (key, bucket) => reach((now) => levels.take(key, bucket, 0, now)),
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
