import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  observe(event: AuditEvent): void;
  /** In the text format of Prometheus. */
  render(): Promise<{ contentType: string; text: string }>;
}

const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Counts what the path records. Labels come from closed sets: tools, connectors, codes. */
export function createMetrics(callsUnderWay: () => number): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  const calls = new Counter({
    name: "fairlead_calls_total",
    help: "Actions by connector, name, kind and outcome.",
    labelNames: ["connector", "name", "action", "outcome", "surface"],
    registers,
  });
  const seconds = new Histogram({
    name: "fairlead_call_duration_seconds",
    help: "How long actions took.",
    labelNames: ["connector", "name", "action"],
    buckets: BUCKETS_S,
    registers,
  });
  new Gauge({
    name: "fairlead_calls_under_way",
    help: "Actions running now.",
    registers,
    collect() {
      this.set(callsUnderWay());
    },
  });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 });

  // Looking a label set up costs more than counting; each is looked up once.
  const series = new Map<string, { count: () => void; time: (s: number) => void }>();

  return {
    observe(event) {
      const { connector = "none", name, action, outcome, surface } = event;
      const key = `${name} ${action} ${outcome} ${surface}`;
      let entry = series.get(key);
      if (entry === undefined) {
        const counter = calls.labels({ connector, name, action, outcome, surface });
        const timer = seconds.labels({ connector, name, action });
        entry = { count: () => counter.inc(), time: (s) => timer.observe(s) };
        series.set(key, entry);
      }
      entry.count();
      entry.time(event.duration_ms / 1000);
    },
    async render() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
