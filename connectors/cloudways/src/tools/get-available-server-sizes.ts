import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { CATALOGUE_KEPT, pickProvider, provider } from "../provider.ts";
import { lines } from "../words.ts";

/** Lists how large a server can be. */
export const getAvailableServerSizes = defineTool({
  name: "cloudways_get_available_server_sizes",
  title: "Get available server sizes",
  description:
    "List the sizes a server can have, of one provider or of all, as Cloudways names them. It gives no prices. Costs one " +
    "or two requests; the answer may be up to a day old.",
  effect: "read",
  toolset: "catalogue",
  cache: CATALOGUE_KEPT,
  input: z.object({ provider }),
  output: z.object({
    providers: z.array(z.object({ provider: z.string(), sizes: z.array(z.string()) })),
  }),
  text: ({ providers }) =>
    lines(providers.map(({ provider, sizes }) => `${provider}: ${sizes.join(", ")}`)),

  async handler({ provider }, ctx: ToolContext<CloudwaysClient>) {
    const all = await ctx.client.listServerSizes(ctx.signal);
    const picked = await pickProvider(all, provider, ctx);
    return { providers: picked.map(([provider, sizes]) => ({ provider, sizes })) };
  },
});
