import { createHash } from "node:crypto";
import { createAuditLog } from "@fairlead/core/audit/audit-log";
import { createCache } from "@fairlead/core/cache/cache";
import { createClients } from "@fairlead/core/connections/clients";
import type { Connector } from "@fairlead/core/connector";
import { createApiKey } from "@fairlead/core/identity/api-key";
import type { Evidence, IdentityConfig } from "@fairlead/core/identity/authenticate";
import { createIdentity, type Identity } from "@fairlead/core/identity/identity";
import type { Principal } from "@fairlead/core/identity/principal";
import type { Way } from "@fairlead/core/identity/way";
import { createAddressLimit } from "@fairlead/core/limits/address-limit";
import type { Fetch } from "@fairlead/core/ports";
import { type ChangeFeed, createChangeFeed } from "@fairlead/core/storage/change-feed";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import type { ApiKey, Change, StoredPrincipal, Tenant } from "@fairlead/core/storage/records";
import type { Shared } from "@fairlead/core/storage/shared";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import { createKeyedHash } from "@fairlead/core/vault/keyed-hash";
import { createSealer } from "@fairlead/core/vault/sealer";
import { createManualClock, type ManualClock } from "./clock.ts";
import { type CollectingLogger, createCollectingLogger } from "./logger.ts";
import { seededRandom } from "./random.ts";

export interface TestIdentityOptions {
  config?: Partial<IdentityConfig>;
  /** What every request's endpoint serves, unless it says otherwise. */
  connectors?: readonly Connector[];
  ways?: readonly Way[];
  /** Default: nothing reaches outside. */
  fetch?: Fetch;
  /** Another replica's, to share its records. */
  beside?: TestIdentity;
}

/** Identity over an embedded store, with the tenant Acme and its service Ann in it. */
export interface TestIdentity {
  identity: Identity;
  store: Store;
  shared: Shared;
  changes: ChangeFeed;
  clock: ManualClock;
  logger: CollectingLogger;
  /** Shows headers from 10.0.0.1, and waits. */
  admit(headers: Evidence["headers"], changes?: Partial<Evidence>): Promise<Principal>;
  addTenant(changes?: Partial<Tenant>): Promise<Tenant>;
  addPrincipal(changes?: Partial<StoredPrincipal>): Promise<StoredPrincipal>;
  /** A key of Ann's, unless it says otherwise. */
  addKey(changes?: Partial<ApiKey>): Promise<{ key: string; record: ApiKey }>;
  /** Tells all replicas that something changed. */
  tell(topic: Change["topic"], ref: string, tenant_id?: string): Promise<void>;
  close(): Promise<void>;
}

const MADE_AT = Date.UTC(2026, 0, 1);

export async function createTestIdentity(options: TestIdentityOptions = {}): Promise<TestIdentity> {
  const { beside, connectors = [] } = options;
  const clock = beside?.clock ?? createManualClock();
  const store = beside?.store ?? (await createSqliteStore(":memory:", { clock }));
  const shared = beside?.shared ?? createMemoryShared(clock);
  const random = seededRandom(beside === undefined ? 1 : 2);
  const logger = createCollectingLogger();
  const changes = await createChangeFeed(store, shared, clock, logger);
  const derive = (purpose: string) => createHash("sha256").update(`a test's ${purpose}`).digest();
  const keyedHash = createKeyedHash(derive("keyed hash"));
  const sealer = createSealer({ keys: [derive("sealed tokens")], random }, clock);
  const nothing = () => Promise.reject(new Error("No test here reaches outside."));
  const fetch = options.fetch ?? nothing;
  const clients = createClients({
    ...{ fetch, connect: nothing, clock, random, shared, logger, keyedHash, sealer, changes },
    cache: createCache({ clock }),
  });
  const processId = beside === undefined ? "one" : "two";
  const auditLog = createAuditLog({ store, derive, clock, random, logger, processId });
  const identity = createIdentity({
    config: { trustLocal: false, headerCredentials: true, ...options.config },
    ...{ store, clients, changes, clock, random, keyedHash, fetch, logger, auditLog },
    failures: createAddressLimit(clock, { capacity: 10, refillPerSecond: 1 / 30 }),
    ways: options.ways ?? [],
  });

  async function addTenant(given: Partial<Tenant> = {}): Promise<Tenant> {
    const tenant: Tenant = {
      ...{ id: "ten_acme", name: "acme", status: "active", tier: null, repository: null },
      created_at: MADE_AT,
      ...given,
    };
    await store.tenants.insert(tenant);
    return tenant;
  }

  async function addPrincipal(given: Partial<StoredPrincipal> = {}): Promise<StoredPrincipal> {
    const principal: StoredPrincipal = {
      ...{ id: "prn_ann", tenant_id: "ten_acme", kind: "service", label: "Ann", email: null },
      ...{ issuer: null, subject: null, roles: ["operator"], owner_id: null, tier: null },
      ...{ repository: null, status: "active", created_at: MADE_AT, created_by: "test" },
      ...given,
    };
    await store.principals.insert(principal);
    return principal;
  }

  async function addKey(given: Partial<ApiKey> = {}) {
    const { id, key, hash } = createApiKey(random);
    const record: ApiKey = {
      ...{ id, tenant_id: "ten_acme", principal_id: "prn_ann", label: "a key", hash },
      ...{ scopes: null, addresses: null, created_at: MADE_AT, created_by: "test" },
      ...{ expires_at: null, revoked_at: null, last_used_at: null, replaced_by: null },
      ...given,
    };
    await store.keys.insert(record);
    return { key, record };
  }

  if (beside === undefined) {
    await addTenant();
    await addPrincipal();
  }
  return {
    ...{ identity, store, shared, changes, clock, logger, addTenant, addPrincipal, addKey },
    async admit(headers, given) {
      return identity.authenticate({
        ...{ surface: "http", address: "10.0.0.1", headers, connectors, resource: "/mcp" },
        ...given,
      });
    },
    async tell(topic, ref, tenant_id = "ten_acme") {
      await store.changes.append({ tenant_id, topic, ref });
      await changes.nudge();
    },
    async close() {
      await identity.close();
      changes.close();
      await clients.closeAll();
      await auditLog.close();
      if (beside === undefined) await store.close();
    },
  };
}
