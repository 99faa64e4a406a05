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
import type { ManualClock } from "./clock.ts";
import { createTestEngine } from "./engine.ts";
import { type CollectingLogger, createCollectingLogger } from "./logger.ts";

export interface TestConnection {
  connector: string;
  label?: string;
  settings?: Record<string, unknown>;
  credential?: Record<string, string>;
}

export interface TestFairleadOptions {
  connectors: readonly Connector[];
  /** Connections of the local user's tenant. */
  connections?: readonly TestConnection[];
  clock?: ManualClock;
  fetch?: Fetch;
  config?: Partial<EngineConfig>;
}

export interface TestFairlead {
  fairlead: Fairlead;
  clock: ManualClock;
  logger: CollectingLogger;
  events: readonly AuditEvent[];
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
  const { connectors, clock: given, fetch = globalThis.fetch } = options;
  const logger = createCollectingLogger();
  const { fairlead, clock, events, connect } = createTestEngine(connectors, {
    config: { ...CONFIG, ...options.config },
    ...(given === undefined ? {} : { clock: given }),
    ...{ fetch, logger },
  });
  for (const [index, connection] of (options.connections ?? []).entries()) {
    const { connector, label = connector, settings = {}, credential = {} } = connection;
    await connect(connector, {
      ...{ id: `con_${index + 1}`, tenant_id: LOCAL_USER.tenant_id },
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
    ...{ fairlead, clock, logger, events, view },
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
    close: () => fairlead.close(),
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
