import { defineTool, operationOf, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { toPointer } from "../follow.ts";
import { listed, nameOfApp, nameOfServer } from "../naming.ts";
import { serverId } from "../schemas.ts";
import { happened, stateOf, UNCLEAR } from "../settling.ts";

const planned = z.object({
  server_id: z.number(),
  label: z.string(),
  status: z.string(),
  under_way: z.array(z.object({ operation_id: z.string(), type: z.string() })),
});

/** Restarts a server. Cloudways accepts the request and does the work later. */
export const restartServer = defineTool({
  name: "cloudways_restart_server",
  title: "Restart a server",
  description:
    "Restart one Cloudways server. All applications on it are unreachable until it is back, usually for a few minutes, " +
    "requests under way are lost, and other work of Cloudways on the server may break. It cannot be taken back. Costs one " +
    "request, and one every ten seconds while it is followed. Look first with cloudways_get_server_details.",
  effect: "destroy", // cuts off whoever is connected
  idempotent: false,
  toolset: "servers",
  input: z.object({ server_id: serverId }),
  output: operationOf(z.object({ server_id: z.number() })),
  lane: ({ server_id }) => `server ${server_id}`,

  async plan({ server_id }, { client, signal }: ToolContext<CloudwaysClient>) {
    const server = await client.readServer(server_id, signal);
    const { label, status, operations, apps } = server;
    const under_way = operations.map(({ id, type }) => ({ operation_id: id, type }));
    return {
      summary: `Restarts ${nameOfServer(server)} with the ${apps.length} applications on it.`,
      changes: [
        { on: nameOfServer(server), does: "is restarted", from: status },
        ...(apps.length === 0
          ? []
          : [{ on: listed(apps.map(nameOfApp)), does: "is unreachable until the server is back" }]),
      ],
      loses: [
        "requests and sessions that are under way",
        ...under_way.map(({ operation_id, type }) => `work under way: ${type} (${operation_id})`),
      ],
      undo: {
        kind: "irreversible",
        how: "A restart cannot be taken back. The server comes up again by itself.",
      },
      state: { server_id, label, status, under_way } satisfies z.output<typeof planned>,
    };
  },

  async handler({ server_id }, ctx) {
    const operation_id = await ctx.client.restartServer(server_id, ctx.signal);
    return ctx.follow(toPointer(operation_id, ctx, { server_id }));
  },

  reconcile: {
    settleMs: 600_000,
    // A restart leaves no trace once it is over, so its absence never proves anything.
    async find({ server_id }, { client, signal }, { state }) {
      const before = stateOf(planned, state);
      if (before === undefined) return UNCLEAR;
      const known = new Set(before.under_way.map(({ operation_id }) => operation_id));
      const { operations } = await client.readServer(server_id, signal);
      const isNew = operations.some(({ id, type }) => /restart/i.test(type) && !known.has(id));
      return isNew ? happened({ server_id }) : UNCLEAR;
    },
  },
});
