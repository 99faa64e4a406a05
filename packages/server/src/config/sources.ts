import { readFileSync, statSync } from "node:fs";
import { parseEnv } from "node:util";
import type { Problem } from "./problem.ts";

/** Variables and their texts. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type Source = "default" | "environment" | "file" | "flag";

/** A setting as it was given, before anything is made of it. */
export interface Stated {
  text: string;
  source: Source;
  /** The flag, or the file, it came from. */
  from?: string;
}

/** Values from the command line, by the setting they stand for. */
export type Flags = Readonly<Record<string, { text: string; flag: string }>>;

export interface Collected {
  stated: Map<string, Stated>;
  problems: Problem[];
  warnings: Problem[];
}

const WORLD_READABLE = 0o004;

/** Gathers what was given: flags stand before variables, and a secret may lie in a file of its own. */
export function collect(
  environment: Environment,
  flags: Flags,
  names: Iterable<{ name: string; secret: boolean }>,
): Collected {
  const collected: Collected = { stated: new Map(), problems: [], warnings: [] };
  for (const { name, secret } of names) {
    const flag = flags[name];
    const text = environment[name];
    const path = secret ? environment[`${name}_FILE`] : undefined;
    if (flag !== undefined) {
      collected.stated.set(name, { text: flag.text, source: "flag", from: flag.flag });
    } else if (isGiven(text) && isGiven(path)) {
      const message = `is set, and so is ${name}_FILE. Keep one of them`;
      collected.problems.push({ name, message });
    } else if (isGiven(text)) {
      collected.stated.set(name, { text, source: "environment" });
    } else if (isGiven(path)) {
      takeFile(collected, name, path);
    }
  }
  return collected;
}

/** Reads a file of `NAME=value` lines. What it says gives way to the environment. */
export function readEnvironmentFile(path: string): Environment {
  return parseEnv(readFileSync(path, "utf8"));
}

function takeFile({ stated, problems, warnings }: Collected, name: string, path: string): void {
  const variable = `${name}_FILE`;
  try {
    const text = readFileSync(path, "utf8").trim();
    if (text === "") problems.push({ name: variable, message: `names an empty file, ${path}` });
    else stated.set(name, { text, source: "file", from: path });
    if ((statSync(path).mode & WORLD_READABLE) !== 0) {
      const message = `names ${path}, which every user of this machine can read. Run: chmod 600 ${path}`;
      warnings.push({ name: variable, message });
    }
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    const message = `names ${path}, which cannot be read (${reason}). Check the path and its permissions`;
    problems.push({ name: variable, message });
  }
}

/** An empty variable counts as none: compose files pass on what is not set that way. */
function isGiven(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== "";
}
