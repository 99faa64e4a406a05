import type { View } from "@fairlead/core/catalogue/view";
import { VERSION } from "../version.ts";

/** What the server says it can do, in both eras. */
export const SERVER_CAPABILITIES = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  completions: {},
  logging: {},
} as const;

/** Who answers. Clients key their caches on name and version. */
export function serverInfoOf(view: View): { name: string; title: string; version: string } {
  return { name: view.serverName, title: view.title, version: VERSION };
}
