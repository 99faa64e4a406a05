import type { Connector } from "@fairlead/core/connector";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";

export interface ConnectorHealth {
  id: string;
  /** `unknown` until something was asked of the upstream. */
  status: "ok" | "degraded" | "unknown";
  /** How the last action that reached for the upstream ended. */
  last_outcome?: AuditEvent["outcome"];
  last_at?: string;
}

/** What the server knows of itself and its upstreams. It asks nobody: it looks at how actions end. */
export interface Health {
  observe(event: AuditEvent): void;
  startDraining(): void;
  readonly isDraining: boolean;
  /** An upstream that is down makes the server degraded, never unready: the others still work. */
  readonly status: "ok" | "degraded" | "draining";
  connectors(): ConnectorHealth[];
}

/** Outcomes that tell of the upstream: an answer it gave, or one it did not give. */
const TELLING: Partial<Record<AuditEvent["outcome"], "ok" | "degraded">> = {
  ok: "ok",
  upstream_rejected: "ok",
  upstream_unavailable: "degraded",
  timeout: "degraded",
};

export function createHealth(connectors: readonly Connector[]): Health {
  const last = new Map<string, { outcome: AuditEvent["outcome"]; at: number }>();
  let isDraining = false;

  const describe = ({ id }: Connector): ConnectorHealth => {
    const seen = last.get(id);
    if (seen === undefined) return { id, status: "unknown" };
    const { outcome, at } = seen;
    const status = TELLING[outcome] ?? "unknown";
    return { id, status, last_outcome: outcome, last_at: new Date(at).toISOString() };
  };

  return {
    observe({ connector, action, outcome, at }) {
      if (connector === undefined || TELLING[outcome] === undefined) return;
      // The others are answered without the upstream more often than not.
      if (action !== "tool" && action !== "resource") return;
      last.set(connector, { outcome, at });
    },
    startDraining() {
      isDraining = true;
    },
    get isDraining() {
      return isDraining;
    },
    get status() {
      if (isDraining) return "draining";
      return connectors.some((each) => describe(each).status === "degraded") ? "degraded" : "ok";
    },
    connectors: () => connectors.map(describe),
  };
}
