import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { lines } from "../words.ts";

/** Shows what is left of the account's budget, from what all replicas of Fairlead count together. */
export const rateLimitStatus = defineTool({
  name: "cloudways_rate_limit_status",
  title: "Rate limit status",
  description:
    "Show how many requests the Cloudways account may still take now. The budget is one for all callers and connections " +
    "of the account, through any replica; logins and repetitions count too. Requests that others send past Fairlead are " +
    "not seen. Costs no request.",
  effect: "read",
  openWorld: false,
  toolset: "account",
  input: z.object({}),
  output: z.object({
    requests_per_minute: z.number(),
    remaining: z.number().describe("Requests that may leave now."),
    sent_last_minute: z.number().describe("By all replicas, for all connections to the account."),
    full_in_s: z.number().describe("Seconds until the budget is whole again."),
    paused_for_s: z
      .number()
      .describe("Seconds until the next request, after Cloudways refused one as too many."),
    degraded: z
      .boolean()
      .describe("Shared state is away: the figures are this replica's small share alone."),
  }),
  text: ({ requests_per_minute, remaining, sent_last_minute, full_in_s, paused_for_s, degraded }) =>
    lines(
      `${remaining} of ${requests_per_minute} requests left, ${sent_last_minute} sent in the last minute; whole again in ${full_in_s} s.`,
      paused_for_s === 0 ? "" : `Cloudways asked for a pause: ${paused_for_s} s to go.`,
      degraded
        ? "Shared state is away: these are this replica's own figures, and writes wait."
        : "",
    ),

  handler: (_input, ctx: ToolContext<CloudwaysClient>) => ctx.client.budgetStatus(),
});
