import { FairleadError } from "@fairlead/core/errors";
import { defineTool, operationOf, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { toPointer } from "../follow.ts";
import { domainsOf, listed, nameOfApp, nameOfServer } from "../naming.ts";
import { appId, serverIdOfApp } from "../schemas.ts";
import { happened, stateOf, UNCLEAR } from "../settling.ts";

const planned = z.object({
  server_id: z.number(),
  app_id: z.number(),
  label: z.string(),
  time: z.string(),
  part: z.enum(["complete", "web", "db"]),
  local_backup_exists: z.boolean(),
  server_keeps_local_backups: z.boolean(),
});

const LOSES = {
  complete: (time: string) => [
    `files that were changed or added since ${time}`,
    `everything written to the database since ${time}: orders, comments, settings`,
  ],
  web: (time: string) => [`files that were changed or added since ${time}`],
  db: (time: string) => [
    `everything written to the database since ${time}: orders, comments, settings`,
  ],
};

const SETTLE_MS = 3_600_000;

/** Puts one application back to a restore point. */
export const restoreApp = defineTool({
  name: "cloudways_restore_app",
  title: "Restore an application",
  description:
    "Put one application back to a restore point. Files and database are overwritten: what came since is lost, and the " +
    "site may fail meanwhile. A time that is no restore point is answered with those there are. Back up first with " +
    "cloudways_backup_app. Cloudways can roll back the last restore, in its platform. Planning it takes some seconds.",
  effect: "destroy",
  idempotent: false,
  toolset: "apps",
  deadlineMs: 60_000,
  input: z.object({
    app_id: appId,
    server_id: serverIdOfApp,
    time: z
      .string()
      .trim()
      .min(1)
      .max(40)
      .describe("The restore point, as Cloudways writes it: 2026-03-13 03:00:00."),
    part: z
      .enum(["complete", "web", "db"])
      .default("complete")
      .describe("What is put back: all of it, only the files (web), only the database (db)."),
  }),
  output: operationOf(
    z.object({ server_id: z.number(), app_id: z.number(), time: z.string(), part: z.string() }),
  ),
  lane: ({ app_id }) => `app ${app_id}`,

  async plan({ app_id, server_id, time, part }, ctx: ToolContext<CloudwaysClient>) {
    const { client, signal } = ctx;
    const { app, server } = await client.readApp(app_id, server_id, signal);
    const address = { server_id: server.id, app_id };
    const { restore_points, local_backup_exists } = await client.listBackups(address, signal);
    if (!restore_points.includes(time)) throw noRestorePoint(app_id, time, restore_points);
    const state: z.output<typeof planned> = {
      ...{ ...address, label: app.label, time, part, local_backup_exists },
      server_keeps_local_backups: server.local_backups,
    };
    const domains = domainsOf(app);
    return {
      summary: `Puts ${WHAT[part]} of ${nameOfApp(app)} on ${nameOfServer(server)} back to ${time}.`,
      changes: [
        {
          on: nameOfApp(app),
          does: `has ${WHAT[part]} overwritten`,
          from: "as it is now",
          to: time,
        },
        ...(domains.length === 0
          ? []
          : [{ on: listed(domains), does: "may fail until the restore is done" }]),
      ],
      loses: [
        ...LOSES[part](time),
        ...(local_backup_exists
          ? ["the copy that the last restore kept: it can then no longer be rolled back"]
          : []),
      ],
      undo: {
        kind: "compensable",
        how:
          "Cloudways keeps a copy and can roll back the last restore (rollbackAppRestore, POST /app/manage/rollback). " +
          "Fairlead has no tool for it: use the Cloudways platform, or restore a backup that was taken before.",
      },
      state,
    };
  },

  async handler({ app_id, server_id, time, part }, ctx) {
    const { server } = await ctx.client.findApp(app_id, server_id, ctx.signal);
    const address = { server_id: server.id, app_id };
    const operation_id = await ctx.client.restoreApp(address, { time, part }, ctx.signal);
    return ctx.follow(toPointer(operation_id, ctx, { ...address, time, part }));
  },

  reconcile: {
    settleMs: SETTLE_MS,
    // All that a restore leaves to see is the copy it keeps. Where one was there before, or the server makes such
    // copies anyway, nothing tells; and that there is none may have other reasons.
    async find({ app_id, time, part }, { client, signal }, { state }) {
      const before = stateOf(planned, state);
      if (before === undefined) return UNCLEAR;
      if (before.local_backup_exists || before.server_keeps_local_backups) return UNCLEAR;
      const address = { server_id: before.server_id, app_id };
      const { local_backup_exists } = await client.listBackups(address, signal);
      return local_backup_exists ? happened({ ...address, time, part }) : UNCLEAR;
    },
  },
});

const WHAT = {
  complete: "files and database",
  web: "the files",
  db: "the database",
};

function noRestorePoint(app_id: number, time: string, restore_points: string[]): FairleadError {
  const known = restore_points.length === 0 ? "It has none." : `It has ${listed(restore_points)}.`;
  return new FairleadError(
    "invalid_input",
    `Application ${app_id} has no restore point ${JSON.stringify(time)}. ${known}`,
    {
      details: { reason: "unknown_restore_point", restore_points: restore_points.slice(0, 20) },
    },
  );
}
