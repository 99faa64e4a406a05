import { z } from "zod";
import type { AppRecord, ServerRecord } from "./client/servers.ts";

/** Models send ids as numbers or as text; both are fine. True, null or a list are neither. */
const idArgument = z.preprocess(
  (given) => (typeof given === "string" && /^\s*\d+\s*$/.test(given) ? Number(given) : given),
  z.number().int().positive(),
);

export const serverId = idArgument.describe("Id of the server, from the list of servers.");

export const appId = idArgument.describe("Id of the application, from the list or a search.");

/** The original server asked for it; here the application's id is enough. */
export const serverIdOfApp = idArgument
  .optional()
  .describe("Not needed. When given, the application has to be on this server.");

/** Stands where there is a password that nobody asked for. */
export const HIDDEN = "[hidden]";

export const password = z
  .string()
  .nullable()
  .describe(`${HIDDEN} unless it was asked for by name; null when there is none.`);

/** ISO 8601, UTC; null when Cloudways does not say. */
export const isoTime = z.string().nullable();

/** An application in a list. */
export const appLine = z.object({
  id: z.number(),
  label: z.string(),
  type: z.string().describe("wordpress, laravel …"),
  domain: z.string().nullable().describe("Primary, else the one Cloudways gave it."),
});

/** A server in a list, without what is on it. */
export const serverLine = z.object({
  id: z.number(),
  label: z.string(),
  status: z.string(),
  provider: z.string(),
  region: z.string(),
  size: z.string().nullable(),
  public_ip: z.string().nullable(),
  created_at: isoTime,
});

export function toAppLine(app: AppRecord): z.output<typeof appLine> {
  const { id, label, application, cname, app_fqdn } = app;
  return { id, label, type: application, domain: cname ?? app_fqdn };
}

export function toServerLine(server: ServerRecord): z.output<typeof serverLine> {
  const { id, label, status, cloud, region, instance_type, public_ip, created_at } = server;
  return { id, label, status, provider: cloud, region, size: instance_type, public_ip, created_at };
}

export function hidden(value: string | null, isRevealed: boolean): string | null {
  return isRevealed || value === null ? value : HIDDEN;
}
