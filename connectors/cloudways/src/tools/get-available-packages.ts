import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { Packages } from "../client/catalogue.ts";
import type { CloudwaysClient } from "../client.ts";
import { CATALOGUE_KEPT } from "../provider.ts";
import { lines } from "../words.ts";

const group = z.object({
  package: z.string().describe("php, mysql, redis …"),
  platform: z.string().nullable().describe("Operating system; null when it is the same on all."),
  versions: z.array(z.object({ version: z.string(), name: z.string() })),
});

/** Lists which versions of the software under the applications there are. */
export const getAvailablePackages = defineTool({
  name: "cloudways_get_available_packages",
  title: "Get available packages",
  description:
    "List the versions of PHP, MySQL or MariaDB, Redis and other packages a server can run, by operating system. A " +
    "server's own is its platform in cloudways_get_server_details. Costs one request; the answer may be up to a day old.",
  effect: "read",
  toolset: "catalogue",
  cache: CATALOGUE_KEPT,
  input: z.object({}),
  output: z.object({ packages: z.array(group) }),
  text: ({ packages }) =>
    lines(
      packages.map(({ package: name, platform, versions }) => {
        const listed = versions.map(({ version, name }) => `${version} (${name})`).join(", ");
        return `${name}${platform === null ? "" : ` on ${platform}`}: ${listed}`;
      }),
    ),

  async handler(_input, ctx: ToolContext<CloudwaysClient>) {
    return { packages: toGroups(await ctx.client.listPackages(ctx.signal)) };
  },
});

/** Most packages differ by operating system; some list their versions straight away. */
function toGroups(packages: Packages): z.output<typeof group>[] {
  return Object.entries(packages).flatMap(([name, content]) => {
    const everywhere: { version: string; name: string }[] = [];
    const groups: z.output<typeof group>[] = [];
    for (const [key, value] of Object.entries(content)) {
      if (typeof value === "string") everywhere.push({ version: key, name: value });
      else groups.push({ package: name, platform: key, versions: toVersions(value) });
    }
    if (everywhere.length === 0) return groups;
    return [...groups, { package: name, platform: null, versions: everywhere }];
  });
}

function toVersions(names: Record<string, string>): { version: string; name: string }[] {
  return Object.entries(names).map(([version, name]) => ({ version, name }));
}
