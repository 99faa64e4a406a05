/** `npm run bench`: load, catalogue cost, cold start and memory, ours beside the official SDK. */
import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { type Goal, judge } from "./goals.ts";
import { createJournal, type Journal } from "./journal.ts";
import { type Options, parseOptions } from "./options.ts";
import { isPinned } from "./process.ts";
import { type Results, table, toReport } from "./report.ts";
import { measureKeys } from "./scenarios/keys.ts";
import { measureMemory } from "./scenarios/memory.ts";
import { measurePolicy } from "./scenarios/policy.ts";
import { measureStdio } from "./scenarios/stdio.ts";
import { measureThroughput, measureTrust } from "./scenarios/throughput.ts";
import { measureTools } from "./scenarios/tools.ts";
import { measureVault } from "./scenarios/vault.ts";
import { measureWrites } from "./scenarios/writes.ts";
import { useFairlead } from "./subject.ts";

async function measure({ plan, scenarios, packed }: Options, journal: Journal): Promise<Results> {
  const wants = (name: (typeof scenarios)[number]) => scenarios.includes(name);
  return {
    ...(wants("throughput") ? { throughput: await measureThroughput(plan, journal) } : {}),
    ...(wants("trust") ? { trust: await measureTrust(plan, journal) } : {}),
    ...(wants("tools") ? { tools: await measureTools(plan, journal) } : {}),
    ...(wants("stdio") ? { stdio: await measureStdio(plan, packed, journal) } : {}),
    ...(wants("memory") ? { memory: await measureMemory(plan, journal) } : {}),
    ...(wants("vault") ? { vault: await measureVault(plan, journal) } : {}),
    ...(wants("keys") ? { keys: await measureKeys(plan, journal) } : {}),
    ...(wants("writes") ? { writes: await measureWrites(plan, journal) } : {}),
    ...(wants("policy") ? { policy: await measurePolicy(plan, journal) } : {}),
  };
}

function goalsTable(goals: readonly Goal[], { quick }: Options): string {
  const verdict = (met: boolean | undefined) =>
    met === undefined ? "not measured" : met ? "met" : "MISSED";
  return table(
    quick ? "Goals (quick run: its ratios flatter us, run without --quick to judge)" : "Goals",
    ["goal", "measured: median (min–max)", "verdict"],
    goals.map(({ goal, measured, met }) => [goal, measured, verdict(met)]),
  );
}

const options = parseOptions(process.argv.slice(2));
if (options.fairlead) useFairlead(options.fairlead);

const machine = {
  startedAt: new Date().toISOString(),
  node: process.version,
  cpu: `${cpus().length} x ${cpus()[0]?.model}`,
  loadAverage: loadavg(),
  pinned: isPinned,
};
console.log(
  `Node ${machine.node}, ${machine.cpu}, load average ${machine.loadAverage[0]?.toFixed(2)}, ` +
    `${isPinned ? "server on core 0, generator on core 1, PostgreSQL and Redis on either" : "not pinned: expect noise"}` +
    `${options.quick ? ", quick: the baseline is not warm yet, so no conclusions" : ""}`,
);

const journal = createJournal();
const results = await measure(options, journal);
const goals = judge(results);
console.log(`${toReport(results)}\n${goalsTable(goals, options)}`);
for (const [label, reason] of journal.notMeasured) console.log(`\n${label}: ${reason}`);

if (options.jsonFile) {
  const record = {
    machine,
    plan: options.plan,
    results,
    goals,
    notMeasured: [...journal.notMeasured],
  };
  await writeFile(options.jsonFile, `${JSON.stringify(record, null, 2)}\n`);
}

const missed = goals.filter(({ met }) => met === false);
if (options.check && missed.length > 0) {
  console.error(`\n${missed.length} goals were missed.`);
  process.exitCode = 1;
}
