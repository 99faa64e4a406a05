import { type Logger, SYSTEM_CLOCK } from "@fairlead/core/ports";
import type { Shared } from "@fairlead/core/storage/shared";
import { type Connection, createLink, inTime } from "./redis-shared-link.ts";

/** Messages of all replicas, on a connection of their own. */
export interface RedisMessages extends Pick<Shared, "subscribe" | "listening"> {
  readonly tried: Promise<void>;
  close(): void;
}

interface Listener {
  heard: (message: string) => void;
  missed: () => void;
}

/** A connection that died unnoticed says nothing: whoever waits for messages asks whether it is there. */
const PING_MS = 350;
const PONG_MS = 450;

export function createRedisMessages({
  open,
  timeoutMs,
  prefix,
  logger,
}: {
  open: (attempt: number) => Connection;
  timeoutMs: number;
  /** Of the channels' names. */
  prefix: string;
  logger: Logger;
}): RedisMessages {
  const channels = new Map<string, Set<Listener>>();
  /** On the connection at hand. */
  let joined = new Set<string>();
  let turn = Promise.resolve();
  let stopAsking = () => {};
  const link = createLink({
    what: "Redis (messages)",
    ...{ open, timeoutMs, logger },
    async prepare(connection) {
      joined = new Set();
      if (channels.size > 0) await listen(connection, [...channels.keys()]);
    },
    onUp(connection) {
      stopAsking();
      stopAsking = keepAsking(connection);
      for (const channel of channels.keys()) void join(channel);
      tellGap();
    },
  });

  async function listen(connection: Connection, names: string[]): Promise<void> {
    for (const name of names) joined.add(name);
    await connection.subscribe(
      names.map((name) => prefix + name),
      (message, name) => deliver(name.slice(prefix.length), message),
    );
  }

  function deliver(channel: string, message: string): void {
    for (const { heard } of [...(channels.get(channel) ?? [])]) {
      try {
        heard(message);
      } catch {} // its own fault: the other listeners do not pay for it
    }
  }

  function tellGap(): void {
    for (const { missed } of [...channels.values()].flatMap((listeners) => [...listeners])) {
      try {
        missed();
      } catch {}
    }
  }

  /** Asks again and again, until stopped or without an answer. */
  function keepAsking(connection: Connection): () => void {
    let stopTimer = () => {};
    let isStopped = false;
    const askLater = () => {
      stopTimer = SYSTEM_CLOCK.after(PING_MS, () => {
        inTime(PONG_MS, connection.send("", ["PING"])).then(
          () => !isStopped && askLater(),
          (error: unknown) => {
            link.drop(connection, error);
            // Unlike commands under way, nothing on it can end well.
            connection.destroy();
          },
        );
      });
    };
    askLater();
    return () => {
      isStopped = true;
      stopTimer();
    };
  }

  /** One after the other: a channel that is left and joined at once must not end up left. */
  function inTurn(work: (connection: Connection) => Promise<void>): Promise<void> {
    turn = turn.then(async () => {
      if (!link.isUp) return; // known when it is back, and there is a gap then
      const connection = link.use();
      await inTime(timeoutMs, work(connection)).catch((error: unknown) =>
        link.drop(connection, error),
      );
    });
    return turn;
  }

  const join = (channel: string) =>
    inTurn(async (connection) => {
      if (channels.has(channel) && !joined.has(channel)) await listen(connection, [channel]);
    });

  const leave = (channel: string) =>
    inTurn(async (connection) => {
      if (channels.has(channel) || !joined.delete(channel)) return;
      await connection.unsubscribe(prefix + channel);
    });

  return {
    tried: link.tried,
    get listening() {
      return link.isUp;
    },
    async subscribe(channel, heard, onGap = () => {}) {
      const listener = { heard, missed: onGap };
      channels.set(channel, (channels.get(channel) ?? new Set()).add(listener));
      await join(channel);
      return () => {
        const listeners = channels.get(channel);
        listeners?.delete(listener);
        if (listeners?.size !== 0) return;
        channels.delete(channel);
        void leave(channel);
      };
    },
    close() {
      channels.clear();
      stopAsking();
      link.close();
    },
  };
}
