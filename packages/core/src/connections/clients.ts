import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import type { ClientEnvironment, Connector } from "../connector.ts";
import { FairleadError } from "../errors.ts";
import type { Tally } from "../observe/tally.ts";
import type { ChangeFeed } from "../storage/change-feed.ts";
import type { Change } from "../storage/records.ts";
import type { Sealer } from "../vault/sealer.ts";
import { type Connection, withCredential } from "./connection.ts";
import { createSharedTokens } from "./shared-tokens.ts";

/** Clients of connections, built when first used and kept while they are; the least used are closed first. */
export interface Clients {
  /** Runs `work` with the connection's client, which is not closed before `work` has ended. */
  use<T>(
    connector: Connector,
    connection: Connection,
    work: (client: unknown) => Promise<T>,
  ): Promise<T>;
  /** Forgets the client of a connection, for one whose credential turned out bad. */
  drop(connection: Connection): void;
  /** Closes all of them at once, also those in use. */
  closeAll(): Promise<void>;
}

type PerConnection =
  | "withCredential"
  | "settings"
  | "connection_id"
  | "tenant_id"
  | "sharedToken"
  | "maxKeptMs";

interface Parts extends Omit<ClientEnvironment<unknown>, PerConnection> {
  sealer: Sealer;
  changes: ChangeFeed;
  tally?: Tally | undefined;
}

interface Entry {
  client: never;
  connector: Connector;
  /** The latest one seen of this version: the same credential may have been sealed anew. */
  connection: Connection;
  /** Calls it is in the hands of. */
  users: number;
  usedAt: number;
  /** Out of the pool; closed by whoever lets go of it last. */
  isRetired: boolean;
  isClosed: boolean;
}

const MAX_CLIENTS = 1_000;
/** Also what ends a tenant that is derived from headers: nothing of it outlives its last call by more. */
const IDLE_MS = 3_600_000;
const CONCERNS: ReadonlySet<Change["topic"]> = new Set(["connection", "tenant", "vault"]);

/**
 * A client of an older version leaves the pool the moment the change is heard of, and is closed once its calls ended.
 * Clients hold credentials sealed only; what they open they open for one use.
 */
export function createClients(parts: Parts): Clients {
  const { clock, changes, sealer, tally, ...ground } = parts;
  const closing = new Set<Promise<void>>();
  const inUse = new Set<Entry>();
  const pool = new LRUCache<string, Entry>({ ...atMost(MAX_CLIENTS), dispose: retire });
  let sweeping = false;

  function build(connector: Connector, connection: Connection): Entry {
    const settings = connector.settings.safeParse(connection.settings);
    if (!settings.success) throw unfit(connector, connection, settings.error);
    const { id, tenant_id, version, isDerived = false } = connection;
    const scope = `${tenant_id} ${connector.id} ${id} v${version}`;
    const logger = ground.logger.child(connector.id);
    const bound = isDerived ? { maxKeptMs: IDLE_MS } : {};
    const entry: Omit<Entry, "client"> & { client: never | undefined } = {
      client: undefined,
      ...{ connector, connection, users: 0, usedAt: clock.now() },
      ...{ isRetired: false, isClosed: false },
    };
    return Object.assign(entry, {
      client: connector.createClient({
        ...ground,
        clock,
        cache: ground.cache.scoped(`${scope} `, bound),
        logger,
        sharedToken: createSharedTokens({
          ...{ ...ground, clock, sealer, logger, tenant_id },
          watch:
            tally &&
            (() => tally.watchToken({ connector: connector.id, connection_id: id, tenant_id })),
        }),
        withCredential: (use) => withCredential(entry.connection, use),
        settings: settings.data,
        connection_id: id,
        tenant_id,
        ...bound,
      }),
    });
  }

  function take(connector: Connector, connection: Connection): Entry {
    const key = keyOf(connection);
    const known = pool.get(key);
    // Who comes with an older version was on his way before the change; what was changed to is what holds.
    if (known !== undefined && known.connection.version >= connection.version) {
      const isSame = known.connection.version === connection.version;
      if (isSame && connection.isOutdated?.() !== true) known.connection = connection;
      known.usedAt = clock.now();
      return known;
    }
    const entry = build(connector, connection);
    // Nobody would come to drop it any more.
    if (connection.isOutdated?.() === true) entry.isRetired = true;
    else pool.set(key, entry);
    sweepLater();
    return entry;
  }

  function release(entry: Entry): void {
    entry.users -= 1;
    entry.usedAt = clock.now();
    if (entry.users > 0) return;
    inUse.delete(entry);
    if (entry.isRetired) close(entry);
  }

  function retire(entry: Entry): void {
    entry.isRetired = true;
    if (entry.users === 0) close(entry);
  }

  function close(entry: Entry): void {
    const { connector, client } = entry;
    if (entry.isClosed) return;
    entry.isClosed = true;
    if (connector.closeClient === undefined) return;
    const closed = (async () => connector.closeClient?.(client))().catch(() => {});
    closing.add(closed);
    void closed.finally(() => closing.delete(closed));
  }

  function sweepLater(ms = IDLE_MS): void {
    if (sweeping) return;
    sweeping = true;
    clock.after(ms, () => {
      sweeping = false;
      sweep();
    });
  }

  /** Retires what nobody used for so long; the least used come first. */
  function sweep(): void {
    const now = clock.now();
    for (const key of [...pool.rkeys()]) {
      const entry = pool.peek(key);
      if (entry === undefined || entry.users > 0) continue;
      const leftMs = entry.usedAt + IDLE_MS - now;
      if (leftMs > 0) return sweepLater(Math.min(leftMs, IDLE_MS));
      pool.delete(key);
    }
    if (pool.size > 0) sweepLater();
  }

  function forget({ topic, tenant_id, ref }: Change): void {
    if (!CONCERNS.has(topic)) return;
    for (const [key, { connection }] of [...pool.entries()]) {
      if (connection.tenant_id !== tenant_id) continue;
      if (topic !== "connection" || connection.id === ref) pool.delete(key);
    }
  }

  const stop = changes.on(forget, () => pool.clear());

  return {
    async use(connector, connection, work) {
      const entry = take(connector, connection);
      entry.users += 1;
      inUse.add(entry);
      try {
        return await work(entry.client);
      } finally {
        release(entry);
      }
    },
    drop(connection) {
      pool.delete(keyOf(connection));
    },
    async closeAll() {
      stop();
      pool.clear();
      for (const entry of inUse) close(entry);
      await Promise.all(closing);
    },
  };
}

function keyOf({ tenant_id, connector, id }: Connection): string {
  return `${tenant_id} ${connector} ${id}`;
}

function unfit(connector: Connector, connection: Connection, cause: Error): FairleadError {
  return new FairleadError(
    "invalid_input",
    `The settings of connection ${connection.label} do not fit the ${connector.title} connector. Set it up again.`,
    { cause },
  );
}
