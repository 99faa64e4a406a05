import { FairleadError, toFairleadError } from "../errors.ts";
import type { TokenWatch } from "../observe/tally.ts";
import type { Clock, Logger, RandomBytes } from "../ports.ts";
import type { Secret } from "../secret.ts";
import { isSharedStateAway, type Lease, type Shared } from "../storage/shared.ts";
import type { Sealer } from "../vault/sealer.ts";
import { jittered, join, wait } from "../wait.ts";
import type { SharedToken, SharedTokenOptions, SharedTokens } from "./shared-token.ts";
import { createTokenRecords, type Refusal, type TokenRecord } from "./token-records.ts";

const FIRST_RETRY_MS = 5_000;
const MAX_RETRY_MS = 60_000;
/** A credential that was refused is not tried again for so long: each try costs the account's budget. */
const REFUSED_MS = 30_000;
/** When whoever obtains a token dies, the next one waits so long at most. */
const LEASE_MS = 10_000;
const RENEW_LEASE_MS = 3_000;
/** How often those who wait for another replica look. */
const LOOK_MS = 200;
/** Nobody obtains a token, or waits for one, longer than this. */
const MAX_FLIGHT_MS = 60_000;

export interface SharedTokensGround {
  shared: Shared;
  sealer: Pick<Sealer, "sealBytes" | "openBytes">;
  clock: Clock;
  random: RandomBytes;
  logger: Logger;
  /** Tokens are shared within the tenant only. */
  tenant_id: string;
  /** Hears how each of the tokens fares. */
  watch?: (() => TokenWatch) | undefined;
}

/** A token in use by this process. */
interface Held extends TokenRecord {
  renewsAt: number;
  /** Whether a call was made with it: a token that nobody uses is not worth a login. */
  used: boolean;
}

/** The tokens of one tenant's upstream accounts, each obtained once for all replicas. */
export function createSharedTokens(ground: SharedTokensGround): SharedTokens {
  return (options) => createSharedToken(ground, options);
}

/**
 * Obtains a token once for any number of callers and replicas, and renews it ahead of its end in the background: while
 * the old one lives, no call waits for the new one. While shared state is away the process obtains one for itself.
 */
