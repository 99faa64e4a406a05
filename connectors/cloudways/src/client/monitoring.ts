import type { ClientEnvironment } from "@fairlead/core/connector";
import { z } from "zod";
import type { Settings } from "../settings.ts";
import type { Api } from "./api.ts";
import * as wire from "./wire.ts";

/** Cloudways measures once a day or once an hour; asking more often only costs requests. */
const USAGE_KEPT = { ttlMs: 60_000, staleMs: 240_000 };
const MAX_POINTS = 1_000;

export interface Point {
  mb: number;
  /** Seconds since the epoch. */
  at: number;
}

/** What one application used, by the system user that it runs as. */
export interface AppUsage {
  sys_user: string;
  points: Point[];
}

const pair = z
  .tuple([z.coerce.number(), z.coerce.number()], z.unknown())
  .transform(([mb, at]): Point => ({ mb, at }));

/** `[mb, epoch]`, or a list of such pairs. */
const points = z.preprocess(
  (value) => {
    const list = Array.isArray(value) ? value : [];
    return Array.isArray(list[0]) || list.length === 0 ? list.slice(-MAX_POINTS) : [list];
  },
  z.array(pair).transform((list) => list.sort((a, b) => a.at - b.at)),
);

const summary = z.object({
  content: wire.listOf(
    z
      .object({ name: wire.line, datapoint: points })
      .transform(({ name, datapoint }): AppUsage => ({ sys_user: name, points: datapoint })),
  ),
});

/** `bw` is bandwidth, a value a day; `db` is the size on disk, the newest value alone. */
export type UsageKind = "bw" | "db";

export interface MonitoringCalls {
  getServerUsage(server_id: number, type: UsageKind, signal: AbortSignal): Promise<AppUsage[]>;
  getAppUsage(
    server_id: number,
    app_id: number,
    type: UsageKind,
    signal: AbortSignal,
  ): Promise<Point[]>;
}

export function createMonitoringCalls(
  api: Api,
  { cache }: ClientEnvironment<Settings>,
): MonitoringCalls {
  return {
    getServerUsage: (server_id, type, signal) =>
      cache.get(`usage of server ${server_id} ${type}`, USAGE_KEPT, signal, async (signal) => {
        const query = { server_id, type };
        return (await api.get("/server/monitor/summary", { query }, summary, signal)).content;
      }),
    getAppUsage: (server_id, app_id, type, signal) =>
      cache.get(`usage of app ${app_id} ${type}`, USAGE_KEPT, signal, async (signal) => {
        const query = { server_id, app_id, type };
        const { content } = await api.get("/app/monitor/summary", { query }, summary, signal);
        return content[0]?.points ?? [];
      }),
  };
}
