import { FairleadError } from "../errors.ts";
import type { AuditEvent } from "../observe/audit-event.ts";
import type { AuditLog } from "../observe/audit-log.ts";
import type { AuditRow } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import { parseBody, redactBody } from "./row.ts";
import { REDACT_ACT, REDACTED_ROWS, toRowName } from "./verify-chains.ts";

export interface Redaction {
  tenant_id: string;
  /** One event, by its request id: everything of it that names people or things goes. */
  request_id?: string | undefined;
  /** Every event that came from there: the address goes. */
  address?: string | undefined;
}

/** The names of as many rows fit into one fact. */
const PAGE = 100;

/**
 * Takes redactable fields out of a tenant's events and leaves their salted hashes, so that every proof holds. Each page
 * is one transaction, with an event of its own that says which rows it was; `by` is who did it. Resolves with how many
 * events were changed. Backups and exports made before are not touched.
 */
export async function redactEvents(
  { store, audit }: { store: Pick<Store, "audit">; audit: Pick<AuditLog, "transaction" | "flush"> },
  redaction: Redaction,
  by: (page: { target: string; facts: Record<string, unknown> }) => AuditEvent,
): Promise<number> {
  if ((redaction.request_id === undefined) === (redaction.address === undefined))
    throw new FairleadError("invalid_input", "Name either one event or one address to redact.");
  await audit.flush();
  let count = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await store.audit.list(redaction.tenant_id, { limit: PAGE, cursor });
    const changed = page.items.flatMap((row) => redactRow(row, redaction));
    if (changed.length > 0) {
      await audit.transaction(async (tx) => {
        await tx.audit.redact(changed);
        const target = redaction.request_id === undefined ? "address" : "event";
        const facts = { [REDACTED_ROWS]: changed.map(toRowName) };
        return { result: undefined, event: by({ target, facts }) };
      });
      count += changed.length;
    }
    if (page.next_cursor === null) return count;
    cursor = page.next_cursor;
  }
}

function redactRow(
  { chain, seq, body: text }: AuditRow,
  { request_id, address }: Redaction,
): Pick<AuditRow, "chain" | "seq" | "body">[] {
  const body = parseBody(text);
  // What was redacted, and by whom, stays to be read.
  if (body === undefined || body.name === REDACT_ACT) return [];
  if (request_id !== undefined && body.request_id !== request_id) return [];
  const redacted = redactBody(
    body,
    (name, value) => address === undefined || (name === "address" && value === address),
  );
  return redacted === undefined ? [] : [{ chain, seq, body: redacted }];
}
