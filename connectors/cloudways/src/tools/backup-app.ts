import { defineTool, operationOf, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { toPointer } from "../follow.ts";
import { nameOfApp, nameOfServer } from "../naming.ts";
import { createParts } from "../parts.ts";
import { appId, serverIdOfApp } from "../schemas.ts";
import { happened, isAtWorkOn, NOTHING, stateOf, toEpochMs, UNCLEAR } from "../settling.ts";

const planned = z.object({
  server_id: z.number(),
  app_id: z.number(),
  label: z.string(),
  /** Null when Cloudways did not list them. */
  restore_points: z.array(z.string()).nullable(),
});

/** Clocks differ, and the time of a restore point may be that of its beginning or of its end. */
const CLOCKS_MS = 5_000;
const LONGEST_BACKUP_MS = 3_600_000;

/** Backs up one application. It makes a restore point, whose time Cloudways chooses. */
export const backupApp = defineTool({
  name: "cloudways_backup_app",
  title: "Back up an application",
  description:
    "Back up one application, files and database, into a new restore point. The site stays up, but may be slower " +
    "meanwhile; Cloudways may refuse it while it does other work on the server. Do this before cloudways_restore_app or " +
    "cloudways_delete_app. Costs one or two requests, and one every ten seconds while it is followed.",
  effect: "write",
  idempotent: false,
  toolset: "apps",
  deadlineMs: 60_000,
  input: z.object({ app_id: appId, server_id: serverIdOfApp }),
  output: operationOf(z.object({ server_id: z.number(), app_id: z.number() })),
  lane: ({ app_id }) => `app ${app_id}`,

  async plan({ app_id, server_id }, { client, signal }: ToolContext<CloudwaysClient>) {
    const { app, server } = await client.readApp(app_id, server_id, signal);
    const address = { server_id: server.id, app_id };
    // A list that does not come must not keep anybody from a backup; only a lost answer will be harder to settle.
    const listing = client.listBackups(address, signal);
    const backups = await createParts(signal).take("restore points", listing);
    const restore_points = backups?.restore_points ?? null;
    return {
      summary: `Backs up ${nameOfApp(app)} on ${nameOfServer(server)}.`,
      changes: [
        {
          on: nameOfApp(app),
          does: "gets one more restore point",
          from: restore_points === null ? "unknown" : `${restore_points.length} restore points`,
        },
      ],
      undo: {
        kind: "irreversible",
        how: "A restore point cannot be deleted here. It changes nothing about the application, and leaves when Cloudways clears old ones.",
      },
      state: { ...address, label: app.label, restore_points } satisfies z.output<typeof planned>,
    };
  },

  async handler({ app_id, server_id }, ctx) {
    const { server } = await ctx.client.findApp(app_id, server_id, ctx.signal);
    const address = { server_id: server.id, app_id };
    const operation_id = await ctx.client.backupApp(address, ctx.signal);
    return ctx.follow(toPointer(operation_id, ctx, address));
  },

  reconcile: {
    settleMs: LONGEST_BACKUP_MS,
    async find({ app_id, server_id }, { client, signal }, { at, state }) {
      const before = stateOf(planned, state)?.restore_points ?? undefined;
      if (before === undefined) return UNCLEAR;
      const { server } = await client.readApp(app_id, server_id, signal);
      const address = { server_id: server.id, app_id };
      const { restore_points } = await client.listBackups(address, signal);
      const added = restore_points.filter((time) => !before.includes(time));
      if (added.some((time) => isSince(at, time))) return happened(address);
      return added.length > 0 || isAtWorkOn(app_id, server) ? UNCLEAR : NOTHING;
    },
  },
});

/** Whether a restore point may come from a backup that was asked for at that time. */
function isSince(sentAt: number, time: string): boolean {
  const at = toEpochMs(time);
  return at >= sentAt - CLOCKS_MS && at <= sentAt + LONGEST_BACKUP_MS;
}
