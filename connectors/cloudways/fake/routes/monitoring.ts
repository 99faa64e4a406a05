import {
  appOf,
  beginCollection,
  type Call,
  type Handlers,
  serverDetailOf,
  serverOf,
  textOf,
} from "../call.ts";
import { durationMs, durations, targets } from "../dataset/catalogue.ts";
import { createSeries } from "../dataset/series.ts";
import { invalid } from "../refusal.ts";
import { type App, appsOf } from "../state.ts";

const day = 86_400_000;

export const monitoringRoutes: Handlers = {
  // GET /server/monitor/summary
  getServerMonitorSummary: (call) => ({
    content: appsOf(call.state, serverOf(call).id).map((app) => toSummary(call, app)),
  }),

  // GET /app/monitor/summary
  getAppMonitorSummary: (call) => ({ content: [toSummary(call, appOf(call))] }),

  // GET /server/monitor/detail
  getServerMonitorDetail: (call) => {
    const graph = toGraph(call, `server-${serverOf(call).id}`);
    if (call.version === "v1") return { contents: JSON.stringify(graph.datapoints) };
    return beginCollection(call, () => graph);
  },

  // GET /app/monitor/detail
  getAppMonitorDetail: (call) => ({
    contents: JSON.stringify(toGraph(call, `app-${appOf(call).id}`).datapoints),
  }),

  // GET /server/analytics/serverUsage
  getServerUsage: (call) => {
    const { usedDiskMb } = serverDetailOf(call);
    const isRunning = serverOf(call).status === "running";
    return beginCollection(call, () => ({
      cpu: isRunning ? 45.2 : 0,
      memory: isRunning ? 61.7 : 0,
      disk_mb: usedDiskMb,
    }));
  },

  // GET /app/analytics/traffic
  getAppTraffic: (call) => beginCollection(call, () => toTop(call)),

  // POST /app/analytics/trafficDetails
  getAppTrafficDetails: (call) => beginCollection(call, () => toTop(call)),

  // GET /app/analytics/php
  getAppPhpAnalytics: (call) => beginCollection(call, () => toTop(call)),

  // GET /app/analytics/mysql
  getAppMysqlAnalytics: (call) => beginCollection(call, () => toTop(call)),

  // GET /app/analytics/cron
  getAppCronAnalytics: (call) =>
    beginCollection(call, () => ({ cron: [{ command: "wp-cron.php", runs: 288, failed: 2 }] })),
};

/** `db` is one pair of size and time, `bw` a list of pairs, one a day: both forms are on the wire. */
function toSummary(call: Call, app: App) {
  const { diskMb = 0, bandwidthMbPerDay = 0 } = call.state.appDetails.get(app.id) ?? {};
  const type = textOf(call, "type");
  const series = createSeries({
    name: `${type}-${app.id}`,
    level: bandwidthMbPerDay,
    nowMs: call.nowMs,
    spanMs: 30 * day,
    points: 30,
  });
  const size = [diskMb, Math.floor(call.nowMs / 3_600_000) * 3600];
  return { name: app.sys_user, datapoint: type === "db" ? size : series, type };
}

function toGraph(call: Call, name: string) {
  const target = textOf(call, "target");
  const duration = textOf(call, "duration");
  const known = targets[serverOf(call).cloud] ?? [];
  if (!known.includes(target)) throw invalid("target", "No such target for this provider.");
  if (!durations.includes(duration)) throw invalid("duration", "No such duration.");

  const spanMs = durationMs[duration] ?? day;
  return {
    target,
    duration,
    timezone: textOf(call, "timezone"),
    datapoints: createSeries({
      name: `${name}-${target}`,
      level: target.startsWith("Idle") ? 70 : 400,
      nowMs: call.nowMs,
      spanMs,
      points: 60,
    }),
  };
}

const tops: Record<string, Record<string, unknown>[]> = {
  top_ips: [
    { ip: "203.0.113.90", requests: 4120, bytes: 18_400_312 },
    { ip: "198.51.100.7", requests: 977, bytes: 3_900_441 },
    { ip: "192.0.2.150", requests: 310, bytes: 801_220 },
  ],
  top_bots: [
    { bot: "ExampleBot/2.1", requests: 880, bytes: 2_200_107 },
    { bot: "SiteIndexer/1.0", requests: 214, bytes: 640_018 },
  ],
  top_urls: [
    { url: "/checkout/", requests: 1310, bytes: 6_004_900 },
    { url: "/wp-login.php", requests: 902, bytes: 1_300_488 },
  ],
  top_statuses: [
    { status: 200, requests: 5012 },
    { status: 404, requests: 288 },
    { status: 502, requests: 4 },
  ],
  url_durations: [{ url: "/checkout/", count: 1310, average_ms: 640, max_ms: 4210 }],
  processes: [{ pid: 2679, state: "Idle", requests: 118, last_url: "/index.php" }],
  slow_pages: [{ url: "/checkout/", seconds: 4.2, script: "class-wc-checkout.php" }],
  running_queries: [{ id: 771, seconds: 0.4, query: "SELECT option_value FROM wp_options" }],
  slow_queries: [{ seconds: 3.1, query: "SELECT * FROM wp_postmeta", rows_examined: 410_220 }],
};

function toTop(call: Call) {
  const resource = textOf(call, "resource");
  return { resource, duration: textOf(call, "duration"), items: tops[resource] ?? [] };
}
