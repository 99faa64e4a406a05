import { setTimeout as sleep } from "node:timers/promises";
import type { Journal } from "../journal.ts";
import type { Plan } from "../options.ts";
import { type Subject, startLoad, startServer, subjects, whenAvailable } from "../subject.ts";

/** What one fresh server process did under one load. */
export interface LoadSample {
  readonly requestsPerSecond: number;
  readonly cpuUsPerRequest: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Median of the first 200 calls after the server had nothing to do. */
  readonly afterIdleP50Us: number;
  readonly generatorBusy: number;
}

export interface LoadRow {
  readonly subject: string;
  readonly connections: number;
  readonly samples: readonly LoadSample[];
}

const afterIdle = { durationMs: 0, minRequests: 200, maxRequests: 200 };

/** What a call costs with everything that makes it trustworthy, beside the SDK's server that has none of it. */
export async function measureTrust(plan: Plan, journal: Journal): Promise<LoadRow[]> {
  const { sdkModern, embedded, services, ruled } = subjects;
  return measureLoads("trust", [sdkModern, embedded, services, ruled], [50], plan, journal);
}

/**
 * Calls per second, CPU per call and latency of a trivial tool. Subjects take turns within a round, so
 * that a slow minute of the machine hits all of them.
 */
export async function measureThroughput(plan: Plan, journal: Journal): Promise<LoadRow[]> {
  const { raw, sdkModern, modern, sdkSession, sdkSessionJson, session } = subjects;
  const extra = plan.jsonBaseline ? [sdkSessionJson] : [];
  const all = [raw, sdkModern, modern, sdkSession, session, ...extra];
  return measureLoads("throughput", all, plan.connections, plan, journal);
}

async function measureLoads(
  scenario: string,
  measured: readonly Subject[],
  loads: readonly number[],
  plan: Plan,
  journal: Journal,
): Promise<LoadRow[]> {
  const rows = loads.flatMap((connections) =>
    measured.map((subject) => {
      const samples: LoadSample[] = [];
      return { subject, connections, samples };
    }),
  );
  for (let round = 1; round <= plan.rounds; round += 1) {
    for (const { subject, connections, samples } of rows) {
      journal.step(
        `${scenario} ${round}/${plan.rounds}: ${subject.label}, ${connections} connections`,
      );
      const measure = () => measureOnce(subject, connections, plan);
      const sample = await whenAvailable(subject.label, journal, measure);
      if (sample) samples.push(sample);
    }
  }
  return rows.map(({ subject, ...row }) => ({ subject: subject.label, ...row }));
}

async function measureOnce(subject: Subject, connections: number, plan: Plan): Promise<LoadSample> {
  await using server = await startServer(subject);
  await using load = await startLoad(subject, server, connections);
  await load.run(plan.warm);

  const before = await server.usage();
  const run = await load.run(plan.measure);
  const after = await server.usage();

  await sleep(plan.idleMs);
  const woken = await load.run(afterIdle);
  return {
    requestsPerSecond: run.requests / run.seconds,
    cpuUsPerRequest: (after.cpuUs - before.cpuUs) / run.requests,
    p50Us: run.p50Us,
    p99Us: run.p99Us,
    afterIdleP50Us: woken.p50Us,
    generatorBusy: run.generatorBusy,
  };
}
