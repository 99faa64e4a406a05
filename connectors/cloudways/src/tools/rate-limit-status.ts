import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { lines } from "../words.ts";

/** Shows what is left of the account's budget, from what Fairlead counts itself. */
export const rateLimitStatus = defineTool({
  name: "cloudways_rate_limit_status",
  title: "Rate limit status",
  description:
    "Show how many requests the Cloudways account may still take now. The budget is one for all callers and connections " +
    "of the account; logins and repetitions count too. Requests that others send past Fairlead are not seen. Costs no " +
    "request.",
  effect: "read",
  openWorld: false,
  toolset: "account",
  input: z.object({}),
  output: z.object({
    requests_per_minute: z.number(),
    remaining: z.number().describe("Requests that may leave now."),
    sent_last_minute: z.number().describe("By this process, for all connections to the account."),
    full_in_s: z.number().describe("Seconds until the budget is whole again."),
    paused_for_s: z
      .number()
      .describe("Seconds until the next request, after Cloudways refused one as too many."),
  }),
  text: ({ requests_per_minute, remaining, sent_last_minute, full_in_s, paused_for_s }) =>
    lines(
      `${remaining} of ${requests_per_minute} requests left, ${sent_last_minute} sent in the last minute; whole again in ${full_in_s} s.`,
      paused_for_s === 0 ? "" : `Cloudways asked for a pause: ${paused_for_s} s to go.`,
    ),

  handler: (_input, ctx: ToolContext<CloudwaysClient>) => ctx.client.budgetStatus(),
});
