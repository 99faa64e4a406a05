import { pairs, type Results } from "./report.ts";
import { keysLabels } from "./scenarios/keys.ts";
import { policyLabels } from "./scenarios/policy.ts";
import { stdioLabels } from "./scenarios/stdio.ts";
import type { LoadSample } from "./scenarios/throughput.ts";
import { vaultLabels } from "./scenarios/vault.ts";
import { writesLabels } from "./scenarios/writes.ts";
import { ratiosOf, type Spread, spreadOf } from "./spread.ts";
import { subjects } from "./subject.ts";

/** One promise about speed or size; `met` is undefined when this run did not measure it. */
export interface Goal {
  readonly goal: string;
  readonly measured: string;
  readonly met: boolean | undefined;
}

const goalConnections = 50;
const [modernPair, sessionPair, , embeddedPair, servicesPair, ruledPair] = pairs;

/** Holds what was measured against what is promised. Timing is no test: nothing fails here. */
export function judge(results: Results): Goal[] {
  const modern = (of: keyof LoadSample) => loadRatio(results, modernPair, of);
  const session = loadRatio(results, sessionPair, "requestsPerSecond");
  const trust = (pair: (typeof pairs)[number]) =>
    loadRatio({ ...(results.trust && { throughput: results.trust }) }, pair, "requestsPerSecond");
  const list = fairleadTools(results, 1_000).map(({ p50Us }) => p50Us / 1000);
  const ours = results.memory?.filter(({ subject }) => isFairlead(subject)) ?? [];
  const idle = ours.flatMap(({ samples }) => samples.map((sample) => sample.idle));
  const load = ours.flatMap(({ samples }) => samples.map((sample) => sample.load));
  const rate = modern("requestsPerSecond");
  const vault = (what: string) =>
    spreadOf(results.vault?.find((row) => row.what === what)?.perSecond ?? []);
  const writes = (what: string) => results.writes?.find((row) => row.what === what);
  const policy = (what: string) =>
    spreadOf(results.policy?.find((row) => row.what === what)?.us ?? []);
  const at = `at ${goalConnections} connections`;

  return [
    goal(`2026-07-28 req/s ${at}: median >= 5x the SDK's`, rate, "x", ({ median }) => median >= 5),
    goal(`2026-07-28 req/s ${at}: no process under 3.5x`, rate, "x", ({ min }) => min >= 3.5),
    goal(
      `2026-07-28 CPU per request ${at}: <= 1/5 of the SDK's`,
      modern("cpuUsPerRequest"),
      "x",
      medianAtMost(0.2),
    ),
    goal(`2026-07-28 p99 ${at}: <= 1/8 of the SDK's`, modern("p99Us"), "x", medianAtMost(0.125)),
    goal(
      `2025-11-25 req/s ${at}: >= 3x the SDK's sessionful server`,
      session,
      "x",
      ({ median }) => median >= 3,
    ),
    goal(`trusted, embedded, req/s ${at}: >= 4x the SDK's`, trust(embeddedPair), "x", atLeast(4)),
    goal(
      `trusted, PostgreSQL and Redis, req/s ${at}: >= 2.5x`,
      trust(servicesPair),
      "x",
      atLeast(2.5),
    ),
    goal(
      `trusted, a rule on an argument, req/s ${at}: >= 1.2x`,
      trust(ruledPair),
      "x",
      atLeast(1.2),
    ),
    goal(
      "calls/s with 1,000 tools: >= 0.95 of those with 10",
      sizeRatio(results),
      "x",
      ({ median }) => median >= 0.95,
    ),
    goal("tools/list p50 with 1,000 tools: <= 10 ms", spreadOf(list), " ms", medianAtMost(10)),
    goal("resident memory idle: <= 110 MiB", spreadOf(idle), " MiB", ({ max }) => max <= 110),
    goal(
      `a write adds at most 0.6 ms, p50 (${writesLabels.normal})`,
      spreadOf(writes(writesLabels.normal)?.addedMs ?? []),
      " ms",
      medianAtMost(0.6),
    ),
    goal(
      `writes of 64 callers: >= 2,000/s (${writesLabels.full})`,
      spreadOf(writes(writesLabels.full)?.perSecond ?? []),
      "/s",
      atLeast(2_000),
    ),
    goal("vault seals of 1 KB: >= 50,000/s", vault(vaultLabels.seal), "/s", atLeast(50_000)),
    goal("vault opens of 1 KB: >= 50,000/s", vault(vaultLabels.open), "/s", atLeast(50_000)),
    goal(
      "a rule on an argument: < 100 us",
      policy(policyLabels.argument),
      " us",
      medianAtMost(100),
    ),
    ...Object.values(keysLabels).map((what) =>
      goal(
        `first use of a key, ${what}: 100,000 keys <= 2x of 2,000`,
        keyRatio(results, what),
        "x",
        medianAtMost(2),
      ),
    ),
    goal(
      "heap after 100,000 keys were shown: <= 64 MiB more",
      spreadOf(results.keys?.flatMap(({ heapMiB }) => heapMiB) ?? []),
      " MiB",
      ({ max }) => max <= 64,
    ),
    goal(`resident memory ${at}: <= 150 MiB`, spreadOf(load), " MiB", ({ max }) => max <= 150),
    goal(
      "stdio cold start, packed: <= 0.85 of the SDK's",
      coldStartRatio(results),
      "x",
      medianAtMost(0.85),
    ),
  ];
}

