import { type Admin, createAdmin } from "@fairlead/core/admin/admin";
import { createAuditLog } from "@fairlead/core/audit/audit-log";
import type { Connector } from "@fairlead/core/connector";
import type { CostConfig } from "@fairlead/core/cost/cost";
import {
  LOCAL_USER,
  type Principal,
  type ShownCredential,
} from "@fairlead/core/identity/principal";
import type { EffectBudgets } from "@fairlead/core/journal/effect-budgets";
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
import type { OperationRow } from "@fairlead/core/storage/write-records";
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
  effectBudgets?: EffectBudgets;
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
  /** Operations that acts changed, oldest first. */
  moved: OperationRow[];
  /**
   * Does it as Acme's person of a role (its owner, if nothing is said), by a key; as the host: whoever runs all of it, or
   * at the host's own terminal.
   */
  act<T = Record<string, unknown>>(
    name: string,
    input?: Record<string, unknown>,
    as?: Actor,
  ): Promise<T>;
  close(): Promise<void>;
}

export type Actor = Role | "host" | "terminal" | Principal;

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
  const moved: OperationRow[] = [];
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
    effectBudgets: options.effectBudgets,
    onOperation: (operation) => moved.push(operation),
    ...(options.pay === undefined ? {} : { pay: options.pay }),
    ...(options.tiers === undefined ? {} : { tiers: options.tiers }),
  });
  if (beside === undefined) await fill(store);
  return {
    ...{ admin, store, vault, clock, events, changes, moved },
    async act<T>(name: string, input: Record<string, unknown> = {}, as: Actor = "owner") {
      const principal = typeof as === "string" ? toPrincipal(as) : as;
      const surface = as === "terminal" ? "cli" : "rest";
      return (await admin.run({ name, input, principal, surface })) as T;
    },
    async close() {
      await real.close();
      feed.close();
      vault.close();
      if (beside === undefined && options.store === undefined) await store.close();
    },
  };
}

export function toPrincipal(actor: Role | "host" | "terminal"): Principal {
  if (actor === "host" || actor === "terminal") return LOCAL_USER;
  return {
    ...{ id: `prn_${actor}`, tenant_id: "ten_acme", kind: "person", label: actor },
    ...{ roles: [actor], scopes: scopesOfRoles([actor]) },
  };
}

/** A person of a role, in the browser they signed in with; of Acme, unless something else is said. */
export function signedIn(role: Role, changes: Partial<Principal> = {}): Principal {
  const credential: ShownCredential = { kind: "sign_in", id: "a session", expires_at: null };
  return { ...toPrincipal(role), credential, ...changes };
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
