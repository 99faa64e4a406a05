import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import type { ClientEnvironment, Connector } from "../connector.ts";
import { FairleadError } from "../errors.ts";
import type { Connection } from "../storage/store.ts";

const MAX_CLIENTS = 1_000;

/** Clients of connections, built when first used and kept; the least used are closed first. */
export interface Clients {
  open(connector: Connector, connection: Connection): unknown;
  /** Forgets the client of a connection, for one whose credential turned out bad. */
  drop(connection: Connection): void;
  closeAll(): Promise<void>;
}

type Ground = Omit<
  ClientEnvironment<unknown>,
  "credential" | "settings" | "connection_id" | "tenant_id"
>;

export function createClients(ground: Ground): Clients {
  const closing = new Set<Promise<void>>();
  const open = new LRUCache<string, { client: never; connector: Connector }>({
    ...atMost(MAX_CLIENTS),
    dispose({ client, connector }) {
      if (connector.closeClient === undefined) return;
      const closed = Promise.resolve(connector.closeClient(client)).catch(() => {});
      closing.add(closed);
      void closed.finally(() => closing.delete(closed));
    },
  });

  return {
    open(connector, connection) {
      const key = keyOf(connection);
      const known = open.get(key);
      if (known !== undefined) return known.client;
      const settings = connector.settings.safeParse(connection.settings);
      if (!settings.success) {
        throw new FairleadError(
          "invalid_input",
          `The settings of connection ${connection.label} do not fit the ${connector.title} connector. Set it up again.`,
          { cause: settings.error },
        );
      }
      const client = connector.createClient({
        ...ground,
        cache: ground.cache.scoped(`${key} client `),
        logger: ground.logger.child(connector.id),
        credential: connection.credential,
        settings: settings.data,
        connection_id: connection.id,
        tenant_id: connection.tenant_id,
      });
      open.set(key, { client, connector });
      return client;
    },
    drop(connection) {
      open.delete(keyOf(connection));
    },
    async closeAll() {
      open.clear();
      await Promise.all(closing);
    },
  };
}

function keyOf({ tenant_id, connector, id, version }: Connection): string {
  return `${tenant_id} ${connector} ${id} v${version}`;
}
