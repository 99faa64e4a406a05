import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../is-record.ts";

/** What is no longer as it was. `path` names it as a reader would: `aliases[2]`, `settings.php`. */
export interface Difference {
  path: string;
  was: unknown;
  is: unknown;
}

const MAX_DIFFERENCES = 20;
const LONGEST_SHOWN = 200;

/** Where two readings of a state differ, the first twenty; absent values are undefined. */
export function differencesOf(was: unknown, is: unknown): Difference[] {
  const found: Difference[] = [];
  compare("", was, is, found);
  return found;
}

function compare(path: string, was: unknown, is: unknown, found: Difference[]): void {
  if (found.length >= MAX_DIFFERENCES || isDeepStrictEqual(was, is)) return;
  if (isRecord(was) && isRecord(is)) {
    for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
      compare(path === "" ? name : `${path}.${name}`, was[name], is[name], found);
    }
    return;
  }
  if (Array.isArray(was) && Array.isArray(is) && was.length === is.length) {
    for (const [at, each] of was.entries()) compare(`${path}[${at}]`, each, is[at], found);
    return;
  }
  found.push({ path, was, is });
}

/** One line for each, for people and models. */
export function differencesInWords(differences: readonly Difference[]): string {
  return differences
    .map(({ path, was, is }) => `${path || "state"} was ${shown(was)} and is now ${shown(is)}`)
    .join("; ");
}

function shown(value: unknown): string {
  const text = value === undefined ? "absent" : JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
