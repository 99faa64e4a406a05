import { type Admin, createAdmin } from "@fairlead/core/admin/admin";
import { createAuditLog } from "@fairlead/core/audit/audit-log";
import type { Connector } from "@fairlead/core/connector";
import type { CostConfig } from "@fairlead/core/cost/cost";
import { LOCAL_USER, type Principal } from "@fairlead/core/identity/principal";
import type { Pay } from "@fairlead/core/limits/pay";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import type { AuditLog } from "@fairlead/core/observe/audit-log";
import { ROLES, type Role, scopesOfRoles } from "@fairlead/core/policy/roles";
import { SILENT } from "@fairlead/core/ports";
import { createChangeFeed } from "@fairlead/core/storage/change-feed";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import type { Change, StoredPrincipal, Tenant } from "@fairlead/core/storage/records";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import type { OpenVault } from "@fairlead/core/vault/open-vault";
import { deriveForTests } from "./audit.ts";
import { createManualClock, type ManualClock } from "./clock.ts";
import { openTestVault } from "./engine.ts";
import { seededRandom } from "./random.ts";

export interface TestAdminOptions {
  connectors?: readonly Connector[];
  /** Another replica's, to share its records and time. */
  beside?: Pick<TestAdmin, "store" | "clock">;
  /** Default: in memory, or the other replica's. */
  store?: Store;
  pay?: Pay;
  tiers?: readonly string[];
  cost?: CostConfig;
  /** Stands in the place of the audit log, to see what is left when it fails. */
  audit?: (real: AuditLog) => AuditLog;
}

/** Administration over records in memory, with the tenants Acme and Umbra, and Acme's people in every role. */
export interface TestAdmin {
  admin: Admin;
  store: Store;
  vault: OpenVault;
  clock: ManualClock;
  /** What was recorded, oldest first. */
  events: AuditEvent[];
  /** Changes that were told of, oldest first. */
  changes: Change[];
  /** Does it as Acme's person of a role (its owner, if nothing is said), or as the host: whoever runs all of it. */
  act<T = Record<string, unknown>>(
    name: string,
    input?: Record<string, unknown>,
    as?: Actor,
  ): Promise<T>;
  close(): Promise<void>;
}

export type Actor = Role | "host" | Principal;

const MADE_AT = Date.UTC(2026, 0, 1);

export async function createTestAdmin(options: TestAdminOptions = {}): Promise<TestAdmin> {
  const { beside, connectors = [] } = options;
  const clock = beside?.clock ?? createManualClock();
  const store = options.store ?? beside?.store ?? (await createSqliteStore(":memory:", { clock }));
  const random = seededRandom(beside === undefined ? 1 : 2);
  const shared = createMemoryShared(clock);
  const feed = await createChangeFeed(store, shared, createManualClock(), SILENT);
  const vault = await openTestVault(store, { changes: feed, clock, random });
  const events: AuditEvent[] = [];
  const changes: Change[] = [];
  feed.on(
    (change) => changes.push(change),
    () => {},
  );
  const real = createAuditLog({
    ...{ store, clock, random, logger: SILENT, derive: deriveForTests },
    processId: beside === undefined ? "one" : "two",
    onEvent: (event) => events.push(event),
  });
  const audit = options.audit?.(real) ?? real;
  const admin = createAdmin({
    ...{ store, vault, audit, connectors, clock, random, changes: feed },
    cost: options.cost,
    ...(options.pay === undefined ? {} : { pay: options.pay }),
    ...(options.tiers === undefined ? {} : { tiers: options.tiers }),
  });
  if (beside === undefined) await fill(store);
  return {
    ...{ admin, store, vault, clock, events, changes },
    async act<T>(name: string, input: Record<string, unknown> = {}, as: Actor = "owner") {
      const principal = typeof as === "string" ? toPrincipal(as) : as;
      return (await admin.run({ name, input, principal, surface: "rest" })) as T;
    },
    async close() {
      await real.close();
      feed.close();
      vault.close();
      if (beside === undefined && options.store === undefined) await store.close();
    },
  };
}

export function toPrincipal(actor: Role | "host"): Principal {
  if (actor === "host") return LOCAL_USER;
  return {
    ...{ id: `prn_${actor}`, tenant_id: "ten_acme", kind: "person", label: actor },
    ...{ roles: [actor], scopes: scopesOfRoles([actor]) },
  };
}

async function fill(store: Store): Promise<void> {
  const common = { status: "active" as const, tier: null, repository: null, created_at: MADE_AT };
  const tenants: Tenant[] = [
    { id: "ten_local", name: "local", ...common },
    { id: "ten_acme", name: "acme", ...common },
    { id: "ten_umbra", name: "umbra", ...common },
  ];
  for (const tenant of tenants) await store.tenants.insert(tenant);
  for (const role of ROLES) {
    await store.principals.insert(storedPerson(`prn_${role}`, "ten_acme", role));
  }
  await store.principals.insert(storedPerson("prn_umbra", "ten_umbra", "owner"));
}

export function storedPerson(id: string, tenant_id: string, role: Role): StoredPrincipal {
  return {
    ...{ id, tenant_id, kind: "person", label: id, email: null, issuer: "https://id.example" },
    ...{ subject: id, roles: [role], owner_id: null, tier: null, repository: null },
    ...{ status: "active", created_at: MADE_AT, created_by: "test" },
  };
}
