import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import type { Clock, RandomBytes } from "@fairlead/core/ports";

/** A person's coming or going, for the audit. */
export function toEvent(
  { clock, random }: { clock: Clock; random: RandomBytes },
  name: string,
  own: Partial<AuditEvent>,
): AuditEvent {
  return {
    ...{ at: clock.now(), surface: "rest", action: "admission", name },
    ...{ request_id: random(8).toString("hex"), trace_id: random(16).toString("hex") },
    ...{ tenant_id: undefined, principal_id: undefined },
    ...{ connector: undefined, connection_id: undefined, effect: undefined },
    ...{ outcome: "ok", duration_ms: 0 },
    ...own,
  };
}
