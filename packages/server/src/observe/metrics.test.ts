import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import { expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";

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

async function linesAfter(events: readonly AuditEvent[], underWay = 0): Promise<string[]> {
  const metrics = createMetrics(() => underWay);
  for (const event of events) metrics.observe(event);
  return (await metrics.render()).text.split("\n");
}

test("counts actions by what they were and how they ended", async () => {
  const lines = await linesAfter([CALL, CALL, { ...CALL, outcome: "timeout" }]);
  const labels = (outcome: string) =>
    `fairlead_calls_total{connector="cloudways",name="cloudways_ping",action="tool",outcome="${outcome}",surface="http"}`;
  expect(lines).toContain(`${labels("ok")} 2`);
  expect(lines).toContain(`${labels("timeout")} 1`);
});

test("sorts durations into buckets", async () => {
  const lines = await linesAfter([CALL]);
  const bucket = (le: string) =>
    `fairlead_call_duration_seconds_bucket{le="${le}",connector="cloudways",name="cloudways_ping",action="tool"}`;
  expect(lines).toContain(`${bucket("0.025")} 0`);
  expect(lines).toContain(`${bucket("0.05")} 1`);
});

test("shows what is under way, and the process", async () => {
  const lines = await linesAfter([], 7);
  expect(lines).toContain("fairlead_calls_under_way 7");
  expect(lines.some((line) => line.startsWith("process_resident_memory_bytes "))).toBe(true);
});

test("names nobody: neither tenants nor callers nor ids become labels", async () => {
  const text = (await linesAfter([CALL])).join("\n");
  expect(text).not.toMatch(/ten_local|prn_local|con_1|ab12|cd34/);
});
