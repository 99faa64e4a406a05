import type { BudgetReading } from "@fairlead/core/cost/meter";
import type { Clock } from "@fairlead/core/ports";
import type { Queue } from "@fairlead/core/storage/queue";
import type { Shared } from "@fairlead/core/storage/shared";
import type { Store } from "@fairlead/core/storage/store";
import { Counter, Gauge, type Registry } from "prom-client";
import type { PoolReading } from "../storage/postgres.ts";

/** What can be read of the state behind a process. */
export interface StateReadings {
  store: Pick<Store, "check" | "bytes">;
  shared: Pick<Shared, "get" | "listening">;
  audit: { readonly backlog: { waiting: number; lost: number } };
  changes: { readonly ageMs: number };
  queue: Pick<Queue, "backlog">;
  clock: Clock;
  /** Connections to PostgreSQL; undefined with the embedded store. */
  pool?: (() => PoolReading) | undefined;
  /** How many tenants are past which share of their budget; undefined where none is set. */
  budgets?: (() => Promise<BudgetReading | undefined>) | undefined;
}

/** The size changes slowly, and asking for it is work for a database. */
const SIZE_KEPT_MS = 60_000;
const PATIENCE_MS = 2_000;

/** Whether the state can be reached, and how full, late or behind its parts are. */
export function addStateMetrics(registry: Registry, state: StateReadings): void {
  const { store, shared, clock } = state;
  const gauge = (name: string, help: string, read: () => Promise<number> | number) =>
    new Gauge({
      ...{ name, help, registers: [registry] },
      async collect() {
        this.set(await read());
      },
    });
  gauge("fairlead_store_up", "Whether the store answers: 1 or 0.", () =>
    answers(store.check(), clock),
  );
  gauge("fairlead_shared_up", "Whether the state that replicas share answers: 1 or 0.", () =>
    answers(shared.get("metrics"), clock),
  );
  gauge("fairlead_shared_listening", "Whether messages of other replicas arrive: 1 or 0.", () =>
    Number(shared.listening),
  );
  gauge(
    "fairlead_change_feed_age_seconds",
    "Since when changes of records by other replicas have not been read.",
    () => state.changes.ageMs / 1000,
  );
  gauge(
    "fairlead_queue_waiting",
    "Operations that wait for somebody to work on them.",
    async () => (await state.queue.backlog()).waiting,
  );
  gauge(
    "fairlead_queue_oldest_seconds",
    "Since when the longest of them waits; 0 when none does.",
    async () => (await state.queue.backlog()).oldestMs / 1000,
  );
  gauge(
    "fairlead_audit_waiting",
    "Audit events that wait to be written.",
    () => state.audit.backlog.waiting,
  );
  new Counter({
    name: "fairlead_audit_lost_total",
    help: "Audit events that this process could not keep.",
    registers: [registry],
    collect() {
      this.reset();
      this.inc(state.audit.backlog.lost);
    },
  });
  addSize(registry, state);
  if (state.pool !== undefined) addPool(registry, state.pool);
  if (state.budgets !== undefined) addBudgets(registry, state.budgets, clock);
}

function addSize(registry: Registry, { store, clock }: StateReadings): void {
  let readAt = Number.NEGATIVE_INFINITY;
  new Gauge({
    name: "fairlead_store_bytes",
    help: "Bytes that the database of the store takes.",
    registers: [registry],
    async collect() {
      if (clock.now() - readAt < SIZE_KEPT_MS) return;
      const bytes = await inTime(store.bytes(), clock);
      if (bytes === undefined) return;
      readAt = clock.now();
      this.set(bytes);
    },
  });
}

function addPool(registry: Registry, pool: () => PoolReading): void {
  new Gauge({
    name: "fairlead_database_connections",
    help: "Connections to PostgreSQL that are busy or idle, and callers waiting for one.",
    labelNames: ["state"],
    registers: [registry],
    collect() {
      for (const [state, count] of Object.entries(pool())) this.set({ state }, count);
    },
  });
}

function addBudgets(
  registry: Registry,
  budgets: () => Promise<BudgetReading | undefined>,
  clock: Clock,
): void {
  new Gauge({
    name: "fairlead_tenants_over_budget",
    help: "Tenants that have spent this share, or more, of their budget of the month.",
    labelNames: ["percent"],
    registers: [registry],
    async collect() {
      const reading = await inTime(budgets(), clock);
      this.reset();
      for (const [percent, count] of Object.entries(reading?.tenants ?? {}))
        this.set({ percent }, count);
    },
  });
}

/** Whoever scrapes does not wait for long, and gets the other figures in any case. */
async function answers(asked: Promise<unknown>, clock: Clock): Promise<number> {
  return (
    (await inTime(
      asked.then(() => 1),
      clock,
    )) ?? 0
  );
}

function inTime<T>(asked: Promise<T>, clock: Clock): Promise<T | undefined> {
  return new Promise((resolve) => {
    const stopTimer = clock.after(PATIENCE_MS, () => resolve(undefined));
    asked.then(resolve, () => resolve(undefined)).finally(stopTimer);
  });
}
