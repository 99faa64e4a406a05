import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import { createTally } from "@fairlead/core/observe/tally";
import { createMemoryQueue } from "@fairlead/core/storage/memory-queue";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import { createManualClock } from "@fairlead/testkit/clock";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createMetrics } from "./metrics.ts";

const DEPLOY = fileURLToPath(new URL("../../../../deploy/", import.meta.url));
const RULES = `${DEPLOY}prometheus/alerts.yml`;
const DASHBOARD = `${DEPLOY}grafana/fairlead-dashboard.json`;
const NAME = /\b(?:fairlead|nodejs|process)_[a-z0-9_]+/g;

const dashboard = z.object({
  uid: z.string(),
  title: z.string(),
  schemaVersion: z.number(),
  templating: z.object({ list: z.array(z.object({ name: z.string() })) }),
  panels: z.array(
    z.object({
      id: z.number(),
      type: z.enum(["row", "stat", "timeseries"]),
      title: z.string().min(1),
      gridPos: z.object({ h: z.number(), w: z.number(), x: z.number(), y: z.number() }),
      targets: z.array(z.object({ refId: z.string(), expr: z.string().min(1) })).optional(),
    }),
  ),
});

/** Everything that can be exported, with something in each of it. */
async function exported(): Promise<string> {
  const clock = createManualClock();
  const store = await createSqliteStore(":memory:", { clock });
  const tally = createTally();
  tally.took("key", { admitted: true, remaining: 1, retryAfterMs: 0, resetMs: 0, degraded: true });
  const token = tally.watchToken({
    connector: "harbour",
    connection_id: "con_1",
    tenant_id: "ten_a",
  });
  token.obtained();
  token.held(clock.now() + 1_000);
  const metrics = createMetrics({
    ...{ callsUnderWay: () => 1, tally },
    connections: () => ({ open: 1, free: 1, running: 0, queued: 0 }),
    alerts: () => new Map([["error_rate", { raised: 1, delivered: 1, failed: 0, dropped: 0 }]]),
    state: {
      ...{
        store,
        shared: createMemoryShared(clock),
        clock,
        changes: { ageMs: 0 },
        queue: createMemoryQueue(clock),
      },
      audit: { backlog: { waiting: 0, lost: 0 } },
      pool: () => ({ busy: 0, idle: 1, waiting: 0 }),
      budgets: async () => ({ at: 0, tenants: { "80": 1, "100": 0 } }),
    },
  });
  const event: AuditEvent = {
    ...{ at: 0, duration_ms: 1, request_id: "r", trace_id: "t", surface: "http" },
    ...{ tenant_id: "ten_a", principal_id: "prn_a", action: "tool", name: "harbour_get_tide" },
    ...{ connector: "harbour", connection_id: "con_1", effect: "read", outcome: "ok" },
  };
  metrics.observe({ ...event, upstream_calls: 1, bytes_out: 1 });
  metrics
    .leaving({ method: "GET", url: new URL("https://a.invalid"), call: undefined })
    .answered(200);
  const { text } = await metrics.render();
  await store.close();
  return text;
}

const metrics = await exported();
const samples = new Set([...metrics.matchAll(/^([a-z_0-9]+)(?:\{| )/gm)].map(([, name]) => name));

const panels = dashboard.parse(JSON.parse(readFileSync(DASHBOARD, "utf8"))).panels;
const expressions = {
  "the alert rules": [
    ...readFileSync(RULES, "utf8").matchAll(/expr: (?:>-\n)?([\s\S]*?)\n\s+(?:for|labels):/g),
  ].map(([, expression = ""]) => expression),
  "the dashboard": panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
};

test.each(Object.entries(expressions))(
  "%s ask for nothing that is not exported",
  (_what, asked) => {
    const names = new Set(asked.flatMap((expression) => expression.match(NAME) ?? []));
    expect(names.size).toBeGreaterThan(8);
    expect([...names].filter((name) => !samples.has(name))).toEqual([]);
  },
);

test("each metric of Fairlead's own is shown or watched somewhere", () => {
  const asked = Object.values(expressions).flat().join("\n");
  const unseen = [...samples].filter(
    (name) => name?.startsWith("fairlead_") && !/_(sum|count)$/.test(name) && !asked.includes(name),
  );
  // It labels the others: the dashboard takes its list of replicas from it.
  expect(unseen).toEqual(["fairlead_info"]);
});

test("labels that are asked for are labels that are exported", () => {
  for (const expression of Object.values(expressions).flat()) {
    for (const [, name = "", matchers = ""] of expression.matchAll(
      /(fairlead_[a-z_]+)\{([^}]*)\}/g,
    )) {
      const line = metrics
        .split("\n")
        .find((each) => each.startsWith(`${name}{`) || each.startsWith(`${name} `));
      for (const [, label = ""] of matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)) {
        // Prometheus itself adds these two.
        if (label !== "instance" && label !== "job") expect(line).toContain(`${label}="`);
      }
    }
  }
});

test("panels of the dashboard lie beside each other, and each has a number of its own", () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const taken = new Set<string>();
  for (const { gridPos, title } of panels) {
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect(taken.has(`${x} ${y}`), title).toBe(false);
        taken.add(`${x} ${y}`);
      }
    }
  }
});

const promtool = spawnSync("promtool", ["--version"]).error === undefined;
const reason = promtool ? "" : " (promtool is not on this machine)";

describe.skipIf(!promtool)(`promtool${reason}`, () => {
  const run = (...words: string[]) =>
    execFileSync("promtool", words, {
      cwd: `${DEPLOY}prometheus`,
      encoding: "utf8",
      stdio: "pipe",
    });

  test("takes the rules", () => {
    expect(run("check", "rules", "alerts.yml")).toMatch(/SUCCESS: \d+ rules found/);
  });

  test("finds that they fire when they should, and not before", () => {
    expect(run("test", "rules", "alerts.test.yml")).toContain("SUCCESS");
  });

  test("takes what /metrics says", () => {
    const check = spawnSync("promtool", ["check", "metrics"], { input: metrics, encoding: "utf8" });
    // Its advice on names of the process's own metrics is not ours to take.
    const own = check.stdout.split("\n").concat(check.stderr.split("\n"));
    expect(own.filter((line) => line.includes("fairlead_") || /error|parse/i.test(line))).toEqual(
      [],
    );
  });
});
