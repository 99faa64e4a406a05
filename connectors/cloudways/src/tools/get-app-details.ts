import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import {
  appId,
  appLine,
  isoTime,
  serverIdOfApp,
  serverLine,
  toAppLine,
  toServerLine,
} from "../schemas.ts";
import { appWords, lines, serverWords, yesNo } from "../words.ts";

/** Shows one application and the server under it. */
export const getAppDetails = defineTool({
  name: "cloudways_get_app_details",
  title: "Get application details",
  description:
    "Show one application: version, domains, webroot, database and system user, certificate, and the server it is on. " +
    "Costs one request, or none when somebody asked a moment ago. Passwords are not part of it: see " +
    "cloudways_get_app_credentials. For settings go on to cloudways_get_app_settings, for use of disk and bandwidth to " +
    "cloudways_get_app_monitoring_summary.",
  effect: "read",
  toolset: "apps",
  input: z.object({ app_id: appId, server_id: serverIdOfApp }),
  output: z.object({
    app: appLine.extend({
      version: z.string(),
      aliases: z.array(z.string()).describe("Further domains."),
      default_domain: z.string().nullable(),
      webroot: z.string().nullable(),
      has_lets_encrypt: z.boolean().describe("Whether a Let's Encrypt certificate is set up."),
      admin_user: z.string().nullable().describe("User of the application's own back office."),
      system_user: z.string().nullable().describe("User for SSH and SFTP."),
      database_name: z.string().nullable(),
      database_user: z.string().nullable(),
      project_id: z.number().nullable(),
      created_at: isoTime,
    }),
    server: serverLine,
  }),
  text: ({ app, server }) =>
    lines(
      appWords(app),
      `Version ${app.version}, webroot ${app.webroot ?? "default"}, Let's Encrypt: ${yesNo(app.has_lets_encrypt)}.`,
      app.aliases.length === 0 ? "" : `Aliases: ${app.aliases.join(", ")}.`,
      `System user ${app.system_user ?? "unknown"}, database ${app.database_name ?? "unknown"}, admin ${app.admin_user ?? "unknown"}.`,
      `On server ${serverWords(server)}.`,
    ),

  async handler({ app_id, server_id }, ctx: ToolContext<CloudwaysClient>) {
    const { app, server } = await ctx.client.findApp(app_id, server_id, ctx.signal);
    const { aliases, webroot, project_id, created_at } = app;
    return {
      app: {
        ...{ ...toAppLine(app), aliases, webroot, project_id, created_at },
        version: app.app_version,
        default_domain: app.app_fqdn,
        has_lets_encrypt: Boolean(app.lets_encrypt),
        admin_user: app.app_user,
        system_user: app.sys_user,
        database_name: app.mysql_db_name,
        database_user: app.mysql_user,
      },
      server: toServerLine(server),
    };
  },
});
