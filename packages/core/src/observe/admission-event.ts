import type { Clock, RandomBytes } from "../ports.ts";
import type { AuditEvent } from "./audit-event.ts";

/** The coming or going of an agent or a person, for the audit. */
export function admissionEvent(
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
