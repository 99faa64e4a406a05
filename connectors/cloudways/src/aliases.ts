import { FairleadError } from "@fairlead/core/errors";
import { z } from "zod";
import type { PresentApp } from "./client/servers.ts";

const DOMAIN = /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

export const alias = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(DOMAIN, "has to be a domain, such as shop.example.com")
  .describe("A domain, such as shop.example.com; no https:// and no path.");

/** What plans of changing an alias rest on. */
export const plannedAliases = z.object({
  server_id: z.number(),
  app_id: z.number(),
  label: z.string(),
  domain: z.string().nullable(),
  aliases: z.array(z.string()),
});

export const changedAliases = z.object({
  server_id: z.number(),
  app_id: z.number(),
  aliases: z.array(z.string()).describe("All of them now."),
});

/** All aliases of an application. Cloudways only replaces them as a whole, so nobody may guess. */
export function requireAliases({ app, aliases }: PresentApp): string[] {
  if (aliases !== undefined) return aliases;
  throw new FairleadError(
    "upstream_unavailable",
    `Cloudways does not show the aliases of application ${app.id}, so changing one could lose the others.`,
    { details: { reason: "unexpected_shape" }, retryable: false },
  );
}

export function isAmong(aliases: readonly string[], alias: string): boolean {
  return aliases.some((known) => known.toLowerCase() === alias);
}

export function toPlanned(present: PresentApp): z.output<typeof plannedAliases> {
  const { app, server } = present;
  return {
    ...{ server_id: server.id, app_id: app.id, label: app.label, domain: app.cname },
    aliases: requireAliases(present).toSorted(),
  };
}

/** The aliases with one more. Throws `conflict` when there is nothing to add. */
export function withAlias(present: PresentApp, alias: string): string[] {
  const aliases = requireAliases(present);
  const { app } = present;
  if (app.cname?.toLowerCase() === alias) {
    throw alreadySo(`${alias} is the main domain of application ${app.id}.`, "is_main_domain");
  }
  if (isAmong(aliases, alias)) {
    throw alreadySo(`Application ${app.id} already has the alias ${alias}.`, "already_there");
  }
  return [...aliases, alias];
}

/** The aliases without one of them. Throws `conflict` when it is not among them. */
export function withoutAlias(present: PresentApp, alias: string): string[] {
  const aliases = requireAliases(present);
  if (!isAmong(aliases, alias)) {
    const { id } = present.app;
    throw alreadySo(`Application ${id} has no alias ${alias}.`, "already_gone");
  }
  return aliases.filter((known) => known.toLowerCase() !== alias);
}

export function alreadySo(what: string, reason: string): FairleadError {
  return new FairleadError("conflict", `${what} Nothing was changed.`, { details: { reason } });
}
