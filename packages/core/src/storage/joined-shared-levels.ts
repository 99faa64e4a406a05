import { type FileLevels, type LevelUntil, takeFromLevel } from "./file-shared-levels.ts";
import type { Bucket, Take } from "./shared.ts";

/** Levels in memory, in front of those in the file: read from there once, written there when told to. */
export interface KeptLevels {
  readonly size: number;
  take(key: string, bucket: Bucket, cost: number, now: number): Take;
  /** Writes at most so many of those that changed, oldest first, and gives their keys. Belongs in a step. */
  write(most: number): string[];
  /** To be told once the step is done that wrote them. */
  settle(keys: readonly string[]): void;
  /** Makes room: forgets what the file has as well. */
  dropWritten(): void;
  clear(): void;
}

export function createKeptLevels(file: Pick<FileLevels, "find" | "put">): KeptLevels {
  const levels = new Map<string, LevelUntil>();
  const unwritten = new Set<string>();

  return {
    get size() {
      return levels.size;
    },
    take(key, bucket, cost, now) {
      const found = levels.get(key) ?? file.find(key);
      const { taken, changed } = takeFromLevel(found, bucket, cost, now);
      if (changed !== undefined) {
        levels.set(key, changed);
        unwritten.add(key);
      }
      return taken;
    },
    write(most) {
      const keys: string[] = [];
      for (const key of unwritten) {
        if (keys.length >= most) break;
        const level = levels.get(key);
        if (level !== undefined) file.put(key, level);
        keys.push(key);
      }
      return keys;
    },
    settle(keys) {
      for (const key of keys) unwritten.delete(key);
    },
    dropWritten() {
      for (const key of levels.keys()) if (!unwritten.has(key)) levels.delete(key);
    },
    clear() {
      levels.clear();
      unwritten.clear();
    },
  };
}
