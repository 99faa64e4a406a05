import type { Clock } from "@fairlead/core/ports";
import type { Shared, Take } from "@fairlead/core/storage/shared";

const WINDOW_MS = 60_000;
const MAX_PAUSE_MS = 3_600_000;
const MAX_ACCOUNTS = 1_000;
/** Part of an account's budget that a replica may use by itself. Cloudways allows a tenth more than the budget is. */
const SHARE = 0.1;

/** What one replica knows of an account by itself, for the time that shared state is away. */
export interface LocalWindow {
  /** Milliseconds of the upstream's pause that are left. */
  pausedMs(): number;
  pause(ms: number): void;
  /** Notes what shared state said to a request; milliseconds to wait, 0 when it may leave. */
  noted(take: Take): number;
  /** Pays for one request from the share; milliseconds to wait, 0 when it may leave. */
  takeShare(): number;
  /** Requests of the last minute that shared state has not heard of; the asker is to tell it. */
  claimOwed(): number;
  /** Gives back what could not be told. */
  owe(count: number): void;
  status(): {
    remaining: number;
    sent_last_minute: number;
    full_in_s: number;
    paused_for_s: number;
  };
}

interface Account {
  /** When requests left in the last minute, oldest first. */
  sent: number[];
  /** The same for those that were paid from the share and not told to shared state yet. */
  owed: number[];
  pausedUntil: number;
}

/** One for all clients of the process that agree by the same shared state. */
const accountsOf = new WeakMap<Shared, Map<string, Account>>();

/**
 * What went through shared state counts against the share too: who has just used the whole budget sends nothing more
 * when shared state goes away.
 */
export function localWindow(shared: Shared, clock: Clock, key: string, limit: number): LocalWindow {
  const share = Math.max(1, Math.floor(limit * SHARE));
  const account = accountOf(shared, key);

  /** The present, with everything older than a minute forgotten. */
  function now(): number {
    const at = clock.now();
    prune(account.sent, at);
    prune(account.owed, at);
    // A clock that was set back must not make anybody wait until it has caught up.
    account.pausedUntil = Math.min(account.pausedUntil, at + MAX_PAUSE_MS);
    return at;
  }

  /** Milliseconds until fewer than `count` requests left in the last minute. */
  function untilFewerThan(count: number): number {
    const at = now();
    return (account.sent.at(-count) ?? at - WINDOW_MS) + WINDOW_MS - at;
  }

  function pausedMs(): number {
    const at = now();
    return Math.max(0, account.pausedUntil - at);
  }

  return {
    pausedMs,
    pause(ms) {
      const until = now() + Math.min(ms, MAX_PAUSE_MS);
      account.pausedUntil = Math.max(account.pausedUntil, until);
    },
    noted(take) {
      if (!take.admitted) return Math.max(1, Math.min(take.retryAfterMs, MAX_PAUSE_MS));
      account.sent.push(now());
      return 0;
    },
    takeShare() {
      const waitMs = untilFewerThan(share);
      if (waitMs > 0) return waitMs;
      const at = now();
      account.sent.push(at);
      account.owed.push(at);
      return 0;
    },
    claimOwed() {
      now();
      return account.owed.splice(0).length;
    },
    owe(count) {
      const at = now();
      for (let one = 0; one < count; one += 1) account.owed.push(at);
    },
    status() {
      const paused = pausedMs();
      const { length } = account.sent;
      return {
        remaining: paused > 0 ? 0 : Math.max(0, share - length),
        sent_last_minute: length,
        full_in_s: Math.ceil(Math.max(untilFewerThan(1), paused) / 1000),
        paused_for_s: Math.ceil(paused / 1000),
      };
    },
  };
}

function accountOf(shared: Shared, key: string): Account {
  const accounts = accountsOf.get(shared) ?? new Map<string, Account>();
  accountsOf.set(shared, accounts);
  const account = accounts.get(key) ?? { sent: [], owed: [], pausedUntil: 0 };
  // The least used stands first and leaves first.
  accounts.delete(key);
  accounts.set(key, account);
  const [leastUsed] = accounts.keys();
  if (accounts.size > MAX_ACCOUNTS && leastUsed !== undefined) accounts.delete(leastUsed);
  return account;
}

function prune(times: number[], now: number): void {
  const newest = times.at(-1);
  if (newest !== undefined && newest > now) {
    for (const [index, at] of times.entries()) times[index] = Math.min(at, now);
  }
  const firstRecent = times.findIndex((at) => at > now - WINDOW_MS);
  times.splice(0, firstRecent === -1 ? times.length : firstRecent);
}
