import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { isoTime } from "../schemas.ts";
import { countWords, cursorWords, lines } from "../words.ts";

/** Lists who else may use the account. */
export const listTeamMembers = defineTool({
  name: "cloudways_list_team_members",
  title: "List team members",
  description:
    "List the people who may use the Cloudways account beside its owner, with role and e-mail address. Costs one " +
    "request; the answer may be up to 5 minutes old.",
  effect: "read",
  toolset: "account",
  cache: { ttlMs: 60_000, staleMs: 240_000 },
  input: z.object({}),
  output: z.object({
    members: z.array(
      z.object({
        id: z.number(),
        name: z.string(),
        email: z.string(),
        role: z.string(),
        active: z.boolean().describe("Neither pending nor switched off."),
        full_access: z.boolean(),
        added_at: isoTime,
      }),
    ),
    next_cursor: z.string().optional(),
  }),
  pages: "members",
  text: ({ members, next_cursor }) =>
    lines(
      `${countWords(members.length, "team member")}.`,
      members.map(
        ({ id, name, email, role, active, full_access }) =>
          `${id} ${name} <${email}>: ${role}${full_access ? ", full access" : ""}${active ? "" : ", not active"}`,
      ),
      cursorWords(next_cursor),
    ),

  async handler(_input, ctx: ToolContext<CloudwaysClient>) {
    return { members: await ctx.client.listTeamMembers(ctx.signal) };
  },
});
