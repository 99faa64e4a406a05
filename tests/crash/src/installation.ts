import type { Store } from "@fairlead/core/storage/store";
import type { JournalRow } from "@fairlead/core/storage/write-records";
import { createTestAdmin, type TestAdmin } from "@fairlead/testkit/admin";
import { keepConnection, openTestVault } from "@fairlead/testkit/engine";
import { openStore, type Place } from "./place.ts";
import { CONNECTORS, createQuays } from "./quay.ts";
import { type Replica, type Spare, startSpare } from "./replica-process.ts";
import { createShiftedClock } from "./shifted-clock.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

export const TENANT = "ten_acme";
export const PRINCIPAL = "prn_ann";

/** Two replicas on one set of records, and an upstream that outlives them. */
export interface Installation {
  readonly upstream: Upstream;
  readonly store: Store;
  readonly admin: Pick<TestAdmin, "act">;
  /** How many replicas died so far. */
  readonly deaths: number;
  /** The replica at a place, started again where it died. */
  replica(at: number): Promise<Replica>;
  /** Lets time pass for everybody. */
  advance(ms: number): Promise<void>;
  rowOf(key: string): Promise<JournalRow | undefined>;
  close(): Promise<void>;
}

export async function startInstallation(place: Place, settleMs: number): Promise<Installation> {
  const upstream = await startUpstream();
  const store = await openStore(place);
  const clock = createShiftedClock();
  const vault = await openTestVault(store, { clock });
  for (const connector of CONNECTORS) {
    await keepConnection(store, vault, clock.now(), { connector, id: `con_${connector}` });
  }
  vault.close();
  const connectors = createQuays({ url: upstream.url, settleMs });
  const admin = await createTestAdmin({ beside: { store, clock }, connectors });
  const started: Spare[] = [];
  const replicas: (Promise<Replica> | undefined)[] = [];
  let spare = addSpare();
  let deaths = -2;

  function addSpare(): Spare {
    const added = startSpare();
    started.push(added);
    return added;
  }

  function start(at: number): Promise<Replica> {
    deaths += 1;
    const shift = clock.now() - Date.now();
    const seed = 10 + started.length;
    const replica = spare.begin({ place, seed, shift, upstream: upstream.url, settleMs });
    spare = addSpare();
    replicas[at] = replica;
    return replica;
  }

  async function replica(at: number): Promise<Replica> {
    const present = await replicas[at];
    return present?.isAlive === true ? present : start(at);
  }

  return {
    ...{ upstream, store, admin, replica },
    get deaths() {
      return deaths;
    },
    async advance(ms) {
      const all = await Promise.all([replica(0), replica(1)]);
      clock.advance(ms);
      await Promise.all(all.map((each) => each.advance(ms)));
    },
    rowOf: (key) => store.journal.findByKey(TENANT, PRINCIPAL, `own ${key}`),
    async close() {
      await Promise.all(started.map((each) => each.kill()));
      await admin.close();
      await store.close();
      await upstream.close();
    },
  };
}
