import { LRUCache } from "lru-cache";
import { FairleadError } from "../errors.ts";
import type { Clock } from "../ports.ts";
import type { CachePolicy } from "../tool.ts";
import { atMost } from "./bounded.ts";

export interface Cache {
  /**
   * The answer kept under `key`, else what `load` gives. Any number of callers share one load; it is aborted when the
   * last of them left. Past `ttlMs` and within `staleMs` the old answer is served while a new one is fetched.
   */
  get<T>(
    key: string,
    policy: CachePolicy,
    signal: AbortSignal,
    load: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  delete(key: string): void;
  /** The same entries under keys that begin with `prefix`. */
  scoped(prefix: string): Cache;
}

interface Entry {
  value: unknown;
  freshUntil: number;
  staleUntil: number;
}

interface Flight {
  answer: Promise<unknown>;
  controller: AbortController;
  waiting: number;
}

const REFRESH_MS = 60_000;

/** Answers kept in this process; at most `maxEntries`, the least used leave first. */
export function createCache(clock: Clock, maxEntries = 2_000): Cache {
  const entries = new LRUCache<string, Entry>(atMost(maxEntries));
  const flights = new Map<string, Flight>();

  function takeOff<T>(
    key: string,
    policy: CachePolicy,
    load: (signal: AbortSignal) => Promise<T>,
  ): Flight {
    const controller = new AbortController();
    const flight: Flight = {
      controller,
      waiting: 0,
      answer: load(controller.signal)
        .then((value) => {
          const now = clock.now();
          // A flight that was called off must not overwrite what came after it.
          if (flights.get(key) === flight) {
            entries.set(key, {
              value,
              freshUntil: now + policy.ttlMs,
              staleUntil: now + policy.ttlMs + (policy.staleMs ?? 0),
            });
          }
          return value;
        })
        .finally(() => {
          if (flights.get(key) === flight) flights.delete(key);
        }),
    };
    flight.answer.catch(() => {});
    flights.set(key, flight);
    return flight;
  }

  /** Fetches a new answer while the old one is served. Nobody waits for it, so nobody's deadline would end it. */
  function refresh<T>(
    key: string,
    policy: CachePolicy,
    load: (signal: AbortSignal) => Promise<T>,
  ): void {
    const flight = takeOff(key, policy, load);
    const stopTimer = clock.after(REFRESH_MS, () => {
      if (flight.waiting > 0) return;
      if (flights.get(key) === flight) flights.delete(key);
      flight.controller.abort(new FairleadError("timeout", "A refresh took too long."));
    });
    flight.answer.then(stopTimer, stopTimer);
  }

  /** Waits for a flight as one of its passengers. */
  function board(key: string, flight: Flight, signal: AbortSignal): Promise<unknown> {
    flight.waiting += 1;
    return new Promise((resolve, reject) => {
      const leave = () => {
        flight.waiting -= 1;
        if (flight.waiting === 0) {
          if (flights.get(key) === flight) flights.delete(key);
          flight.controller.abort(signal.reason);
        }
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      flight.answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
    });
  }

  const cache: Cache = {
    async get<T>(
      key: string,
      policy: CachePolicy,
      signal: AbortSignal,
      load: (signal: AbortSignal) => Promise<T>,
    ) {
      const entry = entries.get(key);
      const now = clock.now();
      if (entry !== undefined && now < entry.freshUntil) return entry.value as T;
      if (entry !== undefined && now < entry.staleUntil) {
        if (!flights.has(key)) refresh(key, policy, load);
        return entry.value as T;
      }
      signal.throwIfAborted();
      const flight = flights.get(key) ?? takeOff(key, policy, load);
      return (await board(key, flight, signal)) as T;
    },
    delete(key) {
      entries.delete(key);
      flights.delete(key);
    },
    scoped(prefix) {
      return {
        get: (key, policy, signal, load) => cache.get(`${prefix}${key}`, policy, signal, load),
        delete: (key) => cache.delete(`${prefix}${key}`),
        scoped: (inner) => cache.scoped(`${prefix}${inner}`),
      };
    },
  };
  return cache;
}
