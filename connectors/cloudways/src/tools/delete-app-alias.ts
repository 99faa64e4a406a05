import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import {
  alias,
  changedAliases,
  isAmong,
  plannedAliases,
  requireAliases,
  toPlanned,
  withoutAlias,
} from "../aliases.ts";
import type { CloudwaysClient } from "../client.ts";
import { nameOfApp, nameOfServer } from "../naming.ts";
import { appId, serverIdOfApp } from "../schemas.ts";
import { NOTHING, stateOf, UNCLEAR } from "../settling.ts";

/** Takes a domain from an application. Cloudways only takes whole lists, so the present one is read just before. */
export const deleteAppAlias = defineTool({
  name: "cloudways_delete_app_alias",
  title: "Delete a domain alias",
  description:
    "Stop one application from answering to one of its further domains: visitors of that domain no longer reach it. DNS " +
    "and certificates stay as they are. The main domain is not touched. Answers conflict when the alias is not there. " +
    "Costs two requests. Take it back with cloudways_add_app_alias.",
  effect: "destroy", // visitors of the domain are turned away
  idempotent: true,
  toolset: "apps",
  input: z.object({ app_id: appId, server_id: serverIdOfApp, alias }),
  output: changedAliases,
  text: ({ app_id, aliases }, { alias }) =>
    `Application ${app_id} no longer answers to ${alias}. Aliases: ${aliases.join(", ") || "none"}.`,
  lane: ({ app_id }) => `app ${app_id}`,

  async plan({ app_id, server_id, alias }, { client, signal }: ToolContext<CloudwaysClient>) {
    const present = await client.readApp(app_id, server_id, signal);
    const { app, server } = present;
    const to = withoutAlias(present, alias);
    return {
      summary: `Takes the domain ${alias} from ${nameOfApp(app)} on ${nameOfServer(server)}.`,
      changes: [
        { on: nameOfApp(app), does: "has other aliases", from: requireAliases(present), to },
      ],
      loses: [`visitors of ${alias}, who no longer reach the application`],
      undo: { kind: "reversible", how: "Add the alias again (cloudways_add_app_alias)." },
      state: toPlanned(present),
    };
  },

  async handler({ app_id, server_id, alias }, { client, signal }) {
    const present = await client.readApp(app_id, server_id, signal);
    const address = { server_id: present.server.id, app_id };
    const aliases = withoutAlias(present, alias);
    await client.replaceAppAliases(address, aliases, signal);
    return { ...address, aliases };
  },

  undo: ({ input: { app_id, alias } }) => ({
    tool: "cloudways_add_app_alias",
    arguments: { app_id, alias },
    summary: `Gives application ${app_id} the domain ${alias} back.`,
  }),

  reconcile: {
    settleMs: 300_000,
    async find({ app_id, server_id, alias }, { client, signal }, { state }) {
      const before = stateOf(plannedAliases, state);
      const present = await client.readApp(app_id, server_id, signal);
      const aliases = requireAliases(present);
      if (isAmong(aliases, alias)) return NOTHING;
      if (before === undefined || !isAmong(before.aliases, alias)) return UNCLEAR;
      return { found: "happened", output: { server_id: present.server.id, app_id, aliases } };
    },
  },
});
