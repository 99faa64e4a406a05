import { LOCAL_USER } from "@fairlead/core/identity/principal";
import { createShapes } from "@fairlead/core/policy/action-shapes";
import { createCedar } from "@fairlead/core/policy/cedar";
import { readTenantRules } from "@fairlead/core/policy/policies";
import type { GuardedAction, GuardedCall } from "@fairlead/core/policy/policy";
import { createTenantPolicy } from "@fairlead/core/policy/tenant-policy";
import { SILENT, SYSTEM_CLOCK } from "@fairlead/core/ports";
import type { Journal } from "../journal.ts";
import type { Plan } from "../options.ts";

export interface PolicyRow {
  readonly what: string;
  /** One per round: microseconds of processor time for one decision, in this process. */
  readonly us: readonly number[];
}

export const policyLabels = {
  known: "whether a tool may be used at all",
  free: "a call that no rule looks at",
  argument: "a call with a rule on one argument",
  several: "a call with a rule on label, hour and role",
} as const;

const BATCH = 1_000;
const SERVER = "cloudways_get_server_details";
const APP = "cloudways_get_app_details";
const RULES = [
  `forbid(principal, action == Fairlead::Action::"${SERVER}", resource) when { context.input.server_id == 7 };`,
  `forbid(principal, action == Fairlead::Action::"${APP}", resource) when { resource.label == "production" && context.hour < 6 } unless { principal in Fairlead::Role::"admin" };`,
  `forbid(principal in Fairlead::Role::"viewer", action in Fairlead::Action::"destroy", resource);`,
];

/** What rules cost a call, with the arguments of a real connector and rules that let it pass. */
export async function measurePolicy(plan: Plan, journal: Journal): Promise<PolicyRow[]> {
  const subjects = await createSubjects();
  const rows = subjects.map((subject) => ({ subject, us: [] as number[] }));
  for (const { subject } of rows) costOf(subject.run, plan.warm.durationMs / 4);
  for (let round = 1; round <= plan.rounds; round += 1) {
    for (const { subject, us } of rows) {
      journal.step(`policy ${round}/${plan.rounds}: ${subject.what}`);
      us.push(costOf(subject.run, plan.measure.durationMs / 2));
    }
  }
  return rows.map(({ subject, us }) => ({ what: subject.what, us }));
}

interface Subject {
  readonly what: string;
  readonly run: (round: number) => { allowed: boolean };
}

async function createSubjects(): Promise<Subject[]> {
  const { cloudways } = await import("@fairlead/cloudways/connector");
  const cedar = createCedar();
  const stored = RULES.map((text, index) => ({
    ...{ id: `pol_${index}`, tenant_id: "ten_bench", name: "bench", text, enabled: true },
    ...{ updated_at: 0, updated_by: "prn_bench" },
  }));
  const policy = createTenantPolicy(readTenantRules("ten_bench", stored, cedar, SILENT), {
    ...{ cedar, clock: SYSTEM_CLOCK, logger: SILENT },
    shapeOf: createShapes([cloudways]).of,
  });
  const connection = { id: "con_bench", label: "staging" };
  const call = (name: string, input: unknown): GuardedCall => ({
    ...actionOf(name),
    ...{ input, connection, now: Date.now() },
  });
  const server = actionOf(SERVER);
  return [
    { what: policyLabels.known, run: () => policy.mayEver(LOCAL_USER, server) },
    { what: policyLabels.free, run: () => policy.decide(LOCAL_USER, call("cloudways_ping", {})) },
    {
      what: policyLabels.argument,
      run: (round) => policy.decide(LOCAL_USER, call(SERVER, { server_id: round + 100 })),
    },
    {
      what: policyLabels.several,
      run: (round) => policy.decide(LOCAL_USER, call(APP, { server_id: round, app_id: round })),
    },
  ];
}

function actionOf(name: string): GuardedAction {
  return { name, connector: "cloudways", effect: "read", scope: "cloudways:read" };
}

function costOf(run: Subject["run"], durationMs: number): number {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  let count = 0;
  do {
    for (let i = 0; i < BATCH; i += 1) {
      if (!run(i).allowed) throw new Error("A rule refused what it should let pass.");
    }
    count += BATCH;
  } while (performance.now() - startedAt < durationMs);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
