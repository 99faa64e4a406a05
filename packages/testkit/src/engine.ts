import { createAuditLog } from "@fairlead/core/audit/audit-log";
import type { Action, CallRequest, Reply } from "@fairlead/core/call/request";
import type { ToolAnswer } from "@fairlead/core/call/shape";
import { type Connection, heldCredential } from "@fairlead/core/connections/connection";
import type { GivenConnection } from "@fairlead/core/connections/connections";
import type { Connector } from "@fairlead/core/connector";
import { createFairlead, type EngineConfig, type Fairlead } from "@fairlead/core/fairlead";
import type { Principal } from "@fairlead/core/identity/principal";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import type { Tally } from "@fairlead/core/observe/tally";
import {
  type Clock,
  type Fetch,
  type Logger,
  type RandomBytes,
  SILENT,
} from "@fairlead/core/ports";
import { Secret } from "@fairlead/core/secret";
import { type ChangeFeed, createChangeFeed } from "@fairlead/core/storage/change-feed";
import { createMemoryQueue } from "@fairlead/core/storage/memory-queue";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import type { StoredConnection } from "@fairlead/core/storage/records";
import type { Shared } from "@fairlead/core/storage/shared";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import { sealCredential } from "@fairlead/core/vault/credential";
import { createMasterKey } from "@fairlead/core/vault/master-key";
import { type OpenVault, openVault } from "@fairlead/core/vault/open-vault";
import type { Vault } from "@fairlead/core/vault/vault";
import { createManualClock, type ManualClock } from "./clock.ts";
import { seededRandom } from "./random.ts";

/** What a call may say besides its action; the rest is the whole catalogue and a principal who may do everything. */
export type CallChanges = Partial<Omit<CallRequest, "action">>;

/** How a connection that is kept differs from Acme's main one. */
export type ConnectionChanges = Partial<Omit<Connection, "connector" | "openCredential">> & {
  credential?: Readonly<Record<string, Secret>>;
};

/** The engine over embedded drivers in memory, with a clock that the test moves. */
export interface TestEngine {
  fairlead: Fairlead;
  clock: ManualClock;
  store: Store;
  shared: Shared;
  vault: Vault;
  /** Polls nothing by itself: other replicas' changes are heard of when it is nudged. */
  changes: ChangeFeed;
  /** What was recorded, oldest first. */
  events: AuditEvent[];
  /** Keeps a connection, sealed, or changes the one of the same id; its version is one more then. */
  connect(connector: string, changes?: ConnectionChanges): Promise<StoredConnection>;
  call(action: Action, changes?: CallChanges): Promise<Reply>;
  /** The answer of a tool; fails the test when it is no plain answer. */
  callTool(name: string, given?: unknown, changes?: CallChanges): Promise<ToolAnswer>;
  /** Closes the engine and the state it was not handed. */
  close(): Promise<void>;
}

export interface TestEngineOptions {
  config?: Partial<EngineConfig>;
  /** Default: an embedded one in memory. */
  store?: Store;
  shared?: Shared;
  clock?: ManualClock;
  given?: readonly GivenConnection[];
  /** Replicas on one store differ in it. */
  seed?: number;
  /** Default: nothing reaches outside. */
  fetch?: Fetch;
  logger?: Logger;
  tally?: Tally;
  /** Whether it looks after operations; no, when left out. */
  works?: boolean;
  approveAt?: (plan_id: string) => string;
}

const MASTER_KEY = "a master key for tests, of more than enough bytes";

