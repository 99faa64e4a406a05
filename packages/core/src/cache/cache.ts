import { LRUCache } from "lru-cache";
import { FairleadError } from "../errors.ts";
import { type CacheCounts, noLookups } from "../observe/tally.ts";
import type { Clock } from "../ports.ts";
import type { CachePolicy } from "../tool.ts";
import { atMost } from "./bounded.ts";
import { type Entry, isAlive, toEntry } from "./entry.ts";
import { board, callOff, type Flight } from "./flights.ts";
import { type Arrival, type Errand, travel } from "./journey.ts";
import type { SharedTier } from "./shared-tier.ts";

export interface KeepPolicy extends CachePolicy {
  /** What the answer hangs on, for `deleteByTag`. */
  tags?: readonly string[];
}

export interface ScopeOptions {
  /**
   * Whether answers may leave this process, sealed, for the other replicas. Only for plain data without secrets: what
   * JSON cannot carry stays in memory. Default: as the scope around it, and false for the whole cache.
   */
  shared?: boolean;
  /** Nothing here is kept longer than so many milliseconds, fresh and stale together, whatever its policy says. */
  maxKeptMs?: number;
  /** Where lookups are counted. Default: as the scope around it. */
  counts?: CacheCounts;
}

export interface Cache {
  /**
   * The answer kept under `key`, else what `load` gives. Any number of callers share one load, across replicas too where
   * the scope is shared; it is aborted when the last of them left. Past `ttlMs` and within `staleMs` the old answer is
   * served while a new one is fetched. Nothing is kept longer than two days.
   */
  get<T>(
    key: string,
    policy: KeepPolicy,
    signal: AbortSignal,
    load: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /**
   * Forgets an answer, here at once and on every replica when the promise resolves. It never rejects: while the shared
   * state is away, the others are told as soon as it is back.
   */
  delete(key: string): Promise<void>;
  /** Forgets in the same way every answer of this scope that carries the tag. */
  deleteByTag(tag: string): Promise<void>;
  /** The same entries under keys and tags that begin with `prefix`. */
  scoped(prefix: string, options?: ScopeOptions): Cache;
}

export interface CacheParts {
  clock: Clock;
  /** More than so many, and the least used leave first. Default 2,000. */
  maxEntries?: number;
  /** What it shares with other replicas; absent where there are none. */
  tier?: SharedTier | undefined;
}

interface Scope {
  prefix: string;
  isShared: boolean;
  maxKeptMs: number;
  counts: CacheCounts;
}

const MAX_ENTRIES = 2_000;
const MAX_KEPT_MS = 48 * 60 * 60 * 1000;
const REFRESH_MS = 60_000;
const SWEEP_MS = 60_000;
/** While invalidations may be missed, an answer is checked again when it was checked so long ago. */
const RECHECK_MS = 1_000;

/** Answers kept in this process, and with a `tier` in agreement with the caches of other replicas. */
export function createCache({ clock, maxEntries = MAX_ENTRIES, tier }: CacheParts): Cache {
  const entries = new LRUCache<string, Entry>(atMost(maxEntries));
  const flights = new Map<string, Flight>();
  let isSweeping = false;

  function isTrusted(entry: Entry, now: number): boolean {
    if (tier === undefined) return true;
    if (entry.epoch !== tier.epoch) return false;
    return tier.listening || Math.abs(now - entry.checkedAt) < RECHECK_MS;
  }

  function toErrand(scope: Scope, key: string, policy: KeepPolicy, load: Errand["load"]): Errand {
    const tags = (policy.tags ?? []).map((tag) => `${scope.prefix}${tag}`);
    const ttlMs = Math.min(policy.ttlMs, scope.maxKeptMs);
    const staleMs = Math.min(policy.staleMs ?? 0, scope.maxKeptMs - ttlMs);
    const marks =
      tier === undefined
        ? tags
        : [tier.mark("key", key), ...tags.map((tag) => tier.mark("tag", tag))];
    return { key, marks, span: { ttlMs, staleMs }, isShared: scope.isShared, load };
  }

  function bring(errand: Errand, isRefresh: boolean, signal: AbortSignal): Promise<Arrival> {
    const { key, marks, span, load } = errand;
    if (tier === undefined) {
      return load(signal).then((value) => ({
        entry: toEntry(value, marks, span, clock.now()),
        isLoaded: true,
      }));
    }
    const doubtful = isRefresh ? undefined : entries.get(key);
    // It comes back when it is vouched for, and must not outlive a load that fails.
    if (doubtful !== undefined) entries.delete(key);
    return travel({ tier, clock, errand, isRefresh, signal }, doubtful);
  }

  /** `counts`: of whom to tell how the answer came; a refresh is nobody's lookup. */
  function takeOff(errand: Errand, counts?: CacheCounts): Flight {
    const isRefresh = counts === undefined;
    const { key, marks } = errand;
    const controller = new AbortController();
    /** Whether it was not called off: such a flight must not overwrite what came after it. */
    const land = () => flights.get(key) === flight && flights.delete(key);
    const flight: Flight = {
      controller,
      marks,
      waiting: 0,
      answer: bring(errand, isRefresh, controller.signal).then(
        ({ entry, isLoaded }) => {
          if (counts !== undefined && !isLoaded) counts.shared += 1;
          if (counts !== undefined && isLoaded) counts.misses += 1;
          if (!land()) return entry.value;
          keep(key, entry);
          // Found stale: its successor is fetched while it is served.
          const isStale = !isLoaded && clock.now() >= entry.freshUntil;
          if (isStale && !isRefresh) refresh(errand);
          return entry.value;
        },
        (error) => {
          if (counts !== undefined) counts.misses += 1;
          land();
          throw error;
        },
      ),
    };
    flight.answer.catch(() => {});
    flights.set(key, flight);
    return flight;
  }

  /** Fetches a new answer while the old one is served. Nobody waits for it, so nobody's deadline would end it. */
  function refresh(errand: Errand): void {
    const flight = takeOff(errand);
    const stopTimer = clock.after(REFRESH_MS, () => {
      if (flight.waiting > 0) return;
      const tooLong = new FairleadError("timeout", "A refresh took too long.");
      callOff(flights, errand.key, flight, tooLong);
    });
    flight.answer.then(stopTimer, stopTimer);
  }

  function keep(key: string, entry: Entry): void {
    if (entry.staleUntil <= clock.now()) return;
    entries.set(key, entry);
    if (isSweeping) return;
    isSweeping = true;
    clock.after(SWEEP_MS, sweep);
  }

  /** What has ended does not stay in memory until somebody asks for it. */
  function sweep(): void {
    const now = clock.now();
    for (const [key, { staleUntil }] of entries.entries()) {
      if (staleUntil <= now) entries.delete(key);
    }
    isSweeping = entries.size > 0;
    if (isSweeping) clock.after(SWEEP_MS, sweep);
  }

  /** Two thousand entries are looked through in 0.15 ms; an index would cost every answer for what is rare. */
  function forget(mark: string): void {
    for (const [key, { marks }] of entries.entries()) {
      if (marks.includes(mark)) entries.delete(key);
    }
    for (const [key, { marks }] of flights) {
      if (marks.includes(mark)) flights.delete(key);
    }
  }

  tier?.onInvalidated(forget);

  async function get<T>(
    scope: Scope,
    key: string,
    policy: KeepPolicy,
    signal: AbortSignal,
    load: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const entry = entries.get(key);
    const now = clock.now();
    if (entry !== undefined && isAlive(entry, policy.ttlMs, now) && isTrusted(entry, now)) {
      if (now >= entry.freshUntil && !flights.has(key)) {
        refresh(toErrand(scope, key, policy, load));
      }
      if (now >= entry.freshUntil) scope.counts.stale += 1;
      else scope.counts.hits += 1;
      return entry.value as T;
    }
    signal.throwIfAborted();
    const underWay = flights.get(key);
    if (underWay !== undefined) scope.counts.joined += 1;
    const flight = underWay ?? takeOff(toErrand(scope, key, policy, load), scope.counts);
    return (await board(flights, key, flight, signal)) as T;
  }

  async function deleteByTag(tag: string): Promise<void> {
    const mark = tier?.mark("tag", tag) ?? tag;
    forget(mark);
    await tier?.invalidate(mark);
  }

  async function remove(key: string): Promise<void> {
    entries.delete(key);
    flights.delete(key);
    await tier?.invalidate(tier.mark("key", key));
  }

  function open(scope: Scope): Cache {
    const { prefix } = scope;
    return {
      get: (key, policy, signal, load) => get(scope, `${prefix}${key}`, policy, signal, load),
      delete: (key) => remove(`${prefix}${key}`),
      deleteByTag: (tag) => deleteByTag(`${prefix}${tag}`),
      scoped: (inner, { shared, maxKeptMs, counts } = {}) =>
        open({
          prefix: `${prefix}${inner}`,
          isShared: shared ?? scope.isShared,
          maxKeptMs: Math.min(maxKeptMs ?? scope.maxKeptMs, scope.maxKeptMs),
          counts: counts ?? scope.counts,
        }),
    };
  }

  return open({ prefix: "", isShared: false, maxKeptMs: MAX_KEPT_MS, counts: noLookups() });
}
