import type { Connector } from "@fairlead/core/connector";
import { BUNDLED } from "./connectors.ts";
import { didYouMean } from "./names.ts";
import type { Problem } from "./problem.ts";
import type { Environment, Flags } from "./sources.ts";

const NAME = "FAIRLEAD_CONNECTORS";

/** Loads the connectors that were chosen: all that ship when none is named. */
export async function chooseConnectors(
  environment: Environment,
  flags: Flags,
  extra: readonly Connector[],
): Promise<{ connectors: readonly Connector[]; problems: Problem[] }> {
  const known = Object.keys(BUNDLED);
  const taken = new Set(extra.map(({ id }) => id));
  const text = flags[NAME]?.text ?? environment[NAME] ?? "";
  const named = text.split(/[,\n]/).flatMap((id) => id.trim() || []);
  const unknown = named.filter((id) => !known.includes(id) && !taken.has(id));
  const ids = (named.length > 0 ? [...new Set(named)] : known).filter((id) => !taken.has(id));
  const loaded = await Promise.all(ids.map((id) => BUNDLED[id]?.()));
  return {
    connectors: [...loaded.filter((connector) => connector !== undefined), ...extra],
    problems: unknown.map((id) => ({
      name: NAME,
      message: `there is no connector "${id}".${didYouMean(id, known)} There are: ${known.join(", ")}`,
    })),
  };
}
