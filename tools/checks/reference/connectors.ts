import type { Connector, EnvironmentSetting } from "@fairlead/core/connector";
import { BUNDLED } from "../../../packages/server/src/config/connectors.ts";

/** Every connector that ships. */
export function loadAll(): Promise<Connector[]> {
  return Promise.all(Object.values(BUNDLED).map((load) => load()));
}

export function settingsOf({ environment = {} }: Connector): readonly EnvironmentSetting[] {
  return Object.values(environment);
}
