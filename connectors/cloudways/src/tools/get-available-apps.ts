import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { CATALOGUE_KEPT } from "../provider.ts";
import { lines } from "../words.ts";

/** Lists what can be installed on a server. */
export const getAvailableApps = defineTool({
  name: "cloudways_get_available_apps",
  title: "Get available applications",
  description:
    "List the applications Cloudways can install, with their versions and the name the API wants for each. Costs one " +
    "request; the answer may be up to a day old.",
  effect: "read",
  toolset: "catalogue",
  cache: CATALOGUE_KEPT,
  input: z.object({}),
  output: z.object({
    apps: z.array(
      z.object({
        name: z.string(),
        versions: z.array(
          z.object({ version: z.string(), application: z.string().describe("Name in the API.") }),
        ),
      }),
    ),
  }),
  text: ({ apps }) =>
    lines(
      apps.map(({ name, versions }) => {
        const named = versions.map(({ version, application }) => `${version} (${application})`);
        return `${name}: ${named.join(", ")}`;
      }),
    ),

  async handler(_input, ctx: ToolContext<CloudwaysClient>) {
    const apps = await ctx.client.listAvailableApps(ctx.signal);
    return {
      apps: Object.entries(apps).map(([name, versions]) => ({
        name,
        versions: versions.map(({ app_version, application }) => {
          return { version: app_version, application };
        }),
      })),
    };
  },
});
