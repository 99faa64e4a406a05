import { randomBytes } from "node:crypto";
import { type Admin, createAdmin } from "@fairlead/core/admin/admin";
import type { GivenConnection } from "@fairlead/core/connections/connections";
import type { Connector } from "@fairlead/core/connector";
import { createFairlead, type EngineConfig, type Fairlead } from "@fairlead/core/fairlead";
import type { Agents } from "@fairlead/core/identity/agents/agents";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import { type Clock, type Fetch, SYSTEM_CLOCK } from "@fairlead/core/ports";
import { createMemoryQueue } from "@fairlead/core/storage/memory-queue";
import { createSealer } from "@fairlead/core/vault/sealer";
import { z } from "zod";
import { adminRules } from "./admin-rules.ts";
import type { SignInSettings } from "./config/sign-in.ts";
import type { StateConfig } from "./config/state.ts";
import { createEgress, type EgressConfig } from "./egress/egress.ts";
import type { Log } from "./observe/logger.ts";
import type { MetricSources, Metrics } from "./observe/metrics.ts";
import { createObserver, OBSERVE_DEFAULTS, type ObserveConfig } from "./observe/observe.ts";
import type { SignIns } from "./signin/sign-in.ts";
import { openState, type State } from "./state.ts";
import { VERSION } from "./version.ts";

export type { GivenConnection } from "@fairlead/core/connections/connections";

export interface BuildParts {
  engine: EngineConfig;
  state: StateConfig;
  egress: EgressConfig;
  auditRetentionDays: number;
  connectors: readonly Connector[];
  connections: readonly GivenConnection[];
  /** Settings that hold for every connection of a connector, also for those that callers bring. */
  connectorSettings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  log: Log;
  clock?: Clock;
  observe?: ObserveConfig;
  /** How agents and people sign in, where there is a server to sign in to. */
  signIn?: SignInSettings;
  /** Where the world reaches that server, without a slash at the end. Asked for once it listens. */
  reachedAt?: () => string;
  /** Loaded when used: metrics weigh more than a stdio process should. With them, alerts are raised. */
  loadMetrics?: (sources: MetricSources) => Promise<Metrics>;
  /** Hears what the log and the metrics hear. */
  onEvent?: (event: AuditEvent) => void;
  /** Whether it looks after operations; yes, when left out. */
  works?: boolean;
  /** Where a person approves a plan in a browser; undefined where there is no such page. */
  approveAt?: (plan_id: string) => string | undefined;
  /** Whether others count this process as one of theirs; yes, when left out. */
  beats?: boolean;
}

export interface Built {
  fairlead: Fairlead;
  agents: Agents | undefined;
  signIns: SignIns | undefined;
  admin: Admin;
  state: State;
  metrics: Metrics | undefined;
  close(): Promise<void>;
}

/** Puts the engine together on the state that the configuration names. */
export async function build(parts: BuildParts): Promise<Built> {
  const { log, clock = SYSTEM_CLOCK } = parts;
  const observe = parts.observe ?? OBSERVE_DEFAULTS;
  const observer = await createObserver({
    ...{ config: observe, log, clock, random: randomBytes, loadMetrics: parts.loadMetrics },
    watches: parts.loadMetrics !== undefined,
  });
  const state = await openState({
    ...{ config: parts.state, log, clock, random: randomBytes },
    auditRetentionDays: parts.auditRetentionDays,
    beats: parts.beats ?? true,
    onEvent(event) {
      log.audit(event);
      observer.onEvent(event);
      parts.onEvent?.(event);
    },
  });
  const egress = createEgress(parts.egress, { onLeaving: observer.onLeaving });
  const connectors = parts.connectors.map((connector) =>
    withSettings(connector, parts.connectorSettings?.[connector.id]),
  );
  const { store, shared, vault, changes, audit } = state;
  const { agents, signIns } = await createEntrances(parts, state, { clock, fetch: egress.fetch });
  const queue = createMemoryQueue(clock);
  const fairlead = createFairlead({
    ...{ config: parts.engine, store, shared, vault, changes, connectors, clock, egress },
    queue,
    given: parts.connections,
    random: randomBytes,
    logger: log,
    ...{ recorder: audit, auditLog: audit, processId: state.processId },
    works: parts.works ?? true,
    approveAt: (plan_id) => parts.approveAt?.(plan_id),
    tally: observer.tally,
    tracer: observer.tracer,
    ways: [agents, signIns].flatMap((entrance) => (entrance === undefined ? [] : [entrance.way])),
    version: VERSION,
  });
  const admin = createAdmin({
    ...{ store, vault, audit, changes, connectors, clock, random: randomBytes },
    ...adminRules({ engine: parts.engine, observe }),
    pay: fairlead.pay,
    onOperation(operation) {
      fairlead.operations.changed(operation);
      if (operation.state === "queued") fairlead.operations.wake(operation.tenant_id);
    },
  });
  await observer.start({
    ...{ state, queue, fetch: egress.fetch, connections: () => egress.connections },
    callsUnderWay: () => fairlead.callsUnderWay,
  });
  return {
    fairlead,
    agents,
    signIns,
    admin,
    state,
    metrics: observer.metrics,
    async close() {
      await fairlead.close();
      await observer.close();
      await state.close();
      await egress.close();
      log.flush();
    },
  };
}

/** Loaded for a server only: who has the process to himself signs in nowhere. */
async function createEntrances(
  { signIn, reachedAt: publicUrl, engine, log }: BuildParts,
  { store, shared, vault, changes, audit: auditLog }: State,
  { clock, fetch }: { clock: Clock; fetch: Fetch },
): Promise<{ agents: Agents | undefined; signIns: SignIns | undefined }> {
  if (signIn === undefined || publicUrl === undefined) {
    return { agents: undefined, signIns: undefined };
  }
  const { createAgents } = await import("@fairlead/core/identity/agents/agents");
  const { tiers } = engine.identity;
  const { issuer: config } = signIn;
  const common = { store, shared, changes, auditLog, clock, random: randomBytes, tiers };
  const agents = createAgents({
    ...common,
    ...{ vault, tokenLifetimeS: signIn.agentTokenLifetimeS },
    requireSignedRequests: signIn.requireSignedRequests,
    origin: () => new URL(publicUrl()).origin,
  });
  if (config === undefined) return { agents, signIns: undefined };
  const { createSignIns } = await import("./signin/sign-in.ts");
  const signIns = createSignIns({
    ...common,
    ...{ config, publicUrl, fetch, derive: vault.derive, logger: log.child("sign-in") },
    sealer: createSealer({ keys: [vault.derive("sealed tokens")] }, clock),
  });
  return { agents, signIns };
}

/** What the operator says of an upstream, such as its address, holds unless a connection says otherwise. */
function withSettings(
  connector: Connector,
  given: Readonly<Record<string, unknown>> | undefined,
): Connector {
  if (given === undefined) return connector;
  const merge = (own: unknown) => ({ ...given, ...Object(own) });
  return Object.freeze({ ...connector, settings: z.preprocess(merge, connector.settings) });
}
