import type { View } from "@fairlead/core/catalogue/view";
import { VERSION } from "../version.ts";
import { TASKS_EXTENSION } from "./tasks/support.ts";

const COMMON = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  completions: {},
  logging: {},
} as const;

/** What the server says it can do. Tasks were part of 2025-11-25, and are an extension since. */
export const SERVER_CAPABILITIES = {
  modern: { ...COMMON, extensions: { [TASKS_EXTENSION]: {} } },
  legacy: { ...COMMON, tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } },
} as const;

/** Who answers. Clients key their caches on name and version. */
export function serverInfoOf(view: View): { name: string; title: string; version: string } {
  return { name: view.serverName, title: view.title, version: VERSION };
}
