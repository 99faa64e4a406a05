import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { fullLevel, type Level, refill, takeFrom, toMeasure } from "../limits/token-bucket.ts";
import type { Bucket, Take } from "./shared.ts";

const levelRow = z.object({ parts: z.number(), parts_per_token: z.number(), at: z.number() });

/** A level with the moment at which it is full again and need not be remembered. */
export interface LevelUntil extends Level {
  fullAt: number;
}

/** How full the buckets in the file are. Each call belongs in a step. */
export interface FileLevels {
  find(key: string): Level | undefined;
  put(key: string, level: LevelUntil): void;
  take(key: string, bucket: Bucket, cost: number, now: number): Take;
}

export function createFileLevels(database: DatabaseSync): FileLevels {
  const select = database.prepare("select parts, parts_per_token, at from buckets where key = ?");
  const replace = database.prepare("insert or replace into buckets values (?, ?, ?, ?, ?)");

  function find(key: string): Level | undefined {
    const row = levelRow.optional().parse(select.get(key));
    return row && { parts: row.parts, partsPerToken: row.parts_per_token, at: row.at };
  }

  function put(key: string, { parts, partsPerToken, at, fullAt }: LevelUntil): void {
    replace.run(key, parts, partsPerToken, at, fullAt);
  }

  return {
    find,
    put,
    take(key, bucket, cost, now) {
      const { taken, changed } = takeFromLevel(find(key), bucket, cost, now);
      if (changed !== undefined) put(key, changed);
      return taken;
    },
  };
}

/** Takes from what was found, and gives what has to be remembered when something has. */
export function takeFromLevel(
  found: Level | undefined,
  bucket: Bucket,
  cost: number,
  now: number,
): { taken: Take; changed: LevelUntil | undefined } {
  const measure = toMeasure(bucket);
  const level =
    found === undefined
      ? fullLevel(measure, now)
      : { parts: found.parts, partsPerToken: found.partsPerToken, at: found.at };
  const wasSetBack = level.at > now;
  refill(level, measure, now);
  const taken = takeFrom(level, measure, cost);
  const isChanged = (taken.admitted && cost > 0) || wasSetBack;
  return { taken, changed: isChanged ? { ...level, fullAt: now + taken.resetMs } : undefined };
}
