import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { AlertRecord } from "../client/alerts.ts";
import type { CloudwaysClient } from "../client.ts";
import { appId, isoTime, serverId } from "../schemas.ts";
import { countWords, cursorWords, lines } from "../words.ts";

const MAX_PAGES = 10;
const SEVERITIES = ["critical", "warning", "notice", "info", "unrated"] as const;
type Severity = (typeof SEVERITIES)[number];

const alert = z.object({
  id: z.number(),
  severity: z.enum(SEVERITIES),
  subject: z.string(),
  description: z.string(),
  server_id: z.number().nullable(),
  app_id: z.number().nullable(),
  unread: z.boolean(),
  created_at: isoTime,
});

interface Wanted {
  severity?: Severity | undefined;
  unread_only: boolean;
  server_id?: number | undefined;
  app_id?: number | undefined;
  limit: number;
  before_id?: number | undefined;
}

/** Lists alerts, the newest first. Cloudways gives them page by page, so pages are followed until there are enough. */
export const getAlerts = defineTool({
  name: "cloudways_get_alerts",
  title: "Get alerts",
  description:
    "List alerts of servers and applications, the newest first. Cloudways sends no severity: it is read here from the " +
    "words critical, warning, notice or info in subject or template, and is unrated without any of them. Costs one " +
    `request for each page of Cloudways, at most ${MAX_PAGES}; if there may be older ones, go on with before_id. ` +
    "Nothing is marked as read.",
  effect: "read",
  toolset: "monitoring",
  cache: { ttlMs: 15_000 },
  input: z.object({
    severity: z.enum(SEVERITIES).optional().describe("Only alerts of this severity."),
    unread_only: z.boolean().default(false),
    server_id: serverId.optional().describe("Only alerts of this server."),
    app_id: appId.optional().describe("Only alerts of this application."),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    before_id: z.coerce
      .number()
      .int()
      .positive()
      .optional()
      .describe("Only alerts older than this one: continue_before_id of the answer before."),
  }),
  output: z.object({
    alerts: z.array(alert),
    looked_through: z.number().describe("Alerts read to find these."),
    continue_before_id: z
      .number()
      .nullable()
      .describe("There may be older alerts: pass this as before_id. Null when all were read."),
    next_cursor: z.string().optional(),
  }),
  pages: "alerts",
  text: ({ alerts, looked_through, continue_before_id, next_cursor }) =>
    lines(
      `${countWords(alerts.length, "alert")} of ${looked_through} looked through.`,
      alerts.map(
        ({ id, severity, subject, description, server_id, app_id, unread, created_at }) =>
          `${id} ${created_at ?? ""} [${severity}${unread ? ", unread" : ""}] ${subject} ${description} ` +
          `(server ${server_id ?? "none"}${app_id === null ? "" : `, app ${app_id}`})`,
      ),
      cursorWords(next_cursor),
      continue_before_id === null || next_cursor !== undefined
        ? ""
        : `There may be older ones: repeat the call with before_id ${continue_before_id}.`,
    ),

  async handler(wanted, ctx: ToolContext<CloudwaysClient>) {
    // "No alerts" of a server that is not there would read as "all is well".
    if (wanted.server_id !== undefined) await ctx.client.findServer(wanted.server_id, ctx.signal);
    const found: AlertRecord[] = [];
    let looked_through = 0;
    let last = wanted.before_id;
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const older = await nextPage(ctx, last);
      if (older.length === 0) return toAnswer(found, looked_through, null);
      for (const record of older) {
        looked_through += 1;
        last = record.id;
        if (isWanted(record, wanted)) found.push(record);
        if (found.length === wanted.limit) return toAnswer(found, looked_through, last);
      }
      ctx.progress(page, MAX_PAGES, `${looked_through} alerts looked through`);
    }
    return toAnswer(found, looked_through, last ?? null);
  },
});

/** A page that begins again at the newest would have us read in circles. */
async function nextPage(
  { client, signal }: ToolContext<CloudwaysClient>,
  before: number | undefined,
): Promise<AlertRecord[]> {
  const page = await client.listAlerts(before, signal);
  return before === undefined ? page : page.filter(({ id }) => id < before);
}

function isWanted(record: AlertRecord, wanted: Wanted): boolean {
  return (
    (wanted.severity === undefined || severityOf(record) === wanted.severity) &&
    (!wanted.unread_only || !record.is_read) &&
    (wanted.server_id === undefined || record.server_id === wanted.server_id) &&
    (wanted.app_id === undefined || record.app_id === wanted.app_id)
  );
}

function severityOf({ subject, template }: AlertRecord): Severity {
  const words = `${subject} ${template}`.toLowerCase().split(/[^a-z]+/);
  return SEVERITIES.find((severity) => words.includes(severity)) ?? "unrated";
}

function toAnswer(found: AlertRecord[], looked_through: number, continue_before_id: number | null) {
  const alerts = found.map((record): z.output<typeof alert> => {
    const { id, subject, description, server_id, app_id, is_read, created_at } = record;
    return {
      ...{ id, severity: severityOf(record), subject, description, server_id, app_id },
      ...{ unread: !is_read, created_at },
    };
  });
  return { alerts, looked_through, continue_before_id };
}
