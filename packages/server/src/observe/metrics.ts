import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import type { Tally } from "@fairlead/core/observe/tally";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { ConnectionsReading, Follower, Leaving } from "../egress/egress.ts";
import { VERSION } from "../version.ts";
import { createCallMetrics } from "./call-metrics.ts";
import { addEngineMetrics } from "./engine-metrics.ts";
import { addOutsideMetrics } from "./outside-metrics.ts";
import { addStateMetrics, type StateReadings } from "./state-metrics.ts";

export interface Metrics {
  observe(event: AuditEvent): void;
  /** Follows a request to the outside. */
  leaving(leaving: Leaving): Follower;
  /** In the text format of Prometheus. */
  render(): Promise<{ contentType: string; text: string }>;
}

/** Where the figures come from that no event carries. They are read when somebody asks. */
export interface MetricSources {
  callsUnderWay: () => number;
  tally: Tally;
  state: StateReadings;
  connections: () => ConnectionsReading;
  /** Alerts, by kind and then by what became of them. */
  alerts?: () => ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** Whether the ids of connections may be labels; their number is the customers' to choose. */
  perConnection?: boolean;
}

/** Counts what the path records and reads the rest when asked. Labels come from closed sets, and name nobody. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const calls = createCallMetrics(sources.callsUnderWay, sources.tally.lateCalls);
  const leaving = addOutsideMetrics(registry, sources.connections);
  addEngineMetrics(registry, sources);
  addStateMetrics(registry, sources.state);
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 });
  new Gauge({
    name: "fairlead_info",
    help: "1, with the version of this process.",
    labelNames: ["version"],
    registers: [registry],
  })
    .labels(VERSION)
    .set(1);

  return {
    observe: calls.observe,
    leaving,
    async render() {
      return {
        contentType: registry.contentType,
        text: calls.render() + (await registry.metrics()),
      };
    },
  };
}
