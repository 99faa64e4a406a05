import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { appLine, serverLine, toAppLine, toServerLine } from "../schemas.ts";
import { appWords, countWords, cursorWords, lines, serverWords } from "../words.ts";

/** Lists the account's servers, each with its applications. */
export const listServers = defineTool({
  name: "cloudways_list_servers",
  title: "List servers",
  description:
    "List the servers of the Cloudways account, each with the applications on it. Costs one request, or none when " +
    "somebody asked a moment ago: answers may be up to 75 s old. For disk and bandwidth go on to " +
    "cloudways_get_server_details; to find one site use cloudways_search_apps.",
  effect: "read",
  toolset: "servers",
  input: z.object({}),
  output: z.object({
    servers: z.array(serverLine.extend({ apps: z.array(appLine) })),
    server_count: z.number().describe("Of the whole account, not only of this page."),
    app_count: z.number().describe("Of the whole account, not only of this page."),
    next_cursor: z.string().optional(),
  }),
  pages: "servers",
  text: ({ servers, server_count, app_count, next_cursor }) =>
    lines(
      `${countWords(server_count, "server")}, ${countWords(app_count, "application")}.`,
      servers.flatMap((server) => [
        serverWords(server),
        ...server.apps.map((app) => `  app ${appWords(app)}`),
      ]),
      cursorWords(next_cursor),
    ),

  async handler(_input, ctx: ToolContext<CloudwaysClient>) {
    const servers = await ctx.client.listServers(ctx.signal);
    return {
      servers: servers.map((server) => ({
        ...toServerLine(server),
        apps: server.apps.map(toAppLine),
      })),
      server_count: servers.length,
      app_count: servers.flatMap(({ apps }) => apps).length,
    };
  },
});
