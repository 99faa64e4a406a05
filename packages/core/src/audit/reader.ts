import type { Clock } from "../ports.ts";
import type { Page, PageRequest } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import { listEvents, type ShownEvent } from "./events.ts";
import { exportLog, generationOf, verifyLog } from "./export.ts";
import type { Selection } from "./items.ts";
import { createKeyRing, type PublicKey } from "./keys.ts";
import type { Report } from "./problems.ts";

/** Reads the chained log. Who asks has to be allowed to, which is for the caller to see to. */
export interface AuditReader {
  /** A tenant's events, newest first. */
  list(
    tenant_id: string,
    query: PageRequest & { from?: number | undefined; to?: number | undefined },
  ): Promise<Page<ShownEvent>>;
  /** Lines of JSON that prove themselves; of every tenant when none is named. */
  export(selection: Selection): AsyncGenerator<string>;
  verify(tenant_id?: string): Promise<Report>;
  /** The keys that checkpoints are signed with, the present one last. */
  keys(): Promise<PublicKey[]>;
}

export function createAuditReader({
  store,
  derive,
  clock,
}: {
  store: Pick<Store, "audit">;
  derive: (purpose: string) => Buffer;
  clock: Clock;
}): AuditReader {
  const keys = createKeyRing(derive);
  return {
    list: (tenant_id, query) => listEvents(store, tenant_id, query),
    export: (selection) => exportLog(store.audit, keys, selection, clock.now()),
    verify: (tenant_id) => verifyLog(store.audit, keys, tenant_id),
    keys: async () => keys.upTo(await generationOf(store.audit)),
  };
}
