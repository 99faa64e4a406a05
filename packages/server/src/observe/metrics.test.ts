import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import { createTally, type Tally } from "@fairlead/core/observe/tally";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import { createManualClock, type ManualClock } from "@fairlead/testkit/clock";
import { createBreakableShared } from "@fairlead/testkit/shared";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Leaving } from "../egress/egress.ts";
import { createMetrics, type MetricSources, type Metrics } from "./metrics.ts";

const CALL: AuditEvent = {
  at: 0,
  request_id: "ab12",
  trace_id: "cd34",
  surface: "http",
  tenant_id: "ten_local",
  principal_id: "prn_local",
  action: "tool",
  name: "cloudways_ping",
  connector: "cloudways",
  connection_id: "con_1",
  effect: "read",
  outcome: "ok",
  duration_ms: 30,
};

const OUTSIDE: Leaving = { method: "GET", url: new URL("https://api.invalid/x"), call: undefined };
const FOR_CALL: Leaving = {
  ...OUTSIDE,
  call: {
    ...{ request_id: "ab12", trace_id: "cd34", connector: "cloudways" },
    ...{ upstreamCalls: 1, span_id: undefined, effectLeft: false },
  },
};

const QUEUE = { backlog: async () => ({ waiting: 2, oldestMs: 1_500 }) };

let clock: ManualClock;
let store: Store;
let shared: ReturnType<typeof createBreakableShared>;
let tally: Tally;
let metrics: Metrics;

function create(changes: Partial<MetricSources> = {}): Metrics {
  return createMetrics({
    callsUnderWay: () => 7,
    tally,
    connections: () => ({ open: 3, free: 1, running: 2, queued: 0 }),
    state: {
      ...{ store, shared, clock, queue: QUEUE, changes: { ageMs: 250 } },
      audit: { backlog: { waiting: 4, lost: 2 } },
    },
    ...changes,
  });
}

async function lines(of = metrics): Promise<string[]> {
  return (await of.render()).text.split("\n");
}

beforeEach(async () => {
  clock = createManualClock();
  store = await createSqliteStore(":memory:", { clock });
  shared = createBreakableShared(createMemoryShared(clock));
  tally = createTally();
  metrics = create();
});

afterEach(() => store.close());

describe("calls", () => {
  test("are counted by what they were and how they ended", async () => {
    for (const outcome of ["ok", "ok", "timeout"] as const) metrics.observe({ ...CALL, outcome });
    const labels = (outcome: string) =>
      `fairlead_calls_total{connector="cloudways",name="cloudways_ping",action="tool",outcome="${outcome}",surface="http"}`;
    expect(await lines()).toEqual(
      expect.arrayContaining([`${labels("ok")} 2`, `${labels("timeout")} 1`]),
    );
  });

  test("have their durations sorted into buckets", async () => {
    metrics.observe(CALL);
    const bucket = (le: string) =>
      `fairlead_call_duration_seconds_bucket{le="${le}",connector="cloudways",name="cloudways_ping",action="tool"}`;
    expect(await lines()).toEqual(
      expect.arrayContaining([`${bucket("0.025")} 0`, `${bucket("0.05")} 1`]),
    );
  });

  test("add up what they asked of upstreams and sent out", async () => {
    metrics.observe({ ...CALL, upstream_calls: 2, bytes_out: 1_000 });
    metrics.observe({ ...CALL, upstream_calls: 1, bytes_out: 500 });
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'fairlead_upstream_calls_total{connector="cloudways"} 3',
        'fairlead_bytes_out_total{connector="cloudways"} 1500',
      ]),
    );
  });

  test("name nobody: neither tenants nor callers nor ids become labels", async () => {
    metrics.observe(CALL);
    const watch = tally.watchToken({
      ...{ connector: "cloudways", connection_id: "con_1", tenant_id: "ten_local" },
    });
    watch.held(clock.now() + 1);
    metrics.leaving(FOR_CALL).answered(200);
    const text = (await lines()).join("\n");
    expect(text).not.toMatch(/ten_local|prn_local|con_1|ab12|cd34|api\.invalid/);
  });
});

test("shows what is under way, and the process", async () => {
  const shown = await lines();
  expect(shown).toContain("fairlead_calls_under_way 7");
  for (const name of [
    "process_resident_memory_bytes",
    "nodejs_heap_size_used_bytes",
    "process_cpu_seconds_total",
    "nodejs_eventloop_lag_p99_seconds",
    "nodejs_active_resources_total",
    "process_open_fds",
  ]) {
    expect(shown.some((line) => line.startsWith(`${name} `))).toBe(true);
  }
});

describe("requests to the outside", () => {
  test("are counted by the connector they were for and how they ended", async () => {
    metrics.leaving(FOR_CALL).answered(204);
    metrics.leaving(FOR_CALL).answered(503);
    metrics.leaving(OUTSIDE).failed(new DOMException("too late", "TimeoutError"));
    const labels = (connector: string, outcome: string) =>
      `fairlead_outside_requests_total{connector="${connector}",outcome="${outcome}"} 1`;
    expect(await lines()).toEqual(
      expect.arrayContaining([
        labels("cloudways", "2xx"),
        labels("cloudways", "5xx"),
        labels("none", "timeout"),
      ]),
    );
  });

  test("show how many connections they have", async () => {
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'fairlead_outside_connections{state="open"} 3',
        'fairlead_outside_connections{state="queued"} 0',
      ]),
    );
  });
});

