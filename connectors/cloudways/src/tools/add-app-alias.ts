import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import {
  alias,
  changedAliases,
  isAmong,
  plannedAliases,
  requireAliases,
  toPlanned,
  withAlias,
} from "../aliases.ts";
import type { CloudwaysClient } from "../client.ts";
import { nameOfApp, nameOfServer } from "../naming.ts";
import { appId, serverIdOfApp } from "../schemas.ts";
import { NOTHING, stateOf, UNCLEAR } from "../settling.ts";

/** Adds a domain to an application. Cloudways only takes whole lists, so the present one is read just before. */
export const addAppAlias = defineTool({
  name: "cloudways_add_app_alias",
  title: "Add a domain alias",
  description:
    "Let one application answer to one more domain. Its DNS record has to lead to the server, and a certificate does not " +
    "cover it by itself: neither is done here. Answers conflict when the alias is there already. Costs two requests. Take " +
    "it back with cloudways_delete_app_alias; see all domains with cloudways_get_app_details.",
  effect: "write",
  idempotent: true,
  toolset: "apps",
  input: z.object({ app_id: appId, server_id: serverIdOfApp, alias }),
  output: changedAliases,
  text: ({ app_id, aliases }, { alias }) =>
    `Application ${app_id} now answers to ${alias}. Aliases: ${aliases.join(", ")}.`,
  lane: ({ app_id }) => `app ${app_id}`,

  async plan({ app_id, server_id, alias }, { client, signal }: ToolContext<CloudwaysClient>) {
    const present = await client.readApp(app_id, server_id, signal);
    const { app, server } = present;
    const to = withAlias(present, alias);
    return {
      summary: `Adds the domain ${alias} to ${nameOfApp(app)} on ${nameOfServer(server)}.`,
      changes: [
        { on: nameOfApp(app), does: "has other aliases", from: requireAliases(present), to },
      ],
      undo: { kind: "reversible", how: "Delete the alias again (cloudways_delete_app_alias)." },
      state: toPlanned(present),
    };
  },

  async handler({ app_id, server_id, alias }, { client, signal }) {
    const present = await client.readApp(app_id, server_id, signal);
    const address = { server_id: present.server.id, app_id };
    const aliases = withAlias(present, alias);
    await client.replaceAppAliases(address, aliases, signal);
    return { ...address, aliases };
  },

  undo: ({ input: { app_id, alias } }) => ({
    tool: "cloudways_delete_app_alias",
    arguments: { app_id, alias },
    summary: `Takes the domain ${alias} away from application ${app_id} again.`,
  }),

  reconcile: {
    settleMs: 300_000,
    async find({ app_id, server_id, alias }, { client, signal }, { state }) {
      const before = stateOf(plannedAliases, state);
      const present = await client.readApp(app_id, server_id, signal);
      const aliases = requireAliases(present);
      if (!isAmong(aliases, alias)) return NOTHING;
      // Without a reading from before nobody knows who added it.
      if (before === undefined || isAmong(before.aliases, alias)) return UNCLEAR;
      return { found: "happened", output: { server_id: present.server.id, app_id, aliases } };
    },
  },
});
