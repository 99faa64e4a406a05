import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { CATALOGUE_KEPT, pickProvider, provider } from "../provider.ts";
import { lines } from "../words.ts";

/** Lists where a provider has its data centres. */
export const getAvailableRegions = defineTool({
  name: "cloudways_get_available_regions",
  title: "Get available regions",
  description:
    "List the regions a server can be created in, of one provider or of all. Costs one or two requests; the answer may be " +
    "up to a day old.",
  effect: "read",
  toolset: "catalogue",
  cache: CATALOGUE_KEPT,
  input: z.object({ provider }),
  output: z.object({
    providers: z.array(
      z.object({
        provider: z.string(),
        regions: z.array(z.object({ id: z.string(), name: z.string() })),
      }),
    ),
  }),
  text: ({ providers }) =>
    lines(
      providers.map(
        ({ provider, regions }) =>
          `${provider}: ${regions.map(({ id, name }) => `${id} (${name})`).join(", ")}`,
      ),
    ),

  async handler({ provider }, ctx: ToolContext<CloudwaysClient>) {
    const all = await ctx.client.listRegions(ctx.signal);
    const picked = await pickProvider(all, provider, ctx);
    return { providers: picked.map(([provider, regions]) => ({ provider, regions })) };
  },
});
