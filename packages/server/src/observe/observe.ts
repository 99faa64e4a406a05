import { type CostConfig, FREE } from "@fairlead/core/cost/cost";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import { createTally, type Tally } from "@fairlead/core/observe/tally";
import type { Tracer } from "@fairlead/core/observe/tracing";
import type { Clock, Fetch, RandomBytes } from "@fairlead/core/ports";
import type { Queue } from "@fairlead/core/storage/queue";
import type { WatchConfig } from "../alerts/watch.ts";
import type { WebhookConfig } from "../alerts/webhook.ts";
import type { ConnectionsReading, Follower, Leaving } from "../egress/egress.ts";
import type { State } from "../state.ts";
import type { Log } from "./logger.ts";
import type { MetricSources, Metrics } from "./metrics.ts";
import type { TracingConfig } from "./tracing.ts";

export interface ObserveConfig {
  /** Undefined: nothing is traced, and nothing of it is loaded. */
  tracing?: TracingConfig | undefined;
  cost: CostConfig;
  alerts: WatchConfig & { webhook?: WebhookConfig | undefined };
  /** Whether metrics may name connections. */
  metricsPerConnection: boolean;
}

/** No traces, no prices, alerts to the log alone. */
export const OBSERVE_DEFAULTS: ObserveConfig = {
  cost: { prices: FREE, budget: undefined },
  alerts: { errorShare: 0.2, spikeFactor: 5 },
  metricsPerConnection: false,
};

export interface ObserveParts {
  config: ObserveConfig;
  log: Log;
  clock: Clock;
  random: RandomBytes;
  /** Loaded when used: metrics weigh more than a stdio process should. */
  loadMetrics?: ((sources: MetricSources) => Promise<Metrics>) | undefined;
  /** Whether this process serves others, and so looks for what people have to know. */
  watches: boolean;
}

/** Everything that looks on while others work. Made before the state and the egress, which tell it what they do. */
export interface Observer {
  readonly tally: Tally;
  readonly tracer: Tracer | undefined;
  readonly metrics: Metrics | undefined;
  onEvent(event: AuditEvent): void;
  onLeaving(leaving: Leaving): Follower | undefined;
  /** Looks at the rest once it is there. */
  start(running: Running): Promise<void>;
  close(): Promise<void>;
}

export interface Running {
  state: State;
  queue: Queue;
  fetch: Fetch;
  connections: () => ConnectionsReading;
  callsUnderWay: () => number;
}

const LAST_SPANS_MS = 2_000;

export async function createObserver(parts: ObserveParts): Promise<Observer> {
  const { config, log, clock, random } = parts;
  const tally = createTally();
  const tracing = config.tracing && (await loadTracing(config.tracing));
  let metrics: Metrics | undefined;
  let alerting: Awaited<ReturnType<typeof startAlerts>> | undefined;

  async function startAlerts({ state, fetch }: Running) {
    const { createAlerts } = await import("../alerts/alerts.ts");
    const { createWatch } = await import("../alerts/watch.ts");
    const { createCostMeter } = await import("@fairlead/core/cost/meter");
    const { store, shared, audit } = state;
    const logger = log.child("alerts");
    const { webhook: hook, ...watching } = config.alerts;
    const webhook =
      hook && (await loadWebhook()).createWebhook({ config: hook, fetch, clock, random, logger });
    const alerts = createAlerts({ shared, clock, logger, webhook });
    const processId = random(8).toString("hex");
    const raise = alerts.raise;
    const watch = createWatch({
      ...{ config: watching, store, tally, audit, processId, clock, logger, raise },
    });
    const { budget, prices } = config.cost;
    const meter =
      budget === undefined
        ? undefined
        : createCostMeter({
            ...{ store, shared, clock, logger, config: { prices, budget } },
            onCrossed: watch.crossed,
          });
    return {
      alerts,
      watch,
      meter,
      async close() {
        await meter?.close();
        await watch.close();
        await alerts.close();
      },
    };
  }

  /** A collector that is away does not hold up the end. */
  async function sendLast(sending: Promise<void>): Promise<void> {
    const late = Promise.withResolvers<void>();
    const stopTimer = clock.after(LAST_SPANS_MS, () => late.reject(new Error("no answer in time")));
    await Promise.race([sending, late.promise])
      .catch((error: unknown) => log.warn({ err: error }, "the last spans were not sent"))
      .finally(stopTimer);
  }

  return {
    tally,
    tracer: tracing?.tracer,
    get metrics() {
      return metrics;
    },
    onEvent(event) {
      metrics?.observe(event);
      alerting?.watch.observe(event);
    },
    onLeaving(leaving) {
      const traced = tracing?.leaving(leaving);
      const counted = metrics?.leaving(leaving);
      return traced === undefined || counted === undefined
        ? (traced ?? counted)
        : both(traced, counted);
    },
    async start(running) {
      if (parts.watches) alerting = await startAlerts(running);
      const { state, queue, connections, callsUnderWay } = running;
      const { store, shared, audit, changes, pool } = state;
      const meter = alerting?.meter;
      metrics = await parts.loadMetrics?.({
        ...{ tally, connections, callsUnderWay },
        state: {
          ...{ store, shared, audit, changes, clock, pool, queue },
          ...(meter === undefined ? {} : { budgets: () => meter.latest() }),
        },
        alerts: () => alerting?.alerts.counts ?? new Map(),
        perConnection: config.metricsPerConnection,
      });
    },
    async close() {
      await alerting?.close();
      if (tracing !== undefined) await sendLast(tracing.close());
    },
  };
}

async function loadTracing(config: TracingConfig) {
  const { createTracing } = await import("./tracing.ts");
  return createTracing(config);
}

const loadWebhook = () => import("../alerts/webhook.ts");

function both(one: Follower, other: Follower): Follower {
  return {
    ...(one.headers === undefined ? {} : { headers: one.headers }),
    answered(status) {
      one.answered(status);
      other.answered(status);
    },
    failed(error) {
      one.failed(error);
      other.failed(error);
    },
  };
}
