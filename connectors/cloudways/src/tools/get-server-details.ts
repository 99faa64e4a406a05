import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { AppUsage } from "../client/monitoring.ts";
import type { ServerRecord } from "../client/servers.ts";
import type { CloudwaysClient } from "../client.ts";
import { createParts, failedParts } from "../parts.ts";
import * as shapes from "../schemas.ts";
import { bandwidth, round, toBandwidth, toDisk } from "../usage.ts";
import { appWords, failedWords, lines, mbWords, serverWords } from "../words.ts";

const details = shapes.serverLine.extend({
  platform: z.string().nullable(),
  zone: z.string().nullable(),
  hostname: z.string().nullable(),
  disk_gb: z.number().nullable(),
  database_disk_gb: z.number().nullable(),
  data_disk_gb: z.number().nullable(),
  backup_every_hours: z.number().nullable(),
  local_backups: z.boolean(),
  master_user: z.string().nullable(),
  master_password: shapes.password,
  ssh_key_count: z.number(),
  running_operations: z.array(
    z.object({ id: z.string(), type: z.string(), minutes_left: z.string() }),
  ),
  updated_at: shapes.isoTime,
});

/** Shows one server: what it is, what is on it, what that uses. */
export const getServerDetails = defineTool({
  name: "cloudways_get_server_details",
  title: "Get server details",
  description:
    "Show one server: machine, disks, work under way, and each application on it with its bandwidth and disk use. " +
    "Costs up to three requests. A measurement that Cloudways does not give is named in failed_parts, the rest still " +
    "stands. The master password is hidden unless reveal asks for it. For one site go on to cloudways_get_app_details.",
  effect: "read",
  toolset: "servers",
  input: z.object({
    server_id: shapes.serverId,
    reveal: z
      .array(z.enum(["master_password"]))
      .max(1)
      .default([])
      .describe("Secrets to show in clear. Needs the right to see secrets."),
  }),
  revealsSecret: ({ reveal }) => reveal.length > 0,
  output: z.object({
    server: details,
    bandwidth: bandwidth.nullable().describe("Of all applications together."),
    disk_used_mb: z.number().nullable().describe("Of all applications together."),
    apps: z.array(
      shapes.appLine.extend({
        bandwidth_mb: z.number().nullable(),
        disk_used_mb: z.number().nullable(),
      }),
    ),
    failed_parts: failedParts,
  }),
  text: ({ server, bandwidth, disk_used_mb, apps, failed_parts }) =>
    lines(
      serverWords(server),
      `Disk: ${server.disk_gb ?? "?"} GB, applications use ${mbWords(disk_used_mb)}. ` +
        `Bandwidth: ${mbWords(bandwidth?.total_mb ?? null)}${bandwidth?.from == null ? "" : ` since ${bandwidth.from}`}.`,
      `Master user ${server.master_user ?? "unknown"}, password ${server.master_password ?? "none"}.`,
      server.running_operations.map(({ id, type }) => `Under way: ${type} (operation ${id})`),
      apps.map(
        (app) =>
          `  app ${appWords(app)}: bandwidth ${mbWords(app.bandwidth_mb)}, disk ${mbWords(app.disk_used_mb)}`,
      ),
      failedWords(failed_parts),
    ),

  async handler({ server_id, reveal }, ctx: ToolContext<CloudwaysClient>) {
    const { client, signal } = ctx;
    const server = await client.findServer(server_id, signal);
    const parts = createParts(signal);
    const [traffic, space, masterPassword] = await Promise.all([
      parts.take("bandwidth", client.getServerUsage(server_id, "bw", signal)),
      parts.take("disk", client.getServerUsage(server_id, "db", signal)),
      reveal.includes("master_password")
        ? client.revealServerPassword(server_id, signal)
        : shapes.HIDDEN,
    ]);
    return {
      server: toDetails(server, masterPassword),
      bandwidth: traffic && toBandwidth(traffic.flatMap(({ points }) => points).sort(byTime)),
      disk_used_mb: space && round(space.reduce((total, app) => total + newestMb(app), 0)),
      apps: server.apps.map((app) => {
        const own = (usage: AppUsage[] | null) =>
          usage?.find(({ sys_user }) => sys_user === app.sys_user)?.points;
        const [points, sizes] = [own(traffic), own(space)];
        return {
          ...shapes.toAppLine(app),
          bandwidth_mb: points === undefined ? null : toBandwidth(points).total_mb,
          disk_used_mb: sizes === undefined ? null : (toDisk(sizes)?.used_mb ?? null),
        };
      }),
      failed_parts: parts.failed,
    };
  },
});

function toDetails(server: ServerRecord, master_password: string | null): z.output<typeof details> {
  const { platform, zone, local_backups, master_user, updated_at } = server;
  return {
    ...shapes.toServerLine(server),
    ...{ platform, zone, local_backups, master_user, updated_at, master_password },
    hostname: server.server_fqdn,
    disk_gb: server.volume_size,
    database_disk_gb: server.db_volume_size,
    data_disk_gb: server.data_volume_size,
    backup_every_hours: server.backup_frequency,
    ssh_key_count: server.ssh_keys.length,
    running_operations: server.operations.map(({ id, type, estimated_time_remaining }) => {
      return { id, type, minutes_left: estimated_time_remaining };
    }),
  };
}

function newestMb({ points }: AppUsage): number {
  return points.at(-1)?.mb ?? 0;
}

function byTime(a: { at: number }, b: { at: number }): number {
  return a.at - b.at;
}
