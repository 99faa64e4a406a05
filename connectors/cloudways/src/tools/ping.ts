import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";

/** Proves the whole way to Cloudways and back: credential, budget, network. */
export const ping = defineTool({
  name: "cloudways_ping",
  title: "Ping Cloudways",
  description:
    "Check that Cloudways answers and accepts the credential of this connection. Costs one request of the account's " +
    "budget. When it fails, cloudways_get_token_status and cloudways_rate_limit_status say more without a request.",
  effect: "read",
  toolset: "account",
  input: z.object({}),
  output: z.object({
    ok: z.literal(true),
    answered_in_ms: z.number(),
    checked_at: z.string(),
  }),
  text: ({ answered_in_ms }) =>
    `Cloudways answers and accepts the credential (${answered_in_ms} ms).`,

  async handler(_input, ctx: ToolContext<CloudwaysClient>) {
    const startedAt = ctx.now();
    await ctx.client.listProviders(ctx.signal);
    return {
      ok: true as const,
      answered_in_ms: ctx.now() - startedAt,
      checked_at: new Date(ctx.now()).toISOString(),
    };
  },
});
