import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "../client.ts";
import { createParts, failedParts } from "../parts.ts";
import { failedWords, lines } from "../words.ts";

const count = z.number().nullable();

/** Tells what Fairlead knows of its caller and how much there is in the account. */
export const customerInfo = defineTool({
  name: "cloudways_customer_info",
  title: "Customer info",
  description:
    "Tell who is calling and over which connection, when this caller was first and last seen here, and how many servers, " +
    "applications, projects and team members the account has. Shows no e-mail address and no secret. Costs up to three " +
    "requests; what a limited token may not count is named in failed_parts.",
  effect: "read",
  toolset: "account",
  input: z.object({}),
  output: z.object({
    caller: z.string(),
    connection_id: z.string().nullable(),
    connection_label: z.string().nullable(),
    credential: z.enum(["access_token", "login_token"]),
    first_seen_at: z.string(),
    last_active_at: z.string(),
    servers: count,
    running_servers: count,
    apps: count,
    projects: count,
    team_members: count,
    failed_parts: failedParts,
  }),
  text: (info) =>
    lines(
      `${info.caller} over ${info.connection_label ?? "no connection"} (${info.connection_id ?? "none"}), by ${info.credential}.`,
      `First seen ${info.first_seen_at}, last active ${info.last_active_at}.`,
      `Servers: ${info.servers ?? "unknown"} (${info.running_servers ?? "unknown"} running), applications: ${info.apps ?? "unknown"}, ` +
        `projects: ${info.projects ?? "unknown"}, team members: ${info.team_members ?? "unknown"}.`,
      failedWords(info.failed_parts),
    ),

  async handler(_input, ctx: ToolContext<CloudwaysClient>) {
    const { client, signal, connection, principal } = ctx;
    const parts = createParts(signal);
    const [activity, credential, servers, projects, members] = await Promise.all([
      ctx.activity(),
      client.kind(),
      parts.take("servers", client.listServers(signal)),
      parts.take("projects", client.listProjects(signal)),
      parts.take("team_members", client.listTeamMembers(signal)),
    ]);
    parts.requireAny();
    return {
      caller: principal.label,
      connection_id: connection?.id ?? null,
      connection_label: connection?.label ?? null,
      credential,
      first_seen_at: new Date(activity.first_seen_at).toISOString(),
      last_active_at: new Date(activity.last_active_at).toISOString(),
      servers: servers?.length ?? null,
      running_servers: servers?.filter(({ status }) => status === "running").length ?? null,
      apps: servers?.flatMap(({ apps }) => apps).length ?? null,
      projects: projects?.length ?? null,
      team_members: members?.length ?? null,
      failed_parts: parts.failed,
    };
  },
});
