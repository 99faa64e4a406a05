import type { Level } from "../observe/logger.ts";

/** `info,cloudways=debug`, read. */
export interface LogLevels {
  level: Level | undefined;
  modules: Readonly<Record<string, Level>>;
}

export const LEVELS: readonly Level[] = ["trace", "debug", "info", "warn", "error", "silent"];

/** Names that other logging systems use. */
const ALIASES: Readonly<Record<string, Level>> = {
  warning: "warn",
  fatal: "error",
  critical: "error",
  off: "silent",
};

/** Reads a list of levels, or returns the part that is not one. */
export function parseLogLevels(text: string): LogLevels | { wrong: string } {
  let level: Level | undefined;
  const modules: Record<string, Level> = {};
  for (const entry of text.split(",")) {
    const [, module, name = ""] = /^\s*(?:([\w-]+)\s*=)?\s*(\w+)\s*$/.exec(entry) ?? [];
    const found = toLevel(name.toLowerCase());
    if (found === undefined) return { wrong: entry.trim() };
    if (module === undefined) level = found;
    else modules[module.toLowerCase()] = found;
  }
  return { level, modules };
}

function toLevel(name: string): Level | undefined {
  return LEVELS.find((level) => level === name) ?? ALIASES[name];
}
