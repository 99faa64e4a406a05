import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Actions: how many, how they ended, how long they took, how much they sent. */
export function addCallMetrics(
  registry: Registry,
  callsUnderWay: () => number,
): (event: AuditEvent) => void {
  const registers = [registry];
  const calls = new Counter({
    name: "fairlead_calls_total",
    help: "Actions by connector, name, kind and outcome (ok, input_required, or the code of an error).",
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
  const upstream = new Counter({
    name: "fairlead_upstream_calls_total",
    help: "Requests to upstreams that were made for actions.",
    labelNames: ["connector"],
    registers,
  });
  const bytes = new Counter({
    name: "fairlead_bytes_out_total",
    help: "Bytes of answers to actions.",
    labelNames: ["connector"],
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

  // Looking a label set up costs more than counting; each is looked up once.
  const known = new Map<string, ReturnType<typeof open>>();

  function open({ connector = "none", name, action, outcome, surface }: AuditEvent) {
    return {
      calls: calls.labels({ connector, name, action, outcome, surface }),
      seconds: seconds.labels({ connector, name, action }),
      upstream: upstream.labels({ connector }),
      bytes: bytes.labels({ connector }),
    };
  }

  return (event) => {
    const key = `${event.name} ${event.action} ${event.outcome} ${event.surface}`;
    let series = known.get(key);
    if (series === undefined) {
      series = open(event);
      known.set(key, series);
    }
    series.calls.inc();
    series.seconds.observe(event.duration_ms / 1000);
    if (event.upstream_calls !== undefined) series.upstream.inc(event.upstream_calls);
    if (event.bytes_out !== undefined) series.bytes.inc(event.bytes_out);
  };
}
