import type { Connector } from "@fairlead/core/connector";
import { ConfigError, withoutUser } from "../config/problem.ts";
import { aboutOf, RESERVED, SETTING_NAMES } from "../config/settings.ts";
import type { Stated } from "../config/sources.ts";
import type { Invocation } from "./command.ts";
import { loadFor } from "./loading.ts";
import { plain, printJson, printTable, wantsJson } from "./output.ts";

interface Entry {
  name: string;
  /** Null where nothing is set; a secret never shows. */
  value: string | null;
  source: Stated["source"];
  /** The flag or file it came from. */
  from?: string;
  /** What happens without a value. */
  otherwise?: string;
}

const HIDDEN = "[redacted]";

/** Shows what is in effect, also when something is wrong: then the problems follow on standard error. */
export async function runConfig(invocation: Invocation): Promise<void> {
  try {
    const { stated, connectors } = await loadFor(invocation, "serve");
    show(invocation, entriesOf(stated, connectors));
  } catch (error) {
    if (error instanceof ConfigError) show(invocation, entriesOf(error.stated, error.connectors));
    throw error;
  }
}

function show(invocation: Invocation, entries: readonly Entry[]): void {
  if (wantsJson(invocation)) return printJson(entries);
  printTable(
    ["SETTING", "FROM", "VALUE"],
    entries.map(({ name, value, source, from, otherwise }) => [
      name,
      from === undefined ? source : `${source} ${from}`,
      plain(value ?? `(${otherwise ?? "not set"})`),
    ]),
  );
}

function entriesOf(
  stated: ReadonlyMap<string, Stated>,
  connectors: readonly Connector[],
): readonly Entry[] {
  const own = SETTING_NAMES.map((name) => ({ name, ...aboutOf(name) }));
  const theirs = connectors.flatMap(({ environment = {} }) => Object.values(environment));
  const reserved = Object.keys(RESERVED)
    .filter((name) => stated.has(name))
    .map((name) => ({ name, secret: true }));
  return [...own, ...theirs, ...reserved].map((about) => toEntry(about, stated.get(about.name)));
}

function toEntry(
  about: { name: string; secret?: boolean; default?: string; otherwise?: string },
  given: Stated | undefined,
): Entry {
  const { name, secret, otherwise } = about;
  if (given === undefined) {
    const rest = otherwise === undefined ? {} : { otherwise };
    return { name, value: about.default ?? null, source: "default", ...rest };
  }
  return {
    name,
    value: secret === true ? HIDDEN : withoutUser(given.text),
    source: given.source,
    ...(given.from === undefined ? {} : { from: given.from }),
  };
}
