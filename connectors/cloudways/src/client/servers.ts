import type { ClientEnvironment } from "@fairlead/core/connector";
import { FairleadError } from "@fairlead/core/errors";
import { z } from "zod";
import type { Settings } from "../settings.ts";
import type { Api } from "./api.ts";
import * as wire from "./wire.ts";

/** The whole inventory comes in one call, and nearly every tool looks something up in it. */
const INVENTORY_KEPT = { ttlMs: 15_000, staleMs: 60_000 };
const MAX_NAMED = 20;

const sshKey = z.object({ id: wire.id, label: wire.line });

const operation = z.object({
  id: wire.line,
  type: wire.line,
  app_id: wire.optionalId,
  estimated_time_remaining: wire.line,
});

/** Whatever is not named here is dropped, the passwords first of all. */
const app = z.object({
  id: wire.id,
  label: wire.line,
  application: wire.line,
  app_version: wire.line,
  app_fqdn: wire.optionalLine,
  app_user: wire.optionalLine,
  sys_user: wire.optionalLine,
  cname: wire.optionalLine,
  mysql_db_name: wire.optionalLine,
  mysql_user: wire.optionalLine,
  aliases: wire.listOf(wire.host),
  server_id: wire.id,
  project_id: wire.optionalId,
  created_at: wire.timestamp,
  webroot: wire.optionalLine,
  lets_encrypt: z.unknown(),
});

const server = z.object({
  id: wire.id,
  label: wire.line,
  status: wire.line.transform((status) => status || "creating"),
  backup_frequency: wire.optionalNumber,
  local_backups: wire.flag,
  is_terminated: wire.flag,
  created_at: wire.timestamp,
  updated_at: wire.timestamp,
  platform: wire.optionalLine,
  cloud: wire.line,
  region: wire.line,
  zone: wire.optionalLine,
  instance_type: wire.optionalLine,
  volume_size: wire.optionalNumber,
  db_volume_size: wire.optionalNumber,
  data_volume_size: wire.optionalNumber,
  server_fqdn: wire.optionalLine,
  public_ip: wire.optionalLine,
  master_user: wire.optionalLine,
  ssh_keys: wire.listOf(sshKey),
  operations: wire.listOf(operation),
  apps: wire.listOf(app),
});

const inventory = z
  .object({ servers: wire.listOf(server) })
  .transform(({ servers }) => servers.filter(({ is_terminated }) => !is_terminated));

const passwords = z.object({
  servers: wire.listOf(
    z.object({
      id: wire.id,
      master_password: wire.secretText,
      apps: wire.listOf(
        z.object({
          id: wire.id,
          app_password: wire.secretText,
          sys_password: wire.secretText,
          mysql_password: wire.secretText,
        }),
      ),
    }),
  ),
});

/** Aliases are only ever replaced as a whole, so whoever changes one has to know that he sees all of them. */
const aliases = z.object({
  servers: wire.listOf(
    z.object({
      apps: wire.listOf(
        z.object({
          id: wire.id,
          aliases: wire.wholeListOf(wire.host).optional().catch(undefined),
        }),
      ),
    }),
  ),
});

const present = z.preprocess(
  (payload) => ({ inventory: payload, aliases: payload }),
  z.object({ inventory, aliases }),
);

export type ServerRecord = z.output<typeof server>;
export type AppRecord = z.output<typeof app>;
export interface AppOnServer {
  app: AppRecord;
  server: ServerRecord;
}
/** As Cloudways shows it this moment. */
export interface PresentApp extends AppOnServer {
  /** All its aliases; undefined where Cloudways does not show them. */
  aliases: string[] | undefined;
}
export interface AppPasswords {
  app_password: string | null;
  sys_password: string | null;
  mysql_password: string | null;
}

export interface ServerCalls {
  /** All servers with their applications, without passwords; at most a minute or so old. */
  listServers(signal: AbortSignal): Promise<ServerRecord[]>;
  /** One server, or `not_found` naming those there are. */
  findServer(server_id: number, signal: AbortSignal): Promise<ServerRecord>;
  /** One application with its server, or `not_found` naming those there are. */
  findApp(app_id: number, server_id: number | undefined, signal: AbortSignal): Promise<AppOnServer>;
  /** The same as Cloudways shows it this moment: what a change is planned and proved by. */
  readServers(signal: AbortSignal): Promise<ServerRecord[]>;
  readServer(server_id: number, signal: AbortSignal): Promise<ServerRecord>;
  readApp(app_id: number, server_id: number | undefined, signal: AbortSignal): Promise<PresentApp>;
  /** Something was changed, or may have been: nobody is shown what was before. */
  forgetServers(): Promise<void>;
  /** Asks Cloudways anew; never kept. */
  revealServerPassword(server_id: number, signal: AbortSignal): Promise<string | null>;
  revealAppPasswords(app_id: number, signal: AbortSignal): Promise<AppPasswords>;
}

