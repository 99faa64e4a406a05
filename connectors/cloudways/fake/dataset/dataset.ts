import type { State } from "../state.ts";
import { createAlerts } from "./alerts.ts";
import { createAppDetails, createApps } from "./apps.ts";
import { members, projects } from "./people.ts";
import { createServerDetails, createServers } from "./servers.ts";

const alertCount = 57;

/** One agency's account: three servers, twelve applications, a team and eight weeks of alerts. */
export function createDataset(seed: number, nowMs: number): State {
  const servers = createServers(seed);
  const apps = createApps(seed);
  return {
    servers: byId(servers),
    serverDetails: new Map(createServerDetails()),
    apps: byId(apps),
    appDetails: new Map(createAppDetails(seed, nowMs)),
    alerts: createAlerts(servers, apps, nowMs, alertCount),
    projects: byId(structuredClone(projects)),
    members: byId(structuredClone(members)),
    nextId: 160_000,
  };
}

function byId<T extends { id: number }>(list: T[]): Map<number, T> {
  return new Map(list.map((item) => [item.id, item]));
}
