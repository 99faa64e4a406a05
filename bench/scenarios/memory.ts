import { setTimeout as sleep } from "node:timers/promises";
import type { Journal } from "../journal.ts";
import type { Plan } from "../options.ts";
import {
  type RunningServer,
  type Subject,
  startLoad,
  startServer,
  subjects,
  whenAvailable,
} from "../subject.ts";

/** Resident memory in MiB. */
export interface MemorySample {
  readonly idle: number;
  /** The highest of the samples taken while 50 connections were busy. */
  readonly load: number;
}

export interface MemoryRow {
  readonly subject: string;
  readonly samples: readonly MemorySample[];
}

const connections = 50;
const sampleEveryMs = 100;

export async function measureMemory(plan: Plan, journal: Journal): Promise<MemoryRow[]> {
  const { raw, sdkModern, modern, sdkSession, session } = subjects;
  const rows = [raw, sdkModern, modern, sdkSession, session].map((subject) => {
    const samples: MemorySample[] = [];
    return { subject, samples };
  });
  for (let round = 1; round <= plan.rounds; round += 1) {
    for (const { subject, samples } of rows) {
      journal.step(`memory ${round}/${plan.rounds}: ${subject.label}`);
      const measure = () => measureOnce(subject, plan);
      const sample = await whenAvailable(subject.label, journal, measure);
      if (sample) samples.push(sample);
    }
  }
  return rows.map(({ subject, samples }) => ({ subject: subject.label, samples }));
}

async function measureOnce(subject: Subject, plan: Plan): Promise<MemorySample> {
  await using server = await startServer(subject);
  await sleep(plan.settleMs);
  const idle = await residentMib(server);
  await using load = await startLoad(subject, server, connections);
  const durationMs = plan.warm.durationMs + plan.measure.durationMs;
  const run = load.run({ ...plan.measure, durationMs });
  const peak = await peakUntil(run, server);
  return { idle, load: peak };
}

async function peakUntil(run: Promise<unknown>, server: RunningServer): Promise<number> {
  let running = true;
  const ended = run.finally(() => {
    running = false;
  });
  ended.catch(() => undefined);
  let peak = 0;
  while (running) {
    peak = Math.max(peak, await residentMib(server));
    await sleep(sampleEveryMs);
  }
  await ended;
  return peak;
}

async function residentMib(server: RunningServer): Promise<number> {
  return (await server.usage()).rssBytes / 2 ** 20;
}
