import { LRUCache } from "lru-cache";
import { LOCAL_TENANT } from "../identity/principal.ts";
import type { Secret } from "../secret.ts";
import type { ChangeFeed } from "../storage/change-feed.ts";
import type { StoredConnection } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import { openCredential } from "../vault/credential.ts";
import { createKeyedHash, type KeyedHash } from "../vault/keyed-hash.ts";
import type { Vault } from "../vault/vault.ts";
import { type Connection, heldCredential } from "./connection.ts";

/** A connection the operator gave by environment or command line, for the one local tenant; it is never written down. */
export interface GivenConnection {
  connector: string;
  label: string;
  settings: Readonly<Record<string, unknown>>;
  credential: Readonly<Record<string, Secret>>;
}

/** The connections of tenants, as calls work with them. */
export interface Connections {
  /** A tenant's connections to one connector, those the operator gave first. A promise only when not in memory. */
  list(
    tenant_id: string,
    connector: string,
  ): readonly Connection[] | Promise<readonly Connection[]>;
  /** Forgets what it holds of a tenant; of every tenant when none is named. */
  forget(tenant_id?: string): void;
  close(): void;
}

interface Parts {
  store: Pick<Store, "connections">;
  vault: Vault;
  changes: ChangeFeed;
  given: readonly GivenConnection[];
}

/** A tenant's connections as they were read once, by connector. */
interface Reading {
  connections: Promise<ReadonlyMap<string, readonly Connection[]>>;
  /** Set once the promise has resolved. */
  found: ReadonlyMap<string, readonly Connection[]> | undefined;
  isOutdated: boolean;
}

/** Connections that are remembered at most, over all tenants; the least used tenants are forgotten first. */
const MAX_CONNECTIONS = 20_000;
const NONE: readonly Connection[] = [];
/** Of hex: 48 bits, which a number holds exactly. */
const VERSION_DIGITS = 12;

/**
 * Remembers a tenant's connections, their credentials sealed, until one of them changes: a call costs no query. A
 * change that arrives while they are being read makes the reading worth nothing for later calls.
 */
export function createConnections({ store, vault, changes, given }: Parts): Connections {
  const keyedHash = createKeyedHash(vault.derive("given connections"));
  const local = given.map((connection, index) => toGiven(connection, index, keyedHash));
  const known = new LRUCache<string, Reading>({
    maxSize: MAX_CONNECTIONS,
    sizeCalculation: sizeOf,
    dispose: outdate,
  });
  const underWay = new Map<string, Reading>();

  async function read(tenant_id: string, reading: Reading): Promise<Map<string, Connection[]>> {
    const stored = await store.connections.list(tenant_id);
    const own = tenant_id === LOCAL_TENANT ? local : NONE;
    const all = [...own, ...stored.map((record) => toConnection(record, vault, reading))];
    return Map.groupBy(all, ({ connector }) => connector);
  }

  function startReading(tenant_id: string): Reading {
    const reading: Reading = {
      connections: Promise.resolve(new Map()),
      found: undefined,
      isOutdated: false,
    };
    const settle = () => {
      if (underWay.get(tenant_id) === reading) underWay.delete(tenant_id);
    };
    reading.connections = read(tenant_id, reading)
      .then((found) => {
        reading.found = found;
        if (!reading.isOutdated) known.set(tenant_id, reading);
        return found;
      })
      .finally(settle);
    underWay.set(tenant_id, reading);
    return reading;
  }

  function forget(tenant_id?: string): void {
    const concerned = tenant_id === undefined ? [...underWay.keys()] : [tenant_id];
    for (const tenant of concerned) {
      const reading = underWay.get(tenant);
      if (reading !== undefined) outdate(reading);
      underWay.delete(tenant);
    }
    if (tenant_id === undefined) known.clear();
    else known.delete(tenant_id);
  }

  const stop = changes.on(
    ({ topic, tenant_id }) => {
      if (topic === "connection" || topic === "tenant" || topic === "vault") forget(tenant_id);
    },
    () => forget(),
  );

  return {
    list(tenant_id, connector) {
      const { found, connections } =
        known.get(tenant_id) ?? underWay.get(tenant_id) ?? startReading(tenant_id);
      if (found !== undefined) return found.get(connector) ?? NONE;
      return connections.then((loaded) => loaded.get(connector) ?? NONE);
    },
    forget,
    close() {
      stop();
      forget();
    },
  };
}

function outdate(reading: Reading): void {
  reading.isOutdated = true;
}

function toGiven(connection: GivenConnection, index: number, keyedHash: KeyedHash): Connection {
  const { connector, label, settings, credential } = connection;
  const fields = Object.entries(credential).map(([name, secret]) => [name, secret.reveal()]);
  return {
    id: `con_${connector}_${index + 1}`,
    tenant_id: LOCAL_TENANT,
    connector,
    label,
    settings,
    // Processes with other accounts in their environment may be on the same state: answers that are kept under this
    // version are of this very account.
    version: Number.parseInt(
      keyedHash("account", JSON.stringify([settings, fields])).slice(0, VERSION_DIGITS),
      16,
    ),
    openCredential: heldCredential(credential),
  };
}

function toConnection(record: StoredConnection, vault: Vault, reading: Reading): Connection {
  const { id, tenant_id, connector, label, settings, version } = record;
  return {
    id,
    tenant_id,
    connector,
    label,
    settings,
    version,
    isOutdated: () => reading.isOutdated,
    openCredential: () => openCredential(vault, record),
  };
}

function sizeOf({ found }: Reading): number {
  let size = 1;
  for (const { length } of found?.values() ?? []) size += length;
  return size;
}
