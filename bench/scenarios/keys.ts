import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createApiKey } from "@fairlead/core/identity/api-key";
import type { Evidence } from "@fairlead/core/identity/authenticate";
import type { Store } from "@fairlead/core/storage/store";
import { build } from "fairlead/build";
import type { StateConfig } from "fairlead/config/state";
import { createLog } from "fairlead/observe/logger";
import type { Journal } from "../journal.ts";
import type { Plan } from "../options.ts";
import { embeddedState, servicesState } from "../state.ts";

export interface KeysRow {
  /** Where the records are. */
  readonly what: string;
  readonly keys: number;
  /** Microseconds until a caller is known whose key this process has not seen, one after the other. */
  readonly coldUs: readonly number[];
  /** The same for one that it has. */
  readonly warmUs: readonly number[];
  /** MiB on the heap after every key was shown once, above what it was before any was. */
  readonly heapMiB: readonly number[];
}

export const keysLabels = { embedded: "SQLite", services: "PostgreSQL" } as const;

const KEYS_PER_TENANT = 10;
const ROWS_AT_ONCE = 5_000;
const LOOKUPS = 2_000;
const OUT_OF_REACH = { capacity: 1e9, refillPerSecond: 1e9 };

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** What it costs to know a caller by an API key, with few keys in the records and with many, and what stays in memory. */
export async function measureKeys(plan: Plan, journal: Journal): Promise<KeysRow[]> {
  const rows: KeysRow[] = [];
  for (const keys of plan.keyCounts) {
    for (const where of ["embedded", "services"] as const) {
      journal.step(`keys: ${keys} in ${keysLabels[where]}`);
      const row = await measureOne(where, keys).catch((cause: unknown) => {
        if (where === "embedded") throw cause;
        const reason = cause instanceof Error ? cause.message : String(cause);
        journal.missing(`keys, ${keysLabels[where]}`, reason);
      });
      if (row !== undefined) rows.push(row);
    }
  }
  return rows;
}

async function measureOne(where: keyof typeof keysLabels, count: number): Promise<KeysRow> {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-bench-keys-"));
  const state = where === "embedded" ? embeddedState(directory) : await servicesState();
  const { fairlead, state: opened, close } = await start(state);
  try {
    const keys = await fill(opened.store, count);
    const admit = (key: string) => fairlead.admit(evidenceOf(key));
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const some = keys.slice(0, LOOKUPS);
    const coldUs = await timeEach(some, admit);
    const warmUs = await timeEach(some, admit);
    for (const key of keys) await admit(key);
    collectGarbage();
    const heapMiB = [(process.memoryUsage().heapUsed - before) / 1024 / 1024];
    return { what: keysLabels[where], keys: count, coldUs, warmUs, heapMiB };
  } finally {
    await close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function start(state: StateConfig) {
  return build({
    engine: {
      identity: { trustLocal: false, headerCredentials: false },
      ...{ callerBucket: OUT_OF_REACH, addressBucket: OUT_OF_REACH, degradedFraction: 0.1 },
      ...{ deadlineMs: 30_000, resultTokenBudget: 20_000, readonly: false },
    },
    ...{ connectors: [], connections: [], state, auditRetentionDays: 0 },
    egress: {
      ...{ allowPrivate: true, allow: [], connectionsPerHost: 1, connectTimeoutMs: 1_000 },
      ...{ totalTimeoutMs: 1_000, maxResponseBytes: 1 },
    },
    log: createLog({ level: "error", modules: {}, readable: false, batched: true }),
  });
}

/** Rows as the acts of administrators write them; through these, a hundred thousand would take minutes. */
async function fill(store: Store, count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, () => createApiKey(randomBytes));
  const now = Date.now();
  for (let from = 0; from < count; from += ROWS_AT_ONCE) {
    await store.transaction(async (tx) => {
      for (const [place, { id, hash }] of keys.slice(from, from + ROWS_AT_ONCE).entries()) {
        const number = from + place;
        const tenant_id = `ten_bench${Math.floor(number / KEYS_PER_TENANT)}`;
        const principal_id = `prn_bench${Math.floor(number / KEYS_PER_TENANT)}`;
        if (number % KEYS_PER_TENANT === 0) {
          await tx.tenants.insert({
            ...{ id: tenant_id, name: tenant_id.replace("_", "-"), status: "active" },
            ...{ tier: null, repository: null, created_at: now },
          });
          await tx.principals.insert({
            ...{ id: principal_id, tenant_id, kind: "service", label: "bench", email: null },
            ...{ issuer: null, subject: null, roles: ["viewer"], owner_id: null, tier: null },
            ...{ repository: null, status: "active", created_at: now, created_by: "bench" },
          });
        }
        await tx.keys.insert({
          ...{ id, hash, tenant_id, principal_id, label: "bench", scopes: null, addresses: null },
          ...{ created_at: now, created_by: "bench", expires_at: null, revoked_at: null },
          ...{ last_used_at: null, replaced_by: null },
        });
      }
    });
  }
  return shuffled(keys.map(({ key }) => key));
}

/** So that neighbours in the file are not asked for one after the other. */
function shuffled(keys: string[]): string[] {
  for (let last = keys.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    const [one = "", two = ""] = [keys[last], keys[other]];
    keys[last] = two;
    keys[other] = one;
  }
  return keys;
}

function evidenceOf(key: string): Evidence {
  return {
    ...{ surface: "rest", address: "127.0.0.1", resource: "/api", method: "GET", path: "/" },
    headers: { authorization: `Bearer ${key}` },
    connectors: [],
  };
}

async function timeEach(
  keys: readonly string[],
  admit: (key: string) => Promise<unknown>,
): Promise<number[]> {
  const took: number[] = [];
  for (const key of keys) {
    const startedAt = performance.now();
    await admit(key);
    took.push((performance.now() - startedAt) * 1_000);
  }
  return took;
}
