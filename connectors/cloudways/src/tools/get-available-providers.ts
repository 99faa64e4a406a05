import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { CATALOGUE_KEPT } from "../provider.ts";
import { countWords, lines } from "../words.ts";

/** Lists the clouds that Cloudways can put a server in. */
export const getAvailableProviders = defineTool({
  name: "cloudways_get_available_providers",
  title: "Get available providers",
  description:
    "List the cloud providers a server can be created at. Costs one request; the answer may be up to a day old. Go on " +
    "with cloudways_get_available_regions and cloudways_get_available_server_sizes.",
  effect: "read",
  toolset: "catalogue",
  cache: CATALOGUE_KEPT,
  input: z.object({}),
  output: z.object({ providers: z.array(z.object({ id: z.string(), name: z.string() })) }),
  text: ({ providers }) =>
    lines(
      `${countWords(providers.length, "provider")}.`,
      providers.map(({ id, name }) => `${id}: ${name}`),
    ),

  async handler(_input, ctx: ToolContext<CloudwaysClient>) {
    return { providers: await ctx.client.listProviders(ctx.signal) };
  },
});
