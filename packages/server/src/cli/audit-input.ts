import { randomBytes } from "node:crypto";
import { LOCAL_USER } from "@fairlead/core/identity/principal";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import type { Clock } from "@fairlead/core/ports";
import type { Store } from "@fairlead/core/storage/store";
import { SYSTEM_TENANT } from "@fairlead/core/vault/vault";
import type { Invocation } from "./command.ts";
import { CliError } from "./exit.ts";

/** The tenant that `--tenant` names. The log of one that was deleted stays, so an id need not be a tenant's any more. */
export async function requireTenant(
  { store }: { store: Pick<Store, "tenants"> },
  { options }: Invocation,
): Promise<string> {
  const { tenant } = options;
  if (typeof tenant !== "string") throw new CliError("usage", "Say which one: --tenant <name>.");
  if (tenant === SYSTEM_TENANT || /^ten_[\w.-]+$/.test(tenant)) return tenant;
  const found = await store.tenants.findByName(tenant);
  if (found !== undefined) return found.id;
  throw new CliError("failed", `There is no tenant "${tenant}". See: fairlead tenants list`);
}

/** A point in time, in milliseconds since the epoch. */
export function timeOf({ options }: Invocation, name: "from" | "to"): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  // Without a zone a date is UTC and a time of day would be the machine's, which the log knows nothing of.
  const isClear = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;
  const time = isClear.test(String(text)) ? Date.parse(String(text)) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new CliError(
    "usage",
    `--${name} takes a date such as 2026-03-01, or a time such as 2026-03-01T08:00Z.`,
  );
}

/** An act of the operator at the terminal. */
export function auditEvent(
  clock: Clock,
  own: Pick<AuditEvent, "name" | "tenant_id" | "target" | "facts">,
): AuditEvent {
  return {
    at: clock.now(),
    request_id: randomBytes(8).toString("hex"),
    trace_id: randomBytes(16).toString("hex"),
    surface: "cli",
    principal_id: LOCAL_USER.id,
    action: "admin",
    connector: undefined,
    connection_id: undefined,
    effect: own.name === "audit.export" ? "read" : "destroy",
    outcome: "ok",
    duration_ms: 0,
    ...own,
  };
}
