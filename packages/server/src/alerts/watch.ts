import { atMost } from "@fairlead/core/cache/bounded";
import type { Crossing } from "@fairlead/core/cost/meter";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import type { Tally, TokenReading } from "@fairlead/core/observe/tally";
import type { Clock, Logger } from "@fairlead/core/ports";
import type { Store } from "@fairlead/core/storage/store";
import { LRUCache } from "lru-cache";
import type { Alert } from "./alerts.ts";

export interface WatchConfig {
  /** Share of actions that may fail in five minutes, of at least fifty. */
  errorShare: number;
  /** A tenant's hour that is so many times its usual one is told of. */
  spikeFactor: number;
}

export interface Watch {
  observe(event: AuditEvent): void;
  /** A budget that is nearly, or quite, spent. */
  crossed(crossing: Crossing): void;
  close(): Promise<void>;
}

export interface WatchParts {
  config: WatchConfig;
  store: Pick<Store, "usage">;
  tally: Pick<Tally, "tokens">;
  audit: { readonly backlog: { lost: number } };
  /** Names this process in what only it knows. */
  processId: string;
  clock: Clock;
  logger: Logger;
  raise: (alert: Alert) => void;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const LOOK_EVERY_MS = 30_000;
const WINDOW_MINUTES = 5;
/** Of fewer, a share says nothing. */
const LEAST_CALLS = 50;
/** A busy hour of a small tenant is none. */
const LEAST_SPIKE = 1_000;
/** What one of several replicas has to have seen before it asks for the sum of all. */
const SEEN_HERE = LEAST_SPIKE / 10;
const USUAL_HOURS = 7 * 24;
/** Once is an upstream's hiccup. */
const LEAST_FAILURES = 3;
const MAX_TENANTS = 10_000;

/** Outcomes that are the server's or the upstream's fault, not the caller's. */
const FAULTS: ReadonlySet<AuditEvent["outcome"]> = new Set([
  "internal",
  "timeout",
  "upstream_unavailable",
  "outcome_unknown",
]);

/** Looks for what people have to know: in how actions end, and twice a minute at what is counted elsewhere. */
export function createWatch(parts: WatchParts): Watch {
  const { config, store, tally, audit, clock, logger, raise } = parts;
  const minutes = Array.from({ length: WINDOW_MINUTES }, () => ({
    minute: -1,
    calls: 0,
    faults: 0,
  }));
  const busy = new LRUCache<string, { hour: number; calls: number }>(atMost(MAX_TENANTS));
  let lost = 0;
  let closed = false;
  let running: Promise<void> | undefined;
  let stopTimer = () => {};

  function look(): Promise<void> {
    lookAtErrors();
    for (const token of tally.tokens) lookAtToken(token);
    lookAtAudit();
    return lookAtUsage().catch((error: unknown) =>
      logger.debug({ err: error }, "usage could not be looked at"),
    );
  }

  function lookAtErrors(): void {
    const now = Math.floor(clock.now() / MINUTE_MS);
    const recent = minutes.filter(({ minute }) => now - minute < WINDOW_MINUTES);
    const calls = recent.reduce((sum, minute) => sum + minute.calls, 0);
    const faults = recent.reduce((sum, minute) => sum + minute.faults, 0);
    if (calls < LEAST_CALLS || faults < calls * config.errorShare) return;
    const percent = Math.round((100 * faults) / calls);
    raise({
      kind: "error_rate",
      about: "calls",
      windowMs: HOUR_MS,
      message: `${percent} % of the actions of the last ${WINDOW_MINUTES} minutes failed here or upstream.`,
      facts: { calls, faults, percent },
    });
  }

  function lookAtToken({ tenant_id, connector, connection_id, ...token }: TokenReading): void {
    const { failures, last_code = "internal" } = token;
    const isRefused = last_code === "unauthenticated" && failures > 0;
    if (failures < LEAST_FAILURES && !isRefused) return;
    const why = isRefused
      ? "its credential was refused. Renew it"
      : `${failures} attempts failed (${last_code}). Look at the upstream`;
    raise({
      kind: "token_renewal",
      about: `${tenant_id} ${connection_id}`,
      windowMs: HOUR_MS,
      message: `No token for connection ${connection_id} of ${connector}: ${why}.`,
      facts: { tenant_id, connector, connection_id, failures, code: last_code },
    });
  }

  function lookAtAudit(): void {
    const now = audit.backlog.lost;
    if (now <= lost) return;
    raise({
      kind: "audit_loss",
      about: parts.processId,
      windowMs: HOUR_MS,
      isLocal: true,
      message: `${now - lost} audit events were lost: they could not be written for too long. Look at the store.`,
      facts: { events: now - lost, process_id: parts.processId },
    });
    lost = now;
  }

  /** What this replica sees says whose sum is worth asking for. */
  async function lookAtUsage(): Promise<void> {
    const now = clock.now();
    const hour = now - (now % HOUR_MS);
    for (const [tenant_id, seen] of busy.entries()) {
      if (closed) return;
      if (seen.hour === hour && seen.calls >= SEEN_HERE) await lookAtTenant(tenant_id, hour);
    }
  }

  async function lookAtTenant(tenant_id: string, hour: number): Promise<void> {
    const { calls } = await store.usage.total(tenant_id, { from: hour, to: hour + HOUR_MS });
    if (calls < LEAST_SPIKE) return;
    const before = { from: hour - USUAL_HOURS * HOUR_MS, to: hour };
    const usual = (await store.usage.total(tenant_id, before)).calls / USUAL_HOURS;
    if (calls < usual * config.spikeFactor) return;
    raise({
      kind: "usage_spike",
      about: tenant_id,
      windowMs: DAY_MS,
      message: `Tenant ${tenant_id} made ${calls} calls this hour; its usual hour has ${Math.round(usual)}.`,
      facts: { tenant_id, calls, usual_calls: Math.round(usual) },
    });
  }

  function countMinute(at: number, isFault: boolean): void {
    const minute = Math.floor(at / MINUTE_MS);
    const slot = minutes[minute % WINDOW_MINUTES];
    if (slot === undefined) return;
    if (slot.minute !== minute) Object.assign(slot, { minute, calls: 0, faults: 0 });
    slot.calls += 1;
    if (isFault) slot.faults += 1;
  }

  function countTenant(tenant_id: string, at: number): void {
    const hour = at - (at % HOUR_MS);
    const seen = busy.get(tenant_id);
    if (seen?.hour === hour) seen.calls += 1;
    else busy.set(tenant_id, { hour, calls: 1 });
  }

  function next(): void {
    stopTimer = clock.after(LOOK_EVERY_MS, () => {
      running = look().finally(() => {
        running = undefined;
        if (!closed) next();
      });
    });
  }

  next();
  return {
    observe({ action, at, duration_ms, outcome, tenant_id }) {
      if (action === "admission" || action === "admin") return;
      const endedAt = at + duration_ms;
      countMinute(endedAt, FAULTS.has(outcome));
      if (tenant_id !== undefined) countTenant(tenant_id, endedAt);
    },
    crossed({ tenant_id, month, percent, cost, budget }) {
      raise({
        kind: "cost_threshold",
        about: `${tenant_id} ${month} ${percent}`,
        // Past the end of the month it is about.
        windowMs: 40 * DAY_MS,
        mustBeOnce: true,
        message: `Tenant ${tenant_id} has reached ${percent} % of its budget of ${month}.`,
        facts: { tenant_id, month, percent, cost, budget },
      });
    },
    async close() {
      closed = true;
      stopTimer();
      await running;
    },
  };
}
