import type { CallRequest, Reply } from "@fairlead/core/call/request";
import { NO_CLIENT } from "@fairlead/core/call/request";
import type { ToolAnswer } from "@fairlead/core/call/shape";
import type { View } from "@fairlead/core/catalogue/view";
import type { Connector } from "@fairlead/core/connector";
import type { PromptMessage, ResourceContents } from "@fairlead/core/content";
import type { EngineConfig, Fairlead } from "@fairlead/core/fairlead";
import { LOCAL_USER, type Principal } from "@fairlead/core/identity/principal";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import type { Fetch } from "@fairlead/core/ports";
import { Secret } from "@fairlead/core/secret";
import type { ChangeFeed } from "@fairlead/core/storage/change-feed";
import type { Shared } from "@fairlead/core/storage/shared";
import type { Store } from "@fairlead/core/storage/store";
import type { ManualClock } from "./clock.ts";
import { createTestEngine, type TestEngine } from "./engine.ts";
import { type CollectingLogger, createCollectingLogger } from "./logger.ts";

export interface TestConnection {
  connector: string;
  /** Default: the local user's. */
  tenant_id?: string;
  label?: string;
  settings?: Record<string, unknown>;
  credential?: Record<string, string>;
}

export interface TestFairleadOptions {
  connectors: readonly Connector[];
  connections?: readonly TestConnection[];
  /** State of another one, so that this is a second replica. */
  store?: Store;
  shared?: Shared;
  seed?: number;
  clock?: ManualClock;
  fetch?: Fetch;
  config?: Partial<EngineConfig>;
}

export interface TestFairlead {
  fairlead: Fairlead;
  clock: ManualClock;
  store: Store;
  shared: Shared;
  changes: ChangeFeed;
  logger: CollectingLogger;
  events: readonly AuditEvent[];
  /** Keeps a connection, or changes the one of the same id. */
  connect: TestEngine["connect"];
  /** The endpoint that calls go to, unless they name another. */
  view: View;
  call(
    name: string,
    args?: Record<string, unknown>,
    how?: { signal?: AbortSignal; principal?: Principal; view?: View },
  ): Promise<ToolAnswer>;
  read(uri: string): Promise<ResourceContents[]>;
  prompt(name: string, args?: Record<string, string>): Promise<PromptMessage[]>;
  complete(
    ref: { type: "ref/prompt"; name: string } | { type: "ref/resource"; uri: string },
    argument: { name: string; value: string },
  ): Promise<string[]>;
  close(): Promise<void>;
}

const CONFIG: Partial<EngineConfig> = {
  identity: { trustLocal: true, headerCredentials: true },
  callerBucket: { capacity: 10_000, refillPerSecond: 10_000 },
  addressBucket: { capacity: 10_000, refillPerSecond: 10_000 },
  resultTokenBudget: 20_000,
};

/** A whole connector in the engine: one local user, a clock that stands still, and everything it says kept. */
export async function createTestFairlead(options: TestFairleadOptions): Promise<TestFairlead> {
  const { connectors, connections = [], config, ...given } = options;
  const logger = createCollectingLogger();
  const engine = await createTestEngine(connectors, {
    ...{ fetch: globalThis.fetch, logger },
    ...given,
    config: { ...CONFIG, ...config },
  });
  const { fairlead, clock, store, shared, changes, events, connect } = engine;
  for (const [index, connection] of connections.entries()) {
    const { connector, label = connector, settings = {}, credential = {} } = connection;
    const { tenant_id = LOCAL_USER.tenant_id } = connection;
    await connect(connector, {
      ...{ id: `con_${index + 1}`, tenant_id },
      ...{ label, settings, credential: toSecrets(credential) },
    });
  }
  const view = fairlead.view({ endpoint: "all" });
  const principal: Principal = { ...LOCAL_USER };

  async function reply<K extends Reply["kind"]>(
    kind: K,
    action: CallRequest["action"],
    how: { signal?: AbortSignal; principal?: Principal; view?: View } = {},
  ): Promise<Extract<Reply, { kind: K }>> {
    const request: CallRequest = {
      ...{ view, principal, surface: "http", client: NO_CLIENT, action },
      ...how,
    };
    const given = await fairlead.call(request);
    if (!isKind(given, kind)) throw new Error(`Expected ${kind}, but the call gave ${given.kind}.`);
    return given;
  }

  return {
    ...{ fairlead, clock, store, shared, changes, connect, logger, events, view },
    async call(name, args = {}, how = {}) {
      return (await reply("tool", { kind: "tool", name, arguments: args }, how)).answer;
    },
    async read(uri) {
      return (await reply("resource", { kind: "resource", uri })).contents;
    },
    async prompt(name, args) {
      return (await reply("prompt", { kind: "prompt", name, arguments: args })).messages;
    },
    async complete(ref, argument) {
      const action = { kind: "completion" as const, ref, argument, others: {} };
      return (await reply("completion", action)).completion.values;
    },
    close: () => engine.close(),
  };
}

function toSecrets(values: Record<string, string>): Record<string, Secret> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, new Secret(value)]),
  );
}

function isKind<K extends Reply["kind"]>(
  reply: Reply,
  kind: K,
): reply is Extract<Reply, { kind: K }> {
  return reply.kind === kind;
}
