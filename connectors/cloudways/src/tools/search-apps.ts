import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { AppOnServer, AppRecord } from "../client/servers.ts";
import type { CloudwaysClient } from "../client.ts";
import { appLine, serverId, toAppLine } from "../schemas.ts";
import { appWords, countWords, cursorWords, lines } from "../words.ts";

const foundApp = appLine.extend({
  version: z.string(),
  aliases: z.array(z.string()).describe("Further domains."),
  server_id: z.number(),
  server_label: z.string(),
  server_status: z.string(),
});

/** Finds applications across all servers, from the one inventory that Cloudways has. */
export const searchApps = defineTool({
  name: "cloudways_search_apps",
  title: "Search applications",
  description:
    "Find applications on all servers by label, domain or type, and say which server each is on. Without arguments it " +
    'lists them all; type "wordpress" finds every WordPress site, shops included. Costs one request, or none when ' +
    "somebody asked a moment ago. Go on with cloudways_get_app_details or another tool that takes the id.",
  effect: "read",
  toolset: "apps",
  input: z.object({
    query: z
      .string()
      .trim()
      .max(200)
      .optional()
      .describe("Part of a label, a domain or an alias, or an id. Case does not matter."),
    type: z
      .string()
      .trim()
      .max(50)
      .optional()
      .describe("wordpress (with WooCommerce), woocommerce, magento, laravel, phpstack …"),
    server_id: serverId.optional().describe("Only applications on this server."),
  }),
  output: z.object({
    apps: z.array(foundApp),
    found_count: z.number(),
    app_count: z.number().describe("Applications of the account in all."),
    next_cursor: z.string().optional(),
  }),
  pages: "apps",
  text: ({ apps, found_count, app_count, next_cursor }) =>
    lines(
      `${found_count} of ${countWords(app_count, "application")}.`,
      apps.map(
        (app) =>
          `${appWords(app)}, version ${app.version}, on server ${app.server_id} ${app.server_label} (${app.server_status})`,
      ),
      cursorWords(next_cursor),
    ),

  async handler({ query = "", type = "", server_id }, ctx: ToolContext<CloudwaysClient>) {
    const { client, signal } = ctx;
    if (server_id !== undefined) await client.findServer(server_id, signal);
    const servers = await client.listServers(signal);
    const all = servers.flatMap((server) => server.apps.map((app) => ({ app, server })));
    const found = all.filter(
      ({ app, server }) =>
        (server_id === undefined || server.id === server_id) &&
        isOfType(app, type.toLowerCase()) &&
        isNamed(app, query.toLowerCase()),
    );
    return { apps: found.map(toFound), found_count: found.length, app_count: all.length };
  },
});

/** A WooCommerce shop is a WordPress site to whoever looks for those. */
function isOfType({ application }: AppRecord, type: string): boolean {
  const actual = application.toLowerCase();
  return actual.includes(type) || (type === "wordpress" && actual === "woocommerce");
}

function isNamed({ id, label, cname, app_fqdn, aliases }: AppRecord, query: string): boolean {
  const names = [String(id), label, cname ?? "", app_fqdn ?? "", ...aliases];
  return names.some((name) => name.toLowerCase().includes(query));
}

function toFound({ app, server }: AppOnServer): z.output<typeof foundApp> {
  return {
    ...toAppLine(app),
    version: app.app_version,
    aliases: app.aliases,
    server_id: server.id,
    server_label: server.label,
    server_status: server.status,
  };
}
