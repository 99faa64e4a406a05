import { z } from "zod";
import type { Point } from "./client/monitoring.ts";
import { isoTime } from "./schemas.ts";

export const bandwidth = z.object({
  total_mb: z.number(),
  from: isoTime,
  to: isoTime,
  measurements: z.number(),
});

export const disk = z.object({ used_mb: z.number(), measured_at: isoTime });

/** Bandwidth adds up over its measurements. */
export function toBandwidth(points: Point[]): z.output<typeof bandwidth> {
  return {
    total_mb: round(points.reduce((total, { mb }) => total + mb, 0)),
    from: toIso(points.at(0)),
    to: toIso(points.at(-1)),
    measurements: points.length,
  };
}

/** Of disk space only the newest measurement counts. */
export function toDisk(points: Point[]): z.output<typeof disk> | null {
  const newest = points.at(-1);
  return newest === undefined ? null : { used_mb: round(newest.mb), measured_at: toIso(newest) };
}

export function toIso(point: Point | undefined): string | null {
  if (point === undefined || Math.abs(point.at) > 8.64e12) return null;
  return new Date(point.at * 1000).toISOString().replace(/\.000Z$/, "Z");
}

export function round(mb: number): number {
  return Math.round(mb * 100) / 100;
}
