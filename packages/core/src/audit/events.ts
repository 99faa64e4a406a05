import type { AuditRow, Page, PageRequest } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import { parseBody, redactedFields, toReadable } from "./row.ts";

/** An event as it is shown: what was kept, with `null` where something was redacted. */
export interface ShownEvent {
  chain: string;
  seq: number;
  recorded_at: number;
  hash: string;
  /** Names of the fields that were redacted. */
  redacted: string[];
  /** Null when the row is no longer as it was written. */
  event: Record<string, unknown> | null;
}

/** A tenant's events, newest first. */
export async function listEvents(
  { audit }: Pick<Store, "audit">,
  tenant_id: string,
  query: PageRequest & { from?: number | undefined; to?: number | undefined },
): Promise<Page<ShownEvent>> {
  const { items, next_cursor } = await audit.list(tenant_id, query);
  return { items: items.map(toShown), next_cursor };
}

function toShown({ chain, seq, at, hash, body: text }: AuditRow): ShownEvent {
  const body = parseBody(text);
  return {
    ...{ chain, seq, recorded_at: at, hash },
    redacted: body === undefined ? [] : redactedFields(body),
    event: body === undefined ? null : toReadable(body),
  };
}
