import type { Clock } from "../ports.ts";
import type { Lease } from "../storage/shared.ts";
import { type Entry, isAlive, type Span, toEntry } from "./entry.ts";
import { isSame, LEASE_MS, type Look, type SharedTier } from "./shared-tier.ts";

/** What to come back with. */
export interface Errand {
  key: string;
  /** The key's first. */
  marks: readonly string[];
  span: Span;
  /** Whether the answer may be kept outside this process. */
  isShared: boolean;
  load: (signal: AbortSignal) => Promise<unknown>;
}

export interface Arrival {
  entry: Entry;
  /** Whether it was loaded just now, and so is as new as can be. */
  isLoaded: boolean;
}

/** One way of one errand. */
export interface Trip {
  tier: SharedTier;
  clock: Clock;
  errand: Errand;
  /** True when only a fresh answer will do, since a stale one is being served. */
  isRefresh: boolean;
  signal: AbortSignal;
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;
/** A replica that renews its claim for so long without an answer is not waited for any more. */
const PATIENCE_MS = 60_000;

/**
 * The way of an answer where there are replicas: what is `known` here if nothing invalidated it, else what another
 * replica keeps, else a load, which one replica does for all.
 */
export async function travel(trip: Trip, known: Entry | undefined): Promise<Arrival> {
  const { tier, clock, errand, signal } = trip;
  const { marks, isShared } = errand;
  let look = await tier.look(marks, isShared);
  const isKnown = known !== undefined && isAlive(known, errand.span.ttlMs, clock.now());
  if (isKnown && isVouched(known, look)) {
    return { entry: { ...known, checkedAt: look.at, epoch: look.epoch }, isLoaded: false };
  }
  const patientUntil = clock.now() + PATIENCE_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    signal.throwIfAborted();
    const found = adopt(trip, look);
    if (found !== undefined) return { entry: found, isLoaded: false };
    const claim = isShared ? await tier.claim(keyMark(errand)) : undefined;
    if (claim === undefined) return loadHere(trip, look, undefined);
    if (claim !== "held") return loadUnderClaim(trip, claim);
    if (clock.now() >= patientUntil) return loadHere(trip, look, undefined);
    await pause(clock, pauseMs, signal);
    look = await tier.look(marks, isShared);
  }
}

/** While nobody can be asked, what is known counts to its end: a read never fails for that. */
function isVouched(known: Entry, look: Look): boolean {
  if (look.versions === undefined) return true;
  return known.versions !== undefined && isSame(known.versions, look.versions);
}

/** Never longer than if it had been loaded now, however wrong the clock of the replica that left it. */
function adopt({ clock, errand, isRefresh }: Trip, look: Look): Entry | undefined {
  const now = clock.now();
  const { kept } = look;
  if (kept === undefined || now >= (isRefresh ? kept.freshUntil : kept.staleUntil))
    return undefined;
  const most = toEntry(kept.value, errand.marks, errand.span, now, look);
  return {
    ...most,
    freshUntil: Math.min(kept.freshUntil, most.freshUntil),
    staleUntil: Math.min(kept.staleUntil, most.staleUntil),
  };
}

/** Whoever held the claim before may have left an answer since the last look. */
async function loadUnderClaim(trip: Trip, lease: Lease): Promise<Arrival> {
  const look = await trip.tier.look(trip.errand.marks, true);
  const found = adopt(trip, look);
  if (found !== undefined || trip.signal.aborted) letGo(lease);
  trip.signal.throwIfAborted();
  return found === undefined ? loadHere(trip, look, lease) : { entry: found, isLoaded: false };
}

async function loadHere(trip: Trip, look: Look, lease: Lease | undefined): Promise<Arrival> {
  const { clock, errand, signal } = trip;
  const end = lease === undefined ? () => {} : hold(lease, clock, signal);
  try {
    const value = await errand.load(signal);
    const entry = toEntry(value, errand.marks, errand.span, clock.now(), look);
    // Its callers have their answer; only the other replicas wait for it to be left to them.
    void leave(trip, entry).finally(end);
    return { entry, isLoaded: true };
  } catch (error) {
    end();
    throw error;
  }
}

/** With the versions from before the load, so that an invalidation during it counts. */
async function leave({ tier, errand }: Trip, entry: Entry): Promise<void> {
  if (!errand.isShared || entry.versions === undefined) return;
  await tier.keep(keyMark(errand), entry.versions, entry);
}

/** Renews a claim while its load goes on; gives it back when that ends, and at once when the load is called off. */
function hold(lease: Lease, clock: Clock, signal: AbortSignal): () => void {
  let stopTimer = () => {};
  const renew = () => {
    stopTimer = clock.after(LEASE_MS / 3, () => {
      lease.renew(LEASE_MS).catch(() => {});
      renew();
    });
  };
  const end = () => {
    stopTimer();
    signal.removeEventListener("abort", end);
    letGo(lease);
  };
  signal.addEventListener("abort", end, { once: true });
  renew();
  return end;
}

/** The claim and the answer go by the key's own mark. */
function keyMark({ marks }: Errand): string {
  return marks[0] ?? "";
}

/** What is not given back runs out by itself. */
function letGo(lease: Lease): void {
  lease.release().catch(() => {});
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stopTimer();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const stopTimer = clock.after(ms, done);
    signal.addEventListener("abort", done, { once: true });
  });
}
