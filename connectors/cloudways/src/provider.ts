import { FairleadError } from "@fairlead/core/errors";
import type { ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { CloudwaysClient } from "./client.ts";

/** Catalogues change a few times a year. */
export const CATALOGUE_KEPT = { ttlMs: 3_600_000, staleMs: 86_400_000 };

export const provider = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .optional()
  .describe("Id or name, such as do or DigitalOcean. Default: all providers.");

/**
 * The part of a map by provider that is asked for, or all of it. Cloudways writes the keys as ids in one list and as
 * names in another, so either finds either.
 */
export async function pickProvider<T>(
  byProvider: Record<string, T>,
  wanted: string | undefined,
  { client, signal }: ToolContext<CloudwaysClient>,
): Promise<[string, T][]> {
  const entries = Object.entries(byProvider);
  if (wanted === undefined) return entries;
  const direct = entries.filter(([key]) => isSame(key, wanted));
  if (direct.length > 0) return direct;

  const providers = await client.listProviders(signal);
  const named = providers.find(({ id, name }) => isSame(id, wanted) || isSame(name, wanted));
  const found = entries.filter(
    ([key]) => named !== undefined && (isSame(key, named.id) || isSame(key, named.name)),
  );
  if (found.length > 0) return found;
  const known = providers.map(({ id, name }) => `${id} (${name})`).join(", ");
  throw new FairleadError(
    "invalid_input",
    `Cloudways offers nothing under the provider "${wanted}". Providers: ${known}.`,
    { details: { reason: "unknown_provider", providers: providers.map(({ id }) => id) } },
  );
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
