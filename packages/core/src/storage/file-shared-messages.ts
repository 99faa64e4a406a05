import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { Clock } from "../ports.ts";
import { type Shared, sharedStateAway } from "./shared.ts";

/** Messages between processes that share a file: a table that is looked at while anybody listens. */
export interface FileMessages extends Pick<Shared, "subscribe" | "listening"> {
  publish(channel: string, message: string): void;
  /** Forgets what everybody has had the time to see. */
  sweep(now: number): void;
  close(): void;
}

interface Listener {
  heard: (message: string) => void;
  missed: () => void;
}

const LOOK_MS = 150;
const BATCH = 500;
/** Who sleeps longer than this, as a laptop does, is told that it may have missed something. */
const KEPT_MS = 60_000;

const lastRow = z.object({ id: z.number() });
const messageRow = z.object({
  id: z.number(),
  handle: z.number(),
  channel: z.string(),
  message: z.string(),
});

/** `handle` numbers this process; its own messages it hears at once. */
export function createFileMessages(
  database: DatabaseSync,
  clock: Clock,
  handle: number,
): FileMessages {
  const insert = database.prepare(
    "insert into messages (handle, at, channel, message) values (?, ?, ?, ?)",
  );
  const last = database.prepare("select seq as id from sqlite_sequence where name = 'messages'");
  const since = database.prepare(
    `select id, handle, channel, message from messages where id > ? order by id limit ${BATCH}`,
  );
  const forget = database.prepare("delete from messages where at < ?");
  const channels = new Map<string, Set<Listener>>();
  let seen = 0;
  let listening = true;
  let stopTimer: (() => void) | undefined;

  function lastId(): number {
    return lastRow.safeParse(last.get()).data?.id ?? 0;
  }

  function deliver(channel: string, message: string): void {
    for (const { heard } of [...(channels.get(channel) ?? [])]) {
      try {
        heard(message);
      } catch {} // its own fault: neither the publisher nor the other listeners pay for it
    }
  }

  function tellGap(): void {
    for (const { missed } of [...channels.values()].flatMap((listeners) => [...listeners])) {
      try {
        missed();
      } catch {}
    }
  }

  function look(): void {
    while (lastId() > seen) {
      const rows = since.all(seen).map((row) => messageRow.parse(row));
      // Numbers have no holes: the ones between were swept, or all of them.
      if (rows[0]?.id !== seen + 1) tellGap();
      seen = rows.at(-1)?.id ?? lastId();
      for (const row of rows) if (row.handle !== handle) deliver(row.channel, row.message);
    }
  }

  function lookLater(): void {
    stopTimer = clock.after(LOOK_MS, () => {
      try {
        look();
        listening = true;
      } catch {
        listening = false; // what was missed is found, or found missing, by its number
      }
      if (channels.size > 0) lookLater();
      else stopTimer = undefined;
    });
  }

  return {
    get listening() {
      return listening;
    },
    publish(channel, message) {
      insert.run(handle, clock.now(), channel, message);
      deliver(channel, message);
    },
    async subscribe(channel, heard, onGap = () => {}) {
      try {
        // What was said before is for those who listened before.
        if (stopTimer === undefined) seen = lastId();
        else look();
      } catch (error) {
        throw sharedStateAway(error);
      }
      if (stopTimer === undefined) lookLater();
      const listener = { heard, missed: onGap };
      const listeners = channels.get(channel) ?? new Set();
      channels.set(channel, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && channels.get(channel) === listeners) channels.delete(channel);
      };
    },
    sweep(now) {
      forget.run(now - KEPT_MS);
    },
    close() {
      channels.clear();
      stopTimer?.();
    },
  };
}
