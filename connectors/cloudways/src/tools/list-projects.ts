import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { isoTime } from "../schemas.ts";
import { countWords, cursorWords, lines } from "../words.ts";

/** Lists the projects that applications are sorted into. */
export const listProjects = defineTool({
  name: "cloudways_list_projects",
  title: "List projects",
  description:
    "List the projects that applications are sorted into. Costs one request; the answer may be up to 5 minutes old. The " +
    "project of an application is its project_id in cloudways_get_app_details.",
  effect: "read",
  toolset: "account",
  cache: { ttlMs: 60_000, staleMs: 240_000 },
  input: z.object({}),
  output: z.object({
    projects: z.array(
      z.object({
        id: z.number(),
        name: z.string(),
        is_default: z.boolean(),
        created_at: isoTime,
        updated_at: isoTime,
      }),
    ),
    next_cursor: z.string().optional(),
  }),
  pages: "projects",
  text: ({ projects, next_cursor }) =>
    lines(
      `${countWords(projects.length, "project")}.`,
      projects.map(({ id, name, is_default }) => `${id} ${name}${is_default ? " (default)" : ""}`),
      cursorWords(next_cursor),
    ),

  async handler(_input, ctx: ToolContext<CloudwaysClient>) {
    return { projects: await ctx.client.listProjects(ctx.signal) };
  },
});