export async function createTestEngine(
  connectors: readonly Connector[],
  options: TestEngineOptions = {},
): Promise<TestEngine> {
  const clock = options.clock ?? createManualClock();
  const random = seededRandom(options.seed);
  const logger = options.logger ?? SILENT;
  const store = options.store ?? (await createSqliteStore(":memory:", { clock }));
  const shared = options.shared ?? createMemoryShared(clock);
  // By a clock of its own that nobody moves: its polls would be among the waits that tests let pass.
  const changes = await createChangeFeed(store, shared, createManualClock(), SILENT);
  const vault = await openTestVault(store, { changes, clock, random });
  const events: AuditEvent[] = [];
  const processId = `test-${options.seed ?? 1}`;
  const auditLog = createAuditLog({
    ...{ store, clock, random, processId, logger: SILENT },
    derive: vault.derive,
    onEvent: (event) => void events.push({ ...event }),
  });
  const fetch = options.fetch ?? (() => Promise.reject(new Error("No test here reaches outside.")));
  const fairlead = createFairlead({
    config: { ...CONFIG, ...options.config },
    ...{ store, shared, vault, changes, connectors, clock, random, logger },
    queue: createMemoryQueue(clock),
    given: options.given ?? [],
    egress: {
      fetch,
      connect: () => Promise.reject(new Error("No test here reaches outside.")),
      close: async () => {},
    },
    ...(options.tally === undefined ? {} : { tally: options.tally }),
    recorder: { record: (event) => events.push({ ...event }) },
    ...{ auditLog, processId, works: options.works ?? false },
    ...(options.approveAt === undefined ? {} : { approveAt: options.approveAt }),
  });

  function call(action: Action, changes: CallChanges = {}): Promise<Reply> {
    return fairlead.call({
      action,
      view: fairlead.view({ endpoint: "all" }),
      principal: createPrincipal(),
      surface: "http",
      client: { capabilities: {} },
      ...changes,
    });
  }

  return {
    ...{ fairlead, clock, store, shared, vault, changes, events },
    async connect(connector, given) {
      const kept = await keepConnection(store, vault, clock.now(), { connector, ...given });
      await changes.nudge();
      return kept;
    },
    call,
    async callTool(name, given = {}, changes) {
      const reply = await call({ kind: "tool", name, arguments: given }, changes);
      if (reply.kind !== "tool") throw new Error(`${name} answered ${reply.kind}.`);
      return reply.answer;
    },
    async close() {
      await fairlead.close();
      await auditLog.close();
      changes.close();
      vault.close();
      if (options.shared === undefined) await shared.close();
      if (options.store === undefined) await store.close();
    },
  };
}

/** The vault of a store whose master key all tests know. */
export function openTestVault(
  store: Store,
  parts: { changes?: ChangeFeed; clock?: Clock; random?: RandomBytes } = {},
): Promise<OpenVault> {
  const { clock = createManualClock(), random = seededRandom(), changes } = parts;
  const masterKeys = { current: createMasterKey(Buffer.from(MASTER_KEY), random), others: [] };
  return openVault({ store, masterKeys, changes, clock, random, logger: SILENT });
}

const CONFIG: EngineConfig = {
  identity: { trustLocal: false, headerCredentials: true },
  callerBucket: { capacity: 1_000, refillPerSecond: 100 },
  degradedFraction: 0.1,
  addressBucket: { capacity: 1_000, refillPerSecond: 100 },
  deadlineMs: 30_000,
  resultTokenBudget: 10_000,
  readonly: false,
};

/** Writes a connection as an administrator would, and the tenant it is of. */
export async function keepConnection(
  store: Store,
  vault: Vault,
  now: number,
  { credential, ...changes }: ConnectionChanges & { connector: string },
): Promise<StoredConnection> {
  const { tenant_id = MAIN.tenant_id } = changes;
  if ((await store.tenants.find(tenant_id)) === undefined) {
    const common = { status: "active" as const, tier: null, repository: null, created_at: now };
    await store.tenants.insert({ id: tenant_id, name: tenant_id, ...common });
  }
  // An id belongs to one tenant for good.
  const id = tenant_id === MAIN.tenant_id ? MAIN.id : `${MAIN.id}_${tenant_id}`;
  const next = { ...MAIN, id, created_at: now, updated_at: now, ...changes };
  const sealed_credential = await sealCredential(vault, next, credential ?? CREDENTIAL);
  const known = await store.connections.find(tenant_id, next.id);
  const kept = { ...next, sealed_credential, version: (known?.version ?? 0) + 1 };
  await store.transaction(async (tx) => {
    await (known === undefined ? tx.connections.insert(kept) : tx.connections.update(kept));
    await tx.changes.append({ tenant_id, topic: "connection", ref: next.id });
  });
  return kept;
}

/** Ann, who may do everything in the tenant Acme. */
export function createPrincipal(changes: Partial<Principal> = {}): Principal {
  return {
    id: "prn_ann",
    tenant_id: "ten_acme",
    kind: "service",
    label: "Ann",
    roles: ["owner"],
    scopes: new Set(["*"]),
    ...changes,
  };
}

const CREDENTIAL = { token: new Secret("pier-7") };

const MAIN = {
  id: "con_main",
  tenant_id: "ten_acme",
  connector: "harbour",
  label: "main",
  settings: {},
  version: 1,
};

/** Acme's main connection to the connector `harbour`, its credential held open. */
export function createConnection(changes: Partial<Connection> = {}): Connection {
  return { ...MAIN, openCredential: heldCredential(CREDENTIAL), ...changes };
}
