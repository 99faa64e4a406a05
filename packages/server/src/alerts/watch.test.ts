import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import { createTally, type Tally } from "@fairlead/core/observe/tally";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import { createManualClock, type ManualClock } from "@fairlead/testkit/clock";
import { createCollectingLogger } from "@fairlead/testkit/logger";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Alert } from "./alerts.ts";
import { createWatch, type Watch } from "./watch.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LOOK_MS = 30_000;

let clock: ManualClock;
let store: Store;
let tally: Tally;
let lost: number;
let raised: Alert[];
let watch: Watch;

beforeEach(async () => {
  clock = createManualClock();
  store = await createSqliteStore(":memory:", { clock });
  tally = createTally();
  lost = 0;
  raised = [];
  watch = createWatch({
    config: { errorShare: 0.2, spikeFactor: 5 },
    ...{ store, tally, clock, logger: createCollectingLogger() },
    audit: {
      get backlog() {
        return { lost };
      },
    },
    processId: "p1",
    raise: (alert) => raised.push(alert),
  });
});

afterEach(async () => {
  await watch.close();
  await store.close();
});

function calls(count: number, outcome: AuditEvent["outcome"] = "ok", tenant_id = "ten_a"): void {
  for (let n = 0; n < count; n += 1) {
    watch.observe({
      ...{ at: clock.now(), duration_ms: 0, request_id: "r", trace_id: "t", surface: "http" },
      ...{ tenant_id, principal_id: "prn_a", action: "tool", name: "harbour_get_tide" },
      ...{ connector: "harbour", connection_id: "con_1", effect: "read", outcome },
    });
  }
}

/** Until the next look is over; its questions to the store take some turns. */
async function look(): Promise<Alert[]> {
  clock.advance(LOOK_MS);
  for (let turn = 0; turn < 10; turn += 1) await new Promise<void>((go) => setImmediate(go));
  return raised.splice(0);
}

describe("failures", () => {
  test("are told of when they are a fifth of what happened lately", async () => {
    calls(81);
    calls(19, "timeout");
    expect(await look()).toEqual([]);
    calls(2, "internal");
    expect(await look()).toMatchObject([
      { kind: "error_rate", facts: { calls: 102, faults: 21, percent: 21 } },
    ]);
  });

  test("of few calls say nothing", async () => {
    calls(49, "internal");
    expect(await look()).toEqual([]);
  });

  test("that are the caller's own do not count", async () => {
    for (const outcome of ["invalid_input", "forbidden", "rate_limited", "not_found"] as const)
      calls(50, outcome);
    expect(await look()).toEqual([]);
  });

  test("are forgotten after five minutes", async () => {
    calls(100, "upstream_unavailable");
    expect(await look()).toHaveLength(1);
    clock.advance(5 * MINUTE_MS);
    raised = [];
    expect(await look()).toEqual([]);
  });
});

describe("a tenant's usage", () => {
  async function used(count: number, hour: number): Promise<void> {
    if ((await store.tenants.find("ten_a")) === undefined) {
      const common = { status: "active" as const, tier: null, repository: null, created_at: 0 };
      await store.tenants.insert({ id: "ten_a", name: "a", ...common });
    }
    await store.usage.add([
      {
        ...{ tenant_id: "ten_a", principal_id: "prn_a", tool: "harbour_get_tide" },
        ...{ connector: "harbour", effect: "read", hour },
        ...{ calls: count, errors: 0, upstream_calls: 0, bytes_out: 0 },
      },
    ]);
  }
  const thisHour = () => clock.now() - (clock.now() % HOUR_MS);

  test("is told of when its hour is five times its usual one, as all replicas counted it", async () => {
    for (let hour = 1; hour <= 168; hour += 1) await used(300, thisHour() - hour * HOUR_MS);
    calls(150);
    await used(1_499, thisHour());
    expect(await look()).toEqual([]);
    await used(1, thisHour());
    expect(await look()).toMatchObject([
      {
        ...{ kind: "usage_spike", about: "ten_a" },
        facts: { tenant_id: "ten_a", calls: 1_500, usual_calls: 300 },
      },
    ]);
  });

  test("of less than a thousand calls is no spike, however quiet the tenant was", async () => {
    calls(150);
    await used(999, thisHour());
    expect(await look()).toEqual([]);
  });
});

describe("a token that cannot be renewed", () => {
  const whose = { connector: "harbour", connection_id: "con_1", tenant_id: "ten_a" };

  test("is told of after three attempts", async () => {
    const token = tally.watchToken(whose);
    for (let n = 0; n < 2; n += 1) token.failed("upstream_unavailable");
    expect(await look()).toEqual([]);
    token.failed("upstream_unavailable");
    expect(await look()).toMatchObject([
      {
        ...{ kind: "token_renewal", about: "ten_a con_1" },
        facts: { ...whose, failures: 3, code: "upstream_unavailable" },
      },
    ]);
    token.held(clock.now() + HOUR_MS);
    expect(await look()).toEqual([]);
  });

  test("is told of at once when its credential was refused", async () => {
    tally.watchToken(whose).failed("unauthenticated");
    expect(await look()).toMatchObject([{ kind: "token_renewal", facts: { failures: 1 } }]);
  });
});

test("audit events that were lost are told of, those of each time once", async () => {
  expect(await look()).toEqual([]);
  lost = 7;
  expect(await look()).toMatchObject([
    { kind: "audit_loss", about: "p1", isLocal: true, facts: { events: 7 } },
  ]);
  expect(await look()).toEqual([]);
});

test("a budget that is spent is told of once for its month", () => {
  const crossing = { tenant_id: "ten_a", month: "2026-03", cost: 8, budget: 10 };
  for (const percent of [80, 100] as const) watch.crossed({ ...crossing, percent });
  expect(raised.map(({ about, mustBeOnce }) => [about, mustBeOnce])).toEqual([
    ["ten_a 2026-03 80", true],
    ["ten_a 2026-03 100", true],
  ]);
});
