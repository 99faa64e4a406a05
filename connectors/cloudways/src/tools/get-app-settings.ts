import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { createParts, failedParts } from "../parts.ts";
import { appId, serverIdOfApp } from "../schemas.ts";
import { countWords, failedWords, lines, yesNo } from "../words.ts";

const general = z.object({
  enforce_https: z.boolean(),
  cors_header: z.boolean(),
  from_address: z.string().nullable().describe("Sender of the application's mail."),
});

const varnish = z.object({
  enabled: z.boolean(),
  enabled_on_server: z.boolean(),
  rules: z.array(z.object({ method: z.string(), type: z.string(), value: z.string() })),
});

/** Shows how one application is set up. Cloudways keeps this in four places, which are read side by side. */
export const getAppSettings = defineTool({
  name: "cloudways_get_app_settings",
  title: "Get application settings",
  description:
    "Show how one application is set up: HTTPS, CORS, mail sender, PHP-FPM, Varnish cache and whether the public reaches " +
    "it. Costs four requests, and one more when the application was not looked up recently. What Cloudways does not " +
    "give is named in failed_parts, the rest still stands.",
  effect: "read",
  toolset: "apps",
  input: z.object({ app_id: appId, server_id: serverIdOfApp }),
  output: z.object({
    app_id: z.number(),
    app_label: z.string(),
    server_id: z.number(),
    general: general.nullable(),
    php_fpm: z.object({ enabled: z.boolean(), configuration: z.string() }).nullable(),
    varnish: varnish.nullable(),
    access: z.object({ public: z.boolean() }).nullable(),
    failed_parts: failedParts,
  }),
  text: ({ app_id, app_label, general, php_fpm, varnish, access, failed_parts }) =>
    lines(
      `Application ${app_id} ${app_label}.`,
      general === null
        ? ""
        : `HTTPS enforced: ${yesNo(general.enforce_https)}, CORS header: ${yesNo(general.cors_header)}, mail from ${general.from_address ?? "the default address"}.`,
      access === null ? "" : `Open to the public: ${yesNo(access.public)}.`,
      varnish === null
        ? ""
        : `Varnish: ${yesNo(varnish.enabled)} (on the server: ${yesNo(varnish.enabled_on_server)}), ${countWords(varnish.rules.length, "rule")}.`,
      (varnish?.rules ?? []).map(({ method, type, value }) => `  ${method} ${type} ${value}`),
      php_fpm === null ? "" : `PHP-FPM of its own: ${yesNo(php_fpm.enabled)}.`,
      php_fpm?.configuration ?? "",
      failedWords(failed_parts),
    ),

  async handler({ app_id, server_id }, ctx: ToolContext<CloudwaysClient>) {
    const { client, signal } = ctx;
    const { app, server } = await client.findApp(app_id, server_id, signal);
    const address = { server_id: server.id, app_id: app.id };
    const parts = createParts(signal);
    const [general, php_fpm, varnish, access] = await Promise.all([
      parts.take("general", client.getAppFlags(address, signal)),
      parts.take("php_fpm", client.getAppFpm(address, signal)),
      parts.take("varnish", client.getAppVarnish(address, signal)),
      parts.take("access", client.getAppAccess(address, signal)),
    ]);
    parts.requireAny();
    return {
      ...{ ...address, app_label: app.label },
      ...{ general, php_fpm, varnish, access, failed_parts: parts.failed },
    };
  },
});
