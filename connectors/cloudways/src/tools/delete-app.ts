import { defineTool, operationOf, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { toPointer } from "../follow.ts";
import { domainsOf, listed, nameOfApp, nameOfServer } from "../naming.ts";
import { appId, serverIdOfApp } from "../schemas.ts";
import { happened, isAtWorkOn, NOTHING, stateOf, UNCLEAR } from "../settling.ts";

const planned = z.object({
  server_id: z.number(),
  app_id: z.number(),
  label: z.string(),
  type: z.string(),
  domain: z.string().nullable(),
  aliases: z.array(z.string()),
});

const SETTLE_MS = 1_800_000;

/** Deletes one application with all it holds. */
export const deleteApp = defineTool({
  name: "cloudways_delete_app",
  title: "Delete an application",
  description:
    "Delete one application for good: its files, its database, its users, and with it the site. There is no way back, and " +
    "its backups at Cloudways may go with it, so keep a copy elsewhere. Look first with cloudways_get_app_details. " +
    "Costs one or two requests, and one every ten seconds while it is followed.",
  effect: "destroy",
  idempotent: true,
  toolset: "apps",
  input: z.object({ app_id: appId, server_id: serverIdOfApp }),
  output: operationOf(z.object({ server_id: z.number(), app_id: z.number() })),
  lane: ({ app_id }) => `app ${app_id}`,
  spends: () => ({ deletes: 1 }),

  async plan({ app_id, server_id }, { client, signal }: ToolContext<CloudwaysClient>) {
    const { app, server } = await client.readApp(app_id, server_id, signal);
    const { label, application: type, cname: domain, aliases } = app;
    const domains = domainsOf(app);
    return {
      summary: `Deletes ${nameOfApp(app)} (${type}) from ${nameOfServer(server)} for good.`,
      changes: [
        { on: nameOfApp(app), does: "is deleted" },
        ...domains.map((name) => ({ on: name, does: "is no longer served" })),
      ],
      loses: [
        `all files of the application${app.webroot === null ? "" : ` (${app.webroot})`}`,
        `its database${app.mysql_db_name === null ? "" : ` ${app.mysql_db_name}`}`,
        "its users for SSH, SFTP and the database",
        "its settings, certificates and scheduled jobs, and possibly its backups at Cloudways",
        ...(domains.length === 0 ? [] : [`the site at ${listed(domains)}`]),
      ],
      undo: { kind: "irreversible", how: "A deleted application does not come back." },
      state: {
        ...{ server_id: server.id, app_id, label, type, domain },
        aliases: aliases.toSorted(),
      } satisfies z.output<typeof planned>,
    };
  },

  async handler({ app_id, server_id }, ctx) {
    const { server } = await ctx.client.findApp(app_id, server_id, ctx.signal);
    const address = { server_id: server.id, app_id };
    const operation_id = await ctx.client.deleteApp(address, ctx.signal);
    return ctx.follow(toPointer(operation_id, ctx, address));
  },

  reconcile: {
    settleMs: SETTLE_MS,
    async find({ app_id }, { client, signal }, { state }) {
      const before = stateOf(planned, state);
      if (before === undefined) return UNCLEAR;
      const { server_id } = before;
      const servers = await client.readServers(signal);
      const host = servers.find(({ apps }) => apps.some(({ id }) => id === app_id));
      if (host !== undefined) return isAtWorkOn(app_id, host) ? UNCLEAR : NOTHING;
      // A server that is gone took its applications along, which says nothing about this call.
      const isServerThere = servers.some(({ id }) => id === server_id);
      return isServerThere ? happened({ server_id, app_id }) : UNCLEAR;
    },
  },
});