function createSharedToken(
  { shared, sealer, clock, random, logger, tenant_id, ...ground }: SharedTokensGround,
  { account, obtain, renewAheadMs }: SharedTokenOptions,
): SharedToken {
  const key = `token ${tenant_id} ${account}`;
  const records = createTokenRecords({ shared, sealer, clock, key });
  const ended = new AbortController();
  const watch = ground.watch?.();
  let current: Held | undefined;
  let previous: Secret | undefined;
  let flight: Promise<Held> | undefined;
  let refused: Refusal | undefined;
  let lastFailure: { code: string; at: number } | undefined;
  let lastFence = 0;
  /** Tokens up to this one met a 401. */
  let refusedFence = 0;
  let logins = 0;
  let failures = 0;
  let renewNotBefore = 0;
  let cancelTimer = () => {};

  function takeOff(isRenewal: boolean): Promise<Held> {
    flight ??= acquire(isRenewal)
      .then(hold, failed)
      .finally(() => {
        flight = undefined;
      });
    // Callers may all have left by the time it fails.
    flight.catch(() => {});
    return flight;
  }

  /** Another replica's token, or one of our own. */
  async function acquire(isRenewal: boolean): Promise<TokenRecord> {
    const giveUpAt = clock.now() + MAX_FLIGHT_MS;
    const isGood = (record: TokenRecord) =>
      record.fence > refusedFence &&
      clock.now() < (isRenewal ? toRenewsAt(record, renewAheadMs) : record.expires_at);
    while (clock.now() < giveUpAt) {
      let lease: Lease | undefined;
      try {
        const found = await findGood(isGood);
        if (found !== undefined) return found;
        lease = await records.lease(LEASE_MS);
      } catch (error) {
        if (!isSharedStateAway(error)) throw error;
        return logIn(lastFence);
      }
      if (lease !== undefined) return underLease(lease, isGood);
      await wait(clock, jittered(LOOK_MS, random), ended.signal);
    }
    throw new FairleadError("timeout", "Another replica took too long to obtain a token.");
  }

  async function findGood(
    isGood: (record: TokenRecord) => boolean,
  ): Promise<TokenRecord | undefined> {
    const { record, refusal } = await records.look();
    logins = Math.max(logins, record?.logins ?? 0);
    if (record !== undefined && isGood(record)) return record;
    if (refusal !== undefined && clock.now() < refusal.until) {
      refused = { ...refusal, until: Math.min(refusal.until, clock.now() + REFUSED_MS) };
      throw refusal.error;
    }
    return undefined;
  }

  async function underLease(
    lease: Lease,
    isGood: (record: TokenRecord) => boolean,
  ): Promise<TokenRecord> {
    const letGo = keepUp(lease);
    let share: () => Promise<unknown> = async () => {};
    try {
      // Who held the lease before may have just put a token there.
      const found = await findGood(isGood).catch(unlessAway);
      if (found !== undefined) return found;
      share = async () => refused && records.keepRefusal(refused, lease.fence);
      const obtained = await logIn(lease.fence);
      share = () => records.keep(obtained);
      return obtained;
    } finally {
      // The others get the outcome before the lease, and nobody here waits for that.
      share()
        .catch((error: unknown) => logger.debug({ err: error }, "a token could not be shared"))
        .finally(letGo);
    }
  }

  /** Holds on to a lease until let go, however long the login takes. */
  function keepUp(lease: Lease): () => void {
    let cancel = () => {};
    const next = () => {
      cancel = clock.after(RENEW_LEASE_MS, () => {
        lease.renew(LEASE_MS).then(
          (isHeld) => isHeld && next(),
          // The next attempt may come through before it ends.
          next,
        );
      });
    };
    next();
    return () => {
      cancel();
      // Lost or unreachable: it ends by itself.
      lease.release().catch(() => {});
    };
  }

  async function logIn(fence: number): Promise<TokenRecord> {
    const tooLong = new AbortController();
    const stopTimer = clock.after(MAX_FLIGHT_MS, () =>
      tooLong.abort(new FairleadError("timeout", "Obtaining a token took too long.")),
    );
    try {
      const signal = AbortSignal.any([ended.signal, tooLong.signal]);
      signal.throwIfAborted();
      refused = undefined;
      const { token, lifetimeMs } = await obtain(signal);
      const now = clock.now();
      logins += 1;
      watch?.obtained();
      logger.info({ expires_at: now + lifetimeMs }, "obtained a token");
      return { token, obtained_at: now, expires_at: now + lifetimeMs, fence, logins };
    } catch (thrown) {
      const error = toFairleadError(thrown);
      if (error.code === "unauthenticated") refused = { error, until: clock.now() + REFUSED_MS };
      throw error;
    } finally {
      stopTimer();
    }
  }

  function hold(record: TokenRecord): Held {
    const now = clock.now();
    previous = current?.token ?? previous;
    current = { ...record, renewsAt: toRenewsAt(record, renewAheadMs), used: false };
    lastFence = Math.max(lastFence, record.fence);
    failures = 0;
    refused = undefined;
    lastFailure = undefined;
    watch?.held(record.expires_at);
    renewLater(Math.max(0, current.renewsAt - now));
    return current;
  }

  function failed(thrown: unknown): never {
    const error = toFairleadError(thrown);
    lastFailure = { code: error.code, at: clock.now() };
    failures += 1;
    const { code, details } = error;
    if (!ended.signal.aborted) watch?.failed(code);
    logger.warn({ code, reason: details?.reason }, "no token could be obtained");
    throw error;
  }

  function renewLater(ms: number): void {
    cancelTimer();
    renewNotBefore = clock.now() + ms;
    if (ended.signal.aborted) return;
    cancelTimer = clock.after(ms, () => {
      // Once it is dead, the next call obtains one; until then a token that nobody uses is left alone.
      if (current?.used === true && clock.now() < current.expires_at) renew();
    });
  }

  function renew(): void {
    if (flight !== undefined || ended.signal.aborted) return;
    takeOff(true).catch((error: unknown) => {
      if (ended.signal.aborted || current === undefined) return;
      const leftMs = current.expires_at - clock.now();
      const backoffMs = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), MAX_RETRY_MS);
      // A credential that was refused is not asked about again before it matters.
      const isRefused = error instanceof FairleadError && error.code === "unauthenticated";
      renewLater(isRefused ? leftMs : Math.min(jittered(backoffMs, random), leftMs));
    });
  }

  async function fresh(signal: AbortSignal): Promise<Secret> {
    if (flight === undefined && refused !== undefined && clock.now() < refused.until) {
      throw refused.error;
    }
    const held = await join(takeOff(false), signal);
    held.used = true;
    return held.token;
  }

  async function get(signal: AbortSignal): Promise<Secret> {
    const now = clock.now();
    if (current === undefined || now >= current.expires_at) return fresh(signal);
    current.used = true;
    if (now >= renewNotBefore) renew();
    return current.token;
  }

  /** Takes over what another replica did meanwhile; without shared state what is known here has to do. */
  async function lookAround(): Promise<boolean> {
    const { record, refusal } = await records.look();
    const isNewer = record !== undefined && record.fence > Math.max(lastFence, refusedFence);
    if (flight === undefined && isNewer && clock.now() < record.expires_at) {
      hold(record);
      logins = Math.max(logins, record.logins);
    }
    return refusal !== undefined && clock.now() < refusal.until;
  }

  return {
    get secrets() {
      return [current?.token, previous].filter((token) => token !== undefined);
    },
    get,
    async replace(refusedToken, signal) {
      if (current?.token !== refusedToken) return get(signal);
      refusedFence = Math.max(refusedFence, current.fence);
      previous = current.token;
      current = undefined;
      cancelTimer();
      return fresh(signal);
    },
    async status() {
      const isRefused = await lookAround().catch(unlessAway);
      const now = clock.now();
      const common = {
        ...{ renewing: flight !== undefined, logins },
        ...(lastFailure === undefined ? {} : { last_failure: lastFailure }),
      };
      if (current === undefined) {
        const wasRefused = isRefused === true || lastFailure?.code === "unauthenticated";
        return { ...common, state: wasRefused ? "refused" : "unused" };
      }
      const { obtained_at, expires_at, renewsAt } = current;
      const state = now >= expires_at ? "expired" : now >= renewsAt ? "renewal_due" : "valid";
      return { ...common, state, obtained_at, expires_at, renews_at: renewsAt };
    },
    close() {
      cancelTimer();
      watch?.closed();
      ended.abort(new FairleadError("cancelled", "The connection was closed."));
    },
  };
}

/** A short life is not renewed before its half. */
function toRenewsAt({ obtained_at, expires_at }: TokenRecord, aheadMs: number): number {
  return expires_at - Math.min(aheadMs, (expires_at - obtained_at) / 2);
}

function unlessAway(error: unknown): undefined {
  if (!isSharedStateAway(error)) throw error;
}
