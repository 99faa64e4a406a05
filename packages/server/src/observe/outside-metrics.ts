import { performance } from "node:perf_hooks";
import { FairleadError } from "@fairlead/core/errors";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { ConnectionsReading, Follower, Leaving } from "../egress/egress.ts";

const BUCKETS_S = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** HTTP requests to the outside, until the head of the answer. Hosts are the customers' to choose, and no label. */
export function addOutsideMetrics(
  registry: Registry,
  connections: () => ConnectionsReading,
): (leaving: Leaving) => Follower {
  const registers = [registry];
  const requests = new Counter({
    name: "fairlead_outside_requests_total",
    help: "HTTP requests to the outside, by the connector whose call they were for (none: for no call) and how they ended: 2xx to 5xx, refused (by the egress guard), timeout, cancelled or failed.",
    labelNames: ["connector", "outcome"],
    registers,
  });
  const seconds = new Histogram({
    name: "fairlead_outside_request_duration_seconds",
    help: "How long HTTP requests to the outside took, to the head of the answer.",
    labelNames: ["connector"],
    buckets: BUCKETS_S,
    registers,
  });
  new Gauge({
    name: "fairlead_outside_connections",
    help: "HTTP connections to the outside, open in all and free, and requests under way and queued for one.",
    labelNames: ["state"],
    registers,
    collect() {
      for (const [state, count] of Object.entries(connections())) this.set({ state }, count);
    },
  });

  return ({ call }) => {
    const connector = call?.connector ?? "none";
    const startedAt = performance.now();
    const end = (outcome: string) => {
      requests.inc({ connector, outcome });
      seconds.observe({ connector }, (performance.now() - startedAt) / 1000);
    };
    return {
      answered: (status) => end(`${Math.floor(status / 100)}xx`),
      failed: (error) => end(whyFailed(error)),
    };
  };
}

/** One of a few words, whatever went wrong. */
export function whyFailed(error: unknown): "refused" | "timeout" | "cancelled" | "failed" {
  if (error instanceof FairleadError) {
    if (error.code === "forbidden") return "refused";
    if (error.code === "timeout" || error.code === "cancelled") return error.code;
  }
  const { name, cause } = Object(error) as { name?: unknown; cause?: { code?: unknown } };
  if (name === "TimeoutError" || /TIMEOUT/.test(String(cause?.code))) return "timeout";
  return name === "AbortError" ? "cancelled" : "failed";
}
