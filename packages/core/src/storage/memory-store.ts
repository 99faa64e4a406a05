import type { Activity, ApiKey, Connection, Store } from "./store.ts";

/** Records of one process, gone with it: for the demo, for stdio and for tests. */
export function createMemoryStore(): Store {
  const keys = new Map<string, ApiKey>();
  const connections = new Map<string, Connection[]>();
  const activity = new Map<string, Activity>();

  return {
    async findApiKey(hash) {
      return keys.get(hash);
    },
    async putApiKey(key) {
      for (const [hash, { id, tenant_id }] of keys) {
        if (id === key.id && tenant_id === key.tenant_id) keys.delete(hash);
      }
      keys.set(key.hash, key);
    },
    async listConnections(tenant_id, connector) {
      return connections.get(`${tenant_id} ${connector}`) ?? [];
    },
    async putConnection(connection) {
      const key = `${connection.tenant_id} ${connection.connector}`;
      const others = (connections.get(key) ?? []).filter(({ id }) => id !== connection.id);
      connections.set(key, [...others, connection]);
    },
    async findActivity(tenant_id, principal_id) {
      return activity.get(`${tenant_id} ${principal_id}`);
    },
    async touchActivity(tenant_id, principal_id, at) {
      const key = `${tenant_id} ${principal_id}`;
      const known = activity.get(key) ?? { first_seen_at: at, last_active_at: at };
      activity.set(key, {
        first_seen_at: Math.min(known.first_seen_at, at),
        last_active_at: Math.max(known.last_active_at, at),
      });
    },
    async close() {},
  };
}
