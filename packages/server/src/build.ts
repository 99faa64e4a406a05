import { randomBytes } from "node:crypto";
import { type Admin, createAdmin } from "@fairlead/core/admin/admin";
import type { GivenConnection } from "@fairlead/core/connections/connections";
import type { Connector } from "@fairlead/core/connector";
import { createFairlead, type EngineConfig, type Fairlead } from "@fairlead/core/fairlead";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import { type Clock, SYSTEM_CLOCK } from "@fairlead/core/ports";
import { createMemoryQueue } from "@fairlead/core/storage/memory-queue";
import { z } from "zod";
import type { StateConfig } from "./config/state.ts";
import { createEgress, type EgressConfig } from "./egress/egress.ts";
import type { Log } from "./observe/logger.ts";
import type { Metrics } from "./observe/metrics.ts";
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
  /** Loaded when used: metrics weigh more than a stdio process should. */
  loadMetrics?: (callsUnderWay: () => number) => Promise<Metrics>;
  /** Hears what the log and the metrics hear. */
  onEvent?: (event: AuditEvent) => void;
}

export interface Built {
  fairlead: Fairlead;
  admin: Admin;
  state: State;
  metrics: Metrics | undefined;
  close(): Promise<void>;
}

/** Puts the engine together on the state that the configuration names. */
export async function build(parts: BuildParts): Promise<Built> {
  const { log, clock = SYSTEM_CLOCK } = parts;
  let metrics: Metrics | undefined;
  const state = await openState({
    ...{ config: parts.state, log, clock, random: randomBytes },
    auditRetentionDays: parts.auditRetentionDays,
    onEvent(event) {
      log.audit(event);
      metrics?.observe(event);
      parts.onEvent?.(event);
    },
  });
  const egress = createEgress(parts.egress);
  const connectors = parts.connectors.map((connector) =>
    withSettings(connector, parts.connectorSettings?.[connector.id]),
  );
  const { store, shared, vault, changes, audit } = state;
  const fairlead = createFairlead({
    ...{ config: parts.engine, store, shared, vault, changes, connectors, clock, egress },
    queue: createMemoryQueue(clock),
    given: parts.connections,
    random: randomBytes,
    logger: log,
    recorder: audit,
    auditLog: audit,
    version: VERSION,
  });
  const admin = createAdmin({
    ...{ store, vault, audit, changes, connectors, clock, random: randomBytes },
    callerLimit: fairlead.callerLimit,
    callerBucket: parts.engine.callerBucket,
  });
  metrics = await parts.loadMetrics?.(() => fairlead.callsUnderWay);
  return {
    fairlead,
    admin,
    state,
    metrics,
    async close() {
      await fairlead.close();
      await state.close();
      await egress.close();
      log.flush();
    },
  };
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