function goal(
  text: string,
  spread: Spread | undefined,
  unit: string,
  isMet: (spread: Spread) => boolean,
): Goal {
  if (!spread) return { goal: text, measured: "not measured", met: undefined };
  const [min, median, max] = [spread.min, spread.median, spread.max].map((value) =>
    value.toFixed(value < 1 ? 3 : 2),
  );
  return { goal: text, measured: `${median}${unit} (${min}–${max})`, met: isMet(spread) };
}

function medianAtMost(most: number): (spread: Spread) => boolean {
  return ({ median }) => median <= most;
}

function atLeast(least: number): (spread: Spread) => boolean {
  return ({ median }) => median >= least;
}

function loadRatio({ throughput }: Results, pair: (typeof pairs)[number], of: keyof LoadSample) {
  const values = (label: string) =>
    throughput
      ?.find(({ subject, connections }) => subject === label && connections === goalConnections)
      ?.samples.map((sample) => sample[of]) ?? [];
  return spreadOf(ratiosOf(values(pair.ours), values(pair.baseline)));
}

/** Of the medians: single lookups vary more than records do. */
function keyRatio({ keys = [] }: Results, what: string): Spread | undefined {
  const own = keys.filter((row) => row.what === what).map(({ coldUs }) => spreadOf(coldUs)?.median);
  const [few, many] = [own[0], own.at(-1)];
  return few === undefined || many === undefined || own.length < 2
    ? undefined
    : spreadOf([many / few]);
}

function fairleadTools({ tools }: Results, count: number) {
  const row = tools?.rows.find(
    ({ subject, registered }) => subject === subjects.modern.label && registered === count,
  );
  return row?.samples ?? [];
}

function sizeRatio(results: Results): Spread | undefined {
  const rates = (count: number) =>
    fairleadTools(results, count).map((sample) => sample.callsPerSecond);
  return spreadOf(ratiosOf(rates(1_000), rates(10)));
}

function coldStartRatio({ stdio }: Results): Spread | undefined {
  const runs = (label: string) => stdio?.find(({ subject }) => subject === label)?.samples ?? [];
  return spreadOf(ratiosOf(runs(stdioLabels.fairlead), runs(stdioLabels.sdk)));
}

function isFairlead(label: string): boolean {
  return label === subjects.modern.label || label === subjects.session.label;
}
