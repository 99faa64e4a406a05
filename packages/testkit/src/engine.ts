import type { Action, CallRequest, Reply } from "@fairlead/core/call/request";
import type { ToolAnswer } from "@fairlead/core/call/shape";
import type { Connector } from "@fairlead/core/connector";
import { createFairlead, type EngineConfig, type Fairlead } from "@fairlead/core/fairlead";
import type { Principal } from "@fairlead/core/identity/principal";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import { type Fetch, type Logger, SILENT } from "@fairlead/core/ports";
import { Secret } from "@fairlead/core/secret";
import { createMemoryQueue } from "@fairlead/core/storage/memory-queue";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import { createMemoryStore } from "@fairlead/core/storage/memory-store";
import type { Shared } from "@fairlead/core/storage/shared";
import type { Connection, Store } from "@fairlead/core/storage/store";
import { createManualClock, type ManualClock } from "./clock.ts";
import { seededRandom } from "./random.ts";

/** What a call may say besides its action; the rest is the whole catalogue and a principal who may do everything. */
export type CallChanges = Partial<Omit<CallRequest, "action">>;

/** The engine over memory drivers, with a clock that the test moves. */
export interface TestEngine {
  fairlead: Fairlead;
  clock: ManualClock;
  store: Store;
  shared: Shared;
  /** What was recorded, oldest first. */
  events: AuditEvent[];
  connect(connector: string, changes?: Partial<Connection>): Promise<Connection>;
  call(action: Action, changes?: CallChanges): Promise<Reply>;
  /** The answer of a tool; fails the test when it is no plain answer. */
  callTool(name: string, given?: unknown, changes?: CallChanges): Promise<ToolAnswer>;
}

export interface TestEngineOptions {
  config?: Partial<EngineConfig>;
  store?: Store;
  shared?: Shared;
  clock?: ManualClock;
  /** Default: nothing reaches outside. */
  fetch?: Fetch;
  logger?: Logger;
}

export function createTestEngine(
  connectors: readonly Connector[],
  options: TestEngineOptions = {},
): TestEngine {
  const clock = options.clock ?? createManualClock();
  const store = options.store ?? createMemoryStore();
  const shared = options.shared ?? createMemoryShared(clock);
  const events: AuditEvent[] = [];
  const fairlead = createFairlead({
    config: {
      identity: { trustLocal: false, headerCredentials: true },
      masterKey: new Secret("a master key for tests"),
      callerBucket: { capacity: 1_000, refillPerSecond: 100 },
      addressBucket: { capacity: 1_000, refillPerSecond: 100 },
      deadlineMs: 30_000,
      resultTokenBudget: 10_000,
      readonly: false,
      ...options.config,
    },
    store,
    shared,
    queue: createMemoryQueue(clock),
    connectors,
    clock,
    random: seededRandom(),
    fetch: options.fetch ?? (() => Promise.reject(new Error("No test here reaches outside."))),
    logger: options.logger ?? SILENT,
    recorder: { record: (event) => events.push({ ...event }) },
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
    fairlead,
    clock,
    store,
    shared,
    events,
    async connect(connector, changes) {
      const connection = createConnection({ connector, ...changes });
      await store.putConnection(connection);
      return connection;
    },
    call,
    async callTool(name, given = {}, changes) {
      const reply = await call({ kind: "tool", name, arguments: given }, changes);
      if (reply.kind !== "tool") throw new Error(`${name} answered ${reply.kind}.`);
      return reply.answer;
    },
  };
}

/** Ann, who may do everything in the tenant Acme. */
export function createPrincipal(changes: Partial<Principal> = {}): Principal {
  return {
    id: "prn_ann",
    tenant_id: "ten_acme",
    kind: "api_key",
    label: "Ann",
    scopes: new Set(["*"]),
    ...changes,
  };
}

/** Acme's main connection to the connector `harbour`. */
export function createConnection(changes: Partial<Connection> = {}): Connection {
  return {
    id: "con_main",
    tenant_id: "ten_acme",
    connector: "harbour",
    label: "main",
    settings: {},
    credential: { token: new Secret("pier-7") },
    version: 1,
    ...changes,
  };
}
