import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { createParts, failedParts } from "../parts.ts";
import { appId, isoTime, serverIdOfApp } from "../schemas.ts";
import { bandwidth, disk, round, toBandwidth, toDisk, toIso } from "../usage.ts";
import { countWords, failedWords, lines, mbWords } from "../words.ts";

const DAYS = { "24h": 1, "7d": 7, "30d": 30, all: Number.POSITIVE_INFINITY } as const;

/** Shows what one application used. Cloudways answers all it has; the period is cut here. */
export const getAppMonitoringSummary = defineTool({
  name: "cloudways_get_app_monitoring_summary",
  title: "Get application monitoring summary",
  description:
    "Show the bandwidth of one application over a period, day by day as far as Cloudways measured it, and its size on " +
    "disk now. Costs up to three requests; measurements may be up to 5 minutes old. If only one of the two can be read, the " +
    "other is named in failed_parts. To compare all applications of a server use cloudways_get_server_details.",
  effect: "read",
  toolset: "monitoring",
  input: z.object({
    app_id: appId,
    server_id: serverIdOfApp,
    period: z
      .enum(["24h", "7d", "30d", "all"])
      .default("30d")
      .describe("How far back bandwidth counts; all is whatever Cloudways still has."),
  }),
  output: z.object({
    app_id: z.number(),
    app_label: z.string(),
    server_id: z.number(),
    period: z.string(),
    bandwidth: bandwidth.nullable(),
    bandwidth_points: z.array(z.object({ at: isoTime, mb: z.number() })),
    disk: disk.nullable().describe("Null also when Cloudways has not measured it yet."),
    failed_parts: failedParts,
  }),
  text: ({ app_id, app_label, period, bandwidth, disk, bandwidth_points, failed_parts }) =>
    lines(
      `Application ${app_id} ${app_label}, ${period}.`,
      bandwidth === null
        ? ""
        : `Bandwidth: ${mbWords(bandwidth.total_mb)} in ${countWords(bandwidth.measurements, "measurement")}${bandwidth.from === null ? "" : ` from ${bandwidth.from} to ${bandwidth.to}`}.`,
      disk === null ? "" : `Disk: ${mbWords(disk.used_mb)} at ${disk.measured_at}.`,
      bandwidth_points.map(({ at, mb }) => `  ${at} ${mb} MB`),
      failedWords(failed_parts),
    ),

  async handler({ app_id, server_id, period }, ctx: ToolContext<CloudwaysClient>) {
    const { client, signal } = ctx;
    const { app, server } = await client.findApp(app_id, server_id, signal);
    const parts = createParts(signal);
    const [traffic, space] = await Promise.all([
      parts.take("bandwidth", client.getAppUsage(server.id, app.id, "bw", signal)),
      parts.take("disk", client.getAppUsage(server.id, app.id, "db", signal)),
    ]);
    parts.requireAny();
    const since = ctx.now() / 1000 - DAYS[period] * 86_400;
    const recent = traffic?.filter(({ at }) => at >= since) ?? null;
    return {
      ...{ app_id: app.id, app_label: app.label, server_id: server.id, period },
      bandwidth: recent && toBandwidth(recent),
      bandwidth_points: (recent ?? []).map((point) => ({ at: toIso(point), mb: round(point.mb) })),
      disk: space && toDisk(space),
      failed_parts: parts.failed,
    };
  },
});
