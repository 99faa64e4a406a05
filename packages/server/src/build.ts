import { hash, randomBytes } from "node:crypto";
import type { Connector } from "@fairlead/core/connector";
import { createFairlead, type EngineConfig, type Fairlead } from "@fairlead/core/fairlead";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import { type Clock, SYSTEM_CLOCK } from "@fairlead/core/ports";
import type { Secret } from "@fairlead/core/secret";
import { createMemoryQueue } from "@fairlead/core/storage/memory-queue";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import { createMemoryStore } from "@fairlead/core/storage/memory-store";
import { z } from "zod";
import { createEgress } from "./egress/fetch.ts";
import type { Log } from "./observe/logger.ts";
import type { Metrics } from "./observe/metrics.ts";

/** A connection the operator gave by environment or command line, for the one tenant there is. */
export interface GivenConnection {
  connector: string;
  label: string;
  settings: Record<string, unknown>;
  credential: Record<string, Secret>;
}

export interface BuildParts {
  engine: EngineConfig;
  connectors: readonly Connector[];
  connections: readonly GivenConnection[];
  /** Settings that hold for every connection of a connector, also for those that callers bring. */
  connectorSettings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  apiKeys: readonly Secret[];
  log: Log;
  clock?: Clock;
  /** Loaded when used: metrics weigh more than a stdio process should. */
  loadMetrics?: (callsUnderWay: () => number) => Promise<Metrics>;
  /** Hears what the log and the metrics hear. */
  onEvent?: (event: AuditEvent) => void;
}

export interface Built {
  fairlead: Fairlead;
  metrics: Metrics | undefined;
  close(): Promise<void>;
}

const TENANT = "ten_local";

/** Puts the engine together with embedded state. */
export async function build(parts: BuildParts): Promise<Built> {
  const { log, clock = SYSTEM_CLOCK } = parts;
  const store = createMemoryStore();
  const egress = createEgress({ connectionsPerHost: 32, connectTimeoutMs: 10_000 });
  let metrics: Metrics | undefined;
  const fairlead = createFairlead({
    config: parts.engine,
    store,
    shared: createMemoryShared(clock),
    queue: createMemoryQueue(clock),
    connectors: parts.connectors.map((connector) =>
      withSettings(connector, parts.connectorSettings?.[connector.id]),
    ),
    clock,
    random: randomBytes,
    fetch: egress.fetch,
    logger: log,
    recorder: {
      record(event) {
        log.audit(event);
        metrics?.observe(event);
        parts.onEvent?.(event);
      },
    },
  });
  metrics = await parts.loadMetrics?.(() => fairlead.callsUnderWay);
  for (const [index, key] of parts.apiKeys.entries()) {
    await store.putApiKey({
      id: `key_${index + 1}`,
      tenant_id: TENANT,
      principal_id: `prn_key_${index + 1}`,
      label: `API key ${index + 1}`,
      scopes: ["*"],
      hash: hash("sha256", key.reveal(), "hex"),
    });
  }
  for (const [index, connection] of parts.connections.entries()) {
    await store.putConnection({
      ...connection,
      id: `con_${connection.connector}_${index + 1}`,
      tenant_id: TENANT,
      version: 1,
    });
  }
  return {
    fairlead,
    metrics,
    async close() {
      await fairlead.close();
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
