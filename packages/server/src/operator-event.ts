import { randomBytes } from "node:crypto";
import { LOCAL_USER } from "@fairlead/core/identity/principal";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import type { Clock } from "@fairlead/core/ports";

/** What the operator does on the terminal of the installation, for the audit. */
export function operatorEvent(
  clock: Clock,
  name: string,
  about: Pick<AuditEvent, "target" | "facts"> & { tenant_id?: string; effect?: "read" | "write" },
): AuditEvent {
  return {
    ...{ at: clock.now(), surface: "cli", action: "admin", name, outcome: "ok" },
    effect: about.effect ?? "write",
    request_id: randomBytes(8).toString("hex"),
    trace_id: randomBytes(16).toString("hex"),
    principal_id: LOCAL_USER.id,
    ...{ connector: undefined, connection_id: undefined, duration_ms: 0 },
    target: about.target,
    facts: about.facts,
    tenant_id: about.tenant_id ?? LOCAL_USER.tenant_id,
  };
}
