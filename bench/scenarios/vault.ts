import { randomBytes } from "node:crypto";
import { SILENT, SYSTEM_CLOCK } from "@fairlead/core/ports";
import { Secret } from "@fairlead/core/secret";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import { openCredential, sealCredential } from "@fairlead/core/vault/credential";
import { createMasterKey } from "@fairlead/core/vault/master-key";
import { openVault } from "@fairlead/core/vault/open-vault";
import { createSealer } from "@fairlead/core/vault/sealer";
import type { Journal } from "../journal.ts";
import type { Plan } from "../options.ts";

export interface VaultRow {
  readonly what: string;
  /** One per round: so many in a second of processor time, in this process, one after the other. */
  readonly perSecond: readonly number[];
}

export const vaultLabels = { seal: "vault seals 1 KB", open: "vault opens 1 KB" } as const;

const BATCH = 2_000;
const PLACE = "connection con_bench";
const MAIN = { tenant_id: "ten_bench", id: "con_bench" };

/** What sealing and opening cost, without the Store: keys are in memory after the first use. */
export async function measureVault(plan: Plan, journal: Journal): Promise<VaultRow[]> {
  const subjects = await createSubjects();
  const rows = subjects.map((subject) => ({ subject, perSecond: [] as number[] }));
  for (const { subject } of rows) await rateOf(subject.run, plan.warm.durationMs / 4);
  for (let round = 1; round <= plan.rounds; round += 1) {
    for (const { subject, perSecond } of rows) {
      journal.step(`vault ${round}/${plan.rounds}: ${subject.what}`);
      perSecond.push(await rateOf(subject.run, plan.measure.durationMs / 2));
    }
  }
  return rows.map(({ subject, perSecond }) => ({ what: subject.what, perSecond }));
}

interface Subject {
  readonly what: string;
  readonly run: () => unknown;
}

async function createSubjects(): Promise<Subject[]> {
  const store = await createSqliteStore(":memory:");
  const vault = await openVault({
    ...{ store, clock: SYSTEM_CLOCK, random: randomBytes, logger: SILENT },
    masterKeys: { current: createMasterKey(randomBytes(32), randomBytes), others: [] },
  });
  const sealer = createSealer({ keys: [vault.derive("bench")] }, SYSTEM_CLOCK);
  const plaintext = randomBytes(1024);
  const sealed = await vault.seal(MAIN.tenant_id, PLACE, plaintext);
  const bytes = sealer.sealBytes("bench", PLACE, plaintext);
  const payload = { text: plaintext.toString("hex").slice(0, 1000) };
  const token = await sealer.seal("bench", payload, 3_600_000);
  const fields = { email: new Secret("ann@acme.example"), api_key: new Secret("k".repeat(40)) };
  const sealed_credential = await sealCredential(vault, MAIN, fields);
  return [
    { what: vaultLabels.seal, run: () => vault.seal(MAIN.tenant_id, PLACE, plaintext) },
    { what: vaultLabels.open, run: () => vault.open(MAIN.tenant_id, PLACE, sealed) },
    {
      what: "credential opened and wiped",
      run: async () => (await openCredential(vault, { ...MAIN, sealed_credential })).wipe(),
    },
    { what: "sealer seals 1 KB of bytes", run: () => sealer.sealBytes("bench", PLACE, plaintext) },
    { what: "sealer opens 1 KB of bytes", run: () => sealer.openBytes("bench", PLACE, bytes) },
    { what: "sealer seals a token of 1 KB", run: () => sealer.seal("bench", payload, 3_600_000) },
    { what: "sealer opens a token of 1 KB", run: () => sealer.open("bench", token) },
  ];
}

/** Per second of processor time, collecting garbage included: what one core does, whoever else uses the machine. */
async function rateOf(run: () => unknown, durationMs: number): Promise<number> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  let count = 0;
  do {
    for (let i = 0; i < BATCH; i += 1) await run();
    count += BATCH;
  } while (performance.now() - startedAt < durationMs);
  const { user, system } = process.cpuUsage(before);
  return (count / (user + system)) * 1_000_000;
}
