import type { AdminParts } from "@fairlead/core/admin/admin";
import type { EngineConfig } from "@fairlead/core/fairlead";
import { DEFAULT_TIERS } from "@fairlead/core/limits/tiers";
import type { ObserveConfig } from "./observe/observe.ts";

/** What the configuration says of an administrator's acts: the same at the server and on the command line. */
export function adminRules(config: {
  engine: EngineConfig;
  observe: ObserveConfig;
}): Required<Pick<AdminParts, "tiers">> & Pick<AdminParts, "cost" | "effectBudgets"> {
  const { engine, observe } = config;
  return {
    cost: observe.cost,
    effectBudgets: engine.effectBudgets,
    tiers: Object.keys(engine.identity.tiers ?? DEFAULT_TIERS),
  };
}