export function createServerCalls(api: Api, environment: ClientEnvironment<Settings>): ServerCalls {
  const { cache } = environment;
  const listServers = (signal: AbortSignal) =>
    cache.get("servers", INVENTORY_KEPT, signal, (signal) =>
      api.get("/server", {}, inventory, signal),
    );

  /** What is not in the kept inventory may have been made a moment ago, so the upstream is asked once more. */
  async function find<T>(
    pick: (servers: ServerRecord[]) => T | undefined,
    missing: (servers: ServerRecord[]) => FairleadError,
    signal: AbortSignal,
  ): Promise<T> {
    const known = pick(await listServers(signal));
    if (known !== undefined) return known;
    await cache.delete("servers");
    const servers = await listServers(signal);
    const found = pick(servers);
    if (found === undefined) throw missing(servers);
    return found;
  }

  const readAll = (signal: AbortSignal) => api.get("/server", {}, present, signal);

  const listPasswords = (signal: AbortSignal) => api.get("/server", {}, passwords, signal);

  return {
    listServers,
    findServer: (server_id, signal) =>
      find(
        (servers) => servers.find(({ id }) => id === server_id),
        (servers) => missingServer(server_id, servers),
        signal,
      ),
    findApp: (app_id, server_id, signal) =>
      find(
        (servers) => pickApp(servers, app_id, server_id),
        (servers) => missingApp(app_id, server_id, servers),
        signal,
      ),
    readServers: async (signal) => (await readAll(signal)).inventory,
    async readServer(server_id, signal) {
      const { inventory: servers } = await readAll(signal);
      const found = servers.find(({ id }) => id === server_id);
      if (found === undefined) throw missingServer(server_id, servers);
      return found;
    },
    async readApp(app_id, server_id, signal) {
      const { inventory: servers, aliases } = await readAll(signal);
      const found = pickApp(servers, app_id, server_id);
      if (found === undefined) throw missingApp(app_id, server_id, servers);
      const shown = aliases.servers.flatMap(({ apps }) => apps).find(({ id }) => id === app_id);
      return { ...found, aliases: shown?.aliases };
    },
    forgetServers: () => cache.delete("servers"),
    async revealServerPassword(server_id, signal) {
      const { servers } = await listPasswords(signal);
      return servers.find(({ id }) => id === server_id)?.master_password ?? null;
    },
    async revealAppPasswords(app_id, signal) {
      const { servers } = await listPasswords(signal);
      const found = servers.flatMap(({ apps }) => apps).find(({ id }) => id === app_id);
      const { app_password = null, sys_password = null, mysql_password = null } = found ?? {};
      return { app_password, sys_password, mysql_password };
    },
  };
}

function pickApp(
  servers: ServerRecord[],
  app_id: number,
  server_id: number | undefined,
): AppOnServer | undefined {
  for (const server of servers) {
    if (server_id !== undefined && server.id !== server_id) continue;
    const app = server.apps.find(({ id }) => id === app_id);
    if (app !== undefined) return { app, server };
  }
  return undefined;
}

function missingServer(server_id: number, servers: ServerRecord[]): FairleadError {
  return new FairleadError(
    "not_found",
    `This account has no server ${server_id}. ${naming("Servers", servers)}`,
    { details: { reason: "unknown_server", server_ids: idsOf(servers) } },
  );
}

function missingApp(
  app_id: number,
  server_id: number | undefined,
  servers: ServerRecord[],
): FairleadError {
  const elsewhere = pickApp(servers, app_id, undefined);
  if (elsewhere !== undefined) {
    return new FairleadError(
      "not_found",
      `Application ${app_id} is not on server ${server_id}, but on server ${elsewhere.server.id}. Leave server_id out, or correct it.`,
      { details: { reason: "app_on_other_server", server_id: elsewhere.server.id } },
    );
  }
  const apps = servers.flatMap(({ apps }) => apps);
  return new FairleadError(
    "not_found",
    `This account has no application ${app_id}. ${naming("Applications", apps)}`,
    { details: { reason: "unknown_app", app_ids: idsOf(apps) } },
  );
}

function naming(what: string, things: { id: number; label: string }[]): string {
  if (things.length === 0) return `It has no ${what.toLowerCase()} at all.`;
  const named = things.slice(0, MAX_NAMED).map(({ id, label }) => `${id} (${label})`);
  const more = things.length > MAX_NAMED ? ` and ${things.length - MAX_NAMED} more` : "";
  return `${what}: ${named.join(", ")}${more}.`;
}

function idsOf(things: { id: number }[]): number[] {
  return things.slice(0, MAX_NAMED).map(({ id }) => id);
}