test("tells allowances by tier, and how many were decided without the other replicas", async () => {
  const take = { admitted: true, remaining: 1, retryAfterMs: 0, resetMs: 1, degraded: false };
  tally.took("gold", take);
  tally.took("gold", { ...take, degraded: true });
  tally.took("gold", { ...take, admitted: false, degraded: true });
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'fairlead_limit_takes_total{tier="gold",outcome="admitted"} 2',
      'fairlead_limit_takes_total{tier="gold",outcome="refused"} 1',
      'fairlead_limit_degraded_total{tier="gold"} 2',
    ]),
  );
});

test("tells how lookups in caches ended, and does not count twice when asked twice", async () => {
  tally.caches.answers.hits = 5;
  tally.caches.clients.misses = 2;
  await lines();
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'fairlead_cache_lookups_total{cache="answers",outcome="hits"} 5',
      'fairlead_cache_lookups_total{cache="clients",outcome="misses"} 2',
    ]),
  );
});

describe("tokens of upstreams", () => {
  const own = { connector: "cloudways", tenant_id: "ten_a" };

  test("show the first to end, how many are in which state, and how renewals went", async () => {
    const [soon, late, bad] = ["con_1", "con_2", "con_3"].map((connection_id) =>
      tally.watchToken({ ...own, connection_id }),
    );
    soon?.obtained();
    soon?.held(clock.now() + 60_000);
    late?.held(clock.now() + 90_000);
    for (let n = 0; n < 2; n += 1) bad?.failed("upstream_unavailable");
    const endsAt = (clock.now() + 60_000) / 1000;
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'fairlead_token_renewals_total{connector="cloudways",outcome="ok"} 1',
        'fairlead_token_renewals_total{connector="cloudways",outcome="upstream_unavailable"} 2',
        'fairlead_tokens{connector="cloudways",state="valid"} 2',
        'fairlead_tokens{connector="cloudways",state="failing"} 1',
        `fairlead_token_expiry_timestamp_seconds{connector="cloudways"} ${endsAt}`,
        'fairlead_token_failures{connector="cloudways"} 2',
      ]),
    );
  });

  test("are gone once their connection is closed", async () => {
    const watch = tally.watchToken({ ...own, connection_id: "con_1" });
    watch.held(clock.now() + 60_000);
    watch.closed();
    const text = (await lines()).join("\n");
    expect(text).not.toMatch(/^fairlead_token(s|_expiry_timestamp_seconds)\{/m);
  });

  test("are told by connection where the operator wants that", async () => {
    tally.watchToken({ ...own, connection_id: "con_1" }).held(clock.now() + 60_000);
    const shown = await lines(create({ perConnection: true }));
    const endsAt = (clock.now() + 60_000) / 1000;
    expect(shown).toContain(
      `fairlead_token_expiry_timestamp_seconds{connector="cloudways",connection="con_1"} ${endsAt}`,
    );
  });
});

describe("the state", () => {
  test("shows whether it answers, how late it is, and what waits", async () => {
    expect(await lines()).toEqual(
      expect.arrayContaining([
        "fairlead_store_up 1",
        "fairlead_shared_up 1",
        "fairlead_shared_listening 1",
        "fairlead_change_feed_age_seconds 0.25",
        "fairlead_queue_waiting 2",
        "fairlead_queue_oldest_seconds 1.5",
        "fairlead_audit_waiting 4",
        "fairlead_audit_lost_total 2",
      ]),
    );
  });

  test("is down when it says nothing or fails, and the other figures come all the same", async () => {
    shared.isAway = true;
    const mute: MetricSources["state"]["store"] = {
      check: () => new Promise(() => {}),
      bytes: () => Promise.reject(new Error("away")),
    };
    const state = { store: mute, shared, clock, changes: { ageMs: 0 }, queue: QUEUE };
    const broken = create({ state: { ...state, audit: { backlog: { waiting: 0, lost: 0 } } } });
    const rendering = lines(broken);
    await Promise.resolve();
    clock.advance(2_000);
    expect(await rendering).toEqual(
      expect.arrayContaining([
        "fairlead_store_up 0",
        "fairlead_shared_up 0",
        "fairlead_calls_under_way 7",
      ]),
    );
  });

  test("tells its size, and asks for it once a minute at most", async () => {
    let asked = 0;
    const counting = {
      check: () => store.check(),
      bytes: () => {
        asked += 1;
        return store.bytes();
      },
    };
    const state = { store: counting, shared, clock, changes: { ageMs: 0 }, queue: QUEUE };
    const own = create({ state: { ...state, audit: { backlog: { waiting: 0, lost: 0 } } } });
    const bytes = await store.bytes();
    expect(bytes).toBeGreaterThan(10_000);
    expect(await lines(own)).toContain(`fairlead_store_bytes ${bytes}`);
    expect(await lines(own)).toContain(`fairlead_store_bytes ${bytes}`);
    expect(asked).toBe(1);
    clock.advance(60_000);
    await lines(own);
    expect(asked).toBe(2);
  });

  test("tells of its connections to PostgreSQL, and of budgets, where there are any", async () => {
    const state = { store, shared, clock, changes: { ageMs: 0 }, queue: QUEUE };
    const own = create({
      state: {
        ...{ ...state, audit: { backlog: { waiting: 0, lost: 0 } } },
        pool: () => ({ busy: 2, idle: 1, waiting: 9 }),
        budgets: async () => ({ at: 0, tenants: { "80": 3, "100": 1 } }),
      },
    });
    expect(await lines(own)).toEqual(
      expect.arrayContaining([
        'fairlead_database_connections{state="busy"} 2',
        'fairlead_database_connections{state="waiting"} 9',
        'fairlead_tenants_over_budget{percent="80"} 3',
        'fairlead_tenants_over_budget{percent="100"} 1',
      ]),
    );
  });
});
