import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { RunSpec } from "./load.ts";

export const scenarioNames = [
  "throughput",
  "trust",
  "tools",
  "stdio",
  "memory",
  "vault",
  "policy",
  "keys",
  "writes",
] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** How much is measured, and for how long. */
export interface Plan {
  /** Fresh processes per measurement. */
  readonly rounds: number;
  readonly connections: readonly number[];
  readonly warm: RunSpec;
  readonly measure: RunSpec;
  readonly idleMs: number;
  readonly toolCounts: readonly number[];
  readonly listTimes: number;
  /** API keys in the records. */
  readonly keyCounts: readonly number[];
  readonly stdioRuns: number;
  readonly settleMs: number;
  /** Whether the sessionful baseline is measured with JSON answers as well. */
  readonly jsonBaseline: boolean;
}

export interface Options {
  readonly plan: Plan;
  readonly quick: boolean;
  /** Whether a goal that was missed fails the run. */
  readonly check: boolean;
  readonly scenarios: readonly ScenarioName[];
  readonly jsonFile: string | undefined;
  /** A built server to run instead of servers/fairlead.ts. */
  readonly fairlead: string | undefined;
  /** The packed program whose cold start is measured. */
  readonly packed: string;
}

const mostRequests = 10_000_000;

const full: Plan = {
  rounds: 3,
  connections: [1, 10, 50, 200],
  // The SDK's 2026-07-28 handler goes on getting faster for 4 to 5 s: 2,600, 3,500, then 5,400 calls/s.
  warm: { durationMs: 6_000, minRequests: 20_000, maxRequests: mostRequests },
  measure: { durationMs: 3_000, minRequests: 200, maxRequests: mostRequests },
  idleMs: 3_000,
  toolCounts: [10, 100, 1_000],
  listTimes: 60,
  keyCounts: [2_000, 100_000],
  stdioRuns: 11,
  settleMs: 2_000,
  jsonBaseline: true,
};

/**
 * For CI, in about 20 seconds: shows that everything works. Its ratios flatter us, since the baseline is
 * still being compiled when it is measured.
 */
const quick: Plan = {
  rounds: 1,
  connections: [50],
  warm: { durationMs: 400, minRequests: 50, maxRequests: mostRequests },
  measure: { durationMs: 400, minRequests: 50, maxRequests: mostRequests },
  idleMs: 100,
  toolCounts: [10, 1_000],
  listTimes: 8,
  keyCounts: [2_000, 4_000],
  stdioRuns: 3,
  settleMs: 200,
  jsonBaseline: false,
};

export function parseOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [...scenarioNames] },
      json: { type: "string" },
      fairlead: { type: "string" },
      packed: { type: "string" },
      connections: { type: "string", multiple: true },
      rounds: { type: "string" },
      check: { type: "boolean", default: false },
    },
  });
  const unknown = values.only.find((name) => !scenarioNames.some((known) => known === name));
  if (unknown) throw new Error(`--only takes ${scenarioNames.join(", ")}; not ${unknown}`);
  const plan = values.quick ? quick : full;
  return {
    plan: {
      ...plan,
      ...(values.connections ? { connections: values.connections.map(Number) } : {}),
      ...(values.rounds ? { rounds: Number(values.rounds) } : {}),
    },
    quick: values.quick,
    check: values.check,
    scenarios: scenarioNames.filter((name) => values.only.includes(name)),
    jsonFile: values.json && resolve(values.json),
    fairlead: values.fairlead && resolve(values.fairlead),
    packed: resolve(values.packed ?? `${import.meta.dirname}/../packages/server/dist/main.js`),
  };
}
