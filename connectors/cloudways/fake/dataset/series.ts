import { createHash } from "node:crypto";

export type Point = [value: number, epochSeconds: number];

/** A repeatable wave around `level`, ending at the last full step before `nowMs`. */
export function createSeries(options: {
  name: string;
  level: number;
  nowMs: number;
  spanMs: number;
  points: number;
}): Point[] {
  const stepMs = Math.max(60_000, Math.floor(options.spanMs / options.points / 60_000) * 60_000);
  const lastMs = Math.floor(options.nowMs / stepMs) * stepMs;
  return Array.from({ length: options.points }, (_, index) => {
    const atMs = lastMs - (options.points - 1 - index) * stepMs;
    return [round(options.level * wobble(options.name, atMs / stepMs)), atMs / 1000];
  });
}

/** Between 0.8 and 1.2, the same for the same name and step. */
function wobble(name: string, step: number): number {
  const byte = createHash("sha256").update(`${name}:${step}`).digest()[0] ?? 0;
  return 0.8 + (byte / 255) * 0.4;
}

const round = (value: number) => Math.round(value * 100) / 100;
