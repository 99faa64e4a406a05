import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { appId, serverId } from "../schemas.ts";
import { countWords, cursorWords, lines } from "../words.ts";

const sshKey = z.object({
  id: z.number(),
  label: z.string(),
  level: z.enum(["server", "app"]),
  server_id: z.number(),
  app_id: z.number().nullable(),
  user: z.string().nullable().describe("System user it opens; null for the server's master user."),
});

/** Lists SSH keys. Cloudways has no list of its own for them: they hang on servers and on application users. */
export const getSshKeys = defineTool({
  name: "cloudways_get_ssh_keys",
  title: "Get SSH keys",
  description:
    "List the SSH keys that open servers: of all servers, or of one. With app_id also the keys of that application's " +
    "users. Cloudways gives names and ids, never the keys themselves. Costs at most two requests.",
  effect: "read",
  toolset: "servers",
  input: z.object({
    server_id: serverId.optional().describe("Only the keys of this server. Default: all servers."),
    app_id: appId.optional().describe("Also the keys of this application's users."),
  }),
  output: z.object({ ssh_keys: z.array(sshKey), next_cursor: z.string().optional() }),
  pages: "ssh_keys",
  text: ({ ssh_keys, next_cursor }) =>
    lines(
      `${countWords(ssh_keys.length, "SSH key")}.`,
      ssh_keys.map(
        ({ id, label, server_id, app_id, user }) =>
          `${id} ${label}: server ${server_id}${app_id === null ? "" : `, app ${app_id}, user ${user}`}`,
      ),
      cursorWords(next_cursor),
    ),

  async handler({ server_id, app_id }, ctx: ToolContext<CloudwaysClient>) {
    const { client, signal } = ctx;
    const found =
      app_id === undefined ? undefined : await client.findApp(app_id, server_id, signal);
    const wanted = server_id ?? found?.server.id;
    const servers =
      wanted === undefined
        ? await client.listServers(signal)
        : [await client.findServer(wanted, signal)];
    const ofServers = servers.flatMap(({ id: server_id, ssh_keys }) =>
      ssh_keys.map((key) => ({
        ...{ ...key, server_id },
        ...{ level: "server" as const, app_id: null, user: null },
      })),
    );
    if (found === undefined) return { ssh_keys: ofServers };

    const address = { server_id: found.server.id, app_id: found.app.id };
    const users = await client.listAppCredentials(address, signal);
    const ofApp = users.flatMap(({ sys_user, ssh_keys }) =>
      ssh_keys.map((key) => ({ ...key, ...address, level: "app" as const, user: sys_user })),
    );
    return { ssh_keys: [...ofServers, ...ofApp] };
  },
});
