import { setTimeout as sleep } from "node:timers/promises";
import { type RunningServer, type Subject, startLoad, startServer } from "../subject.ts";
import type { Finding, Soak, SoakContext } from "./soak.ts";

const callsPerBatch = 2_000;
const leastBatches = 5;
const mostBatches = 20_000;
const connections = 20;
const heapGrowthMib = 3;
const settleAttempts = 50;
const settleEveryMs = 200;

/** 10,000 calls, on new connections and in new sessions every 2,000. */
export const calls: Soak = {
  about: "10,000 calls; then sockets, timers and memory are what they were before",
  async run(context) {
    const findings: Finding[] = [];
    for (const subject of context.subjects) findings.push(...(await soakOne(subject, context)));
    return findings;
  },
};

async function soakOne(subject: Subject, { seconds, say }: SoakContext): Promise<Finding[]> {
  await using server = await startServer(subject, { nodeArgs: ["--expose-gc"] });
  // The first batches compile code and fill caches; what they leave behind is the baseline.
  await runBatch(subject, server);
  await runBatch(subject, server);
  const before = await settle(server);
  say(`${subject.label}: ${toMib(before.heapBytes)} MiB of heap before`);

  const endsAt = performance.now() + seconds * 1000;
  let batches = 0;
  while (batches < leastBatches || (performance.now() < endsAt && batches < mostBatches)) {
    await runBatch(subject, server);
    batches += 1;
  }
  const after = await settle(server, before.resources);
  say(`${subject.label}: ${toMib(after.heapBytes)} MiB after ${batches * callsPerBatch} calls`);

  const grownMib = (after.heapBytes - before.heapBytes) / 2 ** 20;
  return [
    {
      what: `${subject.label}: sockets, timers and other resources`,
      found: `${before.resources || "none"} before, ${after.resources || "none"} after`,
      ok: after.resources === before.resources,
    },
    {
      what: `${subject.label}: heap grew by at most ${heapGrowthMib} MiB`,
      found: `${grownMib.toFixed(2)} MiB, resident ${toMib(after.rssBytes - before.rssBytes)} MiB`,
      ok: grownMib <= heapGrowthMib,
    },
  ];
}

async function runBatch(subject: Subject, server: RunningServer): Promise<void> {
  await using load = await startLoad(subject, server, connections);
  await load.run({ durationMs: 0, minRequests: callsPerBatch, maxRequests: callsPerBatch });
}

/** Waits until the resources are the expected ones, or else no longer change; asking collects garbage. */
async function settle(server: RunningServer, expected?: string) {
  let last = await snapshot(server);
  for (let attempt = 0; attempt < settleAttempts; attempt += 1) {
    await sleep(settleEveryMs);
    const now = await snapshot(server);
    const isSettled =
      expected === undefined ? now.resources === last.resources : now.resources === expected;
    last = now;
    if (isSettled && attempt > 1) break;
  }
  return last;
}

async function snapshot(server: RunningServer) {
  const { resources, ...usage } = await server.usage();
  const counts = new Map<string, number>();
  for (const name of resources) counts.set(name, (counts.get(name) ?? 0) + 1);
  const named = [...counts].map(([name, count]) => `${name} ${count}`).sort();
  return { ...usage, resources: named.join(", ") };
}

function toMib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
