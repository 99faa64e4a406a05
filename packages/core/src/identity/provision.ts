import { FairleadError } from "../errors.ts";
import type { AuditLog } from "../observe/audit-log.ts";
import type { Clock, RandomBytes } from "../ports.ts";
import type { ChangeFeed } from "../storage/change-feed.ts";
import type { StoredPrincipal, Tenant } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import { findTenant } from "./by-issuer.ts";
import type { Issuer } from "./issuers.ts";
import type { Claims } from "./jwt.ts";

/** Makes a principal of whom an issuer vouches for, where it was configured with a tenant. Undefined where not. */
export type Provision = (
  issuer: Issuer,
  claims: Claims,
  named: Tenant | undefined,
) => Promise<StoredPrincipal | undefined>;

interface Parts {
  store: Pick<Store, "principals" | "tenants">;
  /** Principals are made by an act that is audited, or not at all. */
  auditLog: AuditLog | undefined;
  changes: Pick<ChangeFeed, "nudge">;
  clock: Clock;
  random: RandomBytes;
}

const LONGEST_LABEL = 100;

export function createProvision(parts: Parts): Provision {
  const { store, auditLog, changes } = parts;

  return async (issuer, claims, named) => {
    if (issuer.tenant === undefined) return undefined;
    const tenant = named ?? (await findTenant(store, issuer.tenant));
    if (tenant === undefined || auditLog === undefined) {
      throw new FairleadError(
        "internal",
        `The tenant that new callers of ${issuer.issuer} belong to is not there. Ask whoever runs this Fairlead.`,
      );
    }
    if (tenant.status !== "active") return undefined;
    const row = toRow(parts, issuer, claims, tenant);
    try {
      await insert(parts, auditLog, row);
    } catch (error) {
      // Another replica, or another request, was quicker.
      const there = await store.principals.findBySubject(claims.issuer, claims.subject);
      if (there === undefined) throw error;
      return there;
    }
    void changes.nudge();
    return row;
  };
}

async function insert({ clock, random }: Parts, log: AuditLog, row: StoredPrincipal) {
  await log.transaction(async (store) => {
    await store.principals.insert(row);
    await store.changes.append({ tenant_id: row.tenant_id, topic: "principal", ref: row.id });
    return {
      result: undefined,
      event: {
        ...{ at: clock.now(), surface: "http", action: "admin", name: "principals.provision" },
        ...{ request_id: random(8).toString("hex"), trace_id: random(16).toString("hex") },
        ...{ tenant_id: row.tenant_id, principal_id: row.id, target: row.id },
        ...{ connector: undefined, connection_id: undefined, effect: "write" },
        ...{ outcome: "ok", duration_ms: 0 },
        facts: { issuer: row.issuer, kind: row.kind, roles: row.roles },
      },
    };
  });
}

function toRow(
  { clock, random }: Parts,
  { roles }: Issuer,
  { issuer, subject, isClient, all }: Claims,
  tenant: Tenant,
): StoredPrincipal {
  const email = all.email_verified === true && typeof all.email === "string" ? all.email : null;
  const name = typeof all.name === "string" ? all.name : (email ?? subject);
  return {
    id: `prn_${random(12).toString("hex")}`,
    tenant_id: tenant.id,
    kind: isClient ? "oauth_client" : "person",
    label: readable(name),
    ...{ email, issuer, subject, roles },
    ...{ owner_id: null, tier: null, repository: null },
    status: "active",
    created_at: clock.now(),
    created_by: `issuer ${issuer}`,
  };
}

/** Names come from outside: bounded, without control and invisible characters. */
function readable(text: string): string {
  const plain = text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  return plain.slice(0, LONGEST_LABEL) || "unnamed";
}
