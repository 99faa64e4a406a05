import { SYSTEM_TENANT } from "../vault/vault.ts";
import { type Prepared, prepareNote } from "./body.ts";

/** Counts events that could not be kept, so that the log says so itself. */
export interface Losses {
  add(tenant_id: string | undefined, at: number): void;
  readonly count: number;
  /** A row for each tenant that lost some; afterwards none are counted. */
  take(now: number): Prepared[];
}

/** More tenants than this share the line of the installation. */
const MAX_TENANTS = 1_000;

export function createLosses(name: string): Losses {
  const byTenant = new Map<string, { events: number; first_at: number; last_at: number }>();
  let count = 0;
  return {
    add(tenant_id = SYSTEM_TENANT, at) {
      count += 1;
      const isKnown = byTenant.has(tenant_id) || byTenant.size < MAX_TENANTS;
      const whose = isKnown ? tenant_id : SYSTEM_TENANT;
      const so = byTenant.get(whose);
      if (so === undefined) byTenant.set(whose, { events: 1, first_at: at, last_at: at });
      else Object.assign(so, { events: so.events + 1, last_at: Math.max(at, so.last_at) });
    },
    get count() {
      return count;
    },
    take(now) {
      const notes = [...byTenant].map(([tenant_id, lost]) =>
        prepareNote(tenant_id, now, name, lost),
      );
      byTenant.clear();
      count = 0;
      return notes;
    },
  };
}
