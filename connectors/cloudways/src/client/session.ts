import { FairleadError, toFairleadError } from "@fairlead/core/errors";
import type { Clock, Logger, RandomBytes } from "@fairlead/core/ports";
import type { Secret } from "@fairlead/core/secret";
import { jittered } from "./repeat.ts";
import { join } from "./wait.ts";

const RENEW_AHEAD_MS = 300_000;
const FIRST_RETRY_MS = 5_000;
const MAX_RETRY_MS = 60_000;
/** A pair that was refused is not tried again for so long: each try costs the account's budget. */
const REFUSED_MS = 30_000;

export interface TokenStatus {
  /** `access_token` was made in the platform; `login_token` came for e-mail and API key. */
  kind: "access_token" | "login_token";
  state: "unused" | "valid" | "renewal_due" | "expired" | "refused";
  obtained_at?: number;
  expires_at?: number;
  renews_at?: number;
  renewing: boolean;
  /** Logins since this client was built. */
  logins: number;
  last_failure?: { code: string; at: number };
}

/** Holds the token of one connection. */
export interface Session {
  /** A token that should be good now. */
  token(signal: AbortSignal): Promise<Secret>;
  /** Another token after `refused` met a 401; throws `unauthenticated` where there can be none. */
  replace(refused: Secret, signal: AbortSignal): Promise<Secret>;
  status(): TokenStatus;
  /** The token at hand, so that no error repeats it. */
  readonly secrets: readonly Secret[];
  close(): void;
}

/** An access token is sent as it is. Nobody but the account's owner can renew it. */
export function createAccessTokenSession(token: Secret, clock: Clock): Session {
  let wasUsed = false;
  let refusedAt: number | undefined;
  return {
    secrets: [token],
    async token() {
      wasUsed = true;
      return token;
    },
    async replace() {
      refusedAt = clock.now();
      throw new FairleadError(
        "unauthenticated",
        "Cloudways no longer accepts the access token of this connection: it expired or was revoked. " +
          "Make a new one in the Cloudways platform and put it in its place.",
        { details: { reason: "access_token_refused" } },
      );
    },
    status() {
      const common = { kind: "access_token" as const, renewing: false, logins: 0 };
      if (refusedAt === undefined) return { ...common, state: wasUsed ? "valid" : "unused" };
      const last_failure = { code: "unauthenticated", at: refusedAt };
      return { ...common, state: "refused", last_failure };
    },
    close() {},
  };
}

interface LoginToken {
  value: Secret;
  obtainedAt: number;
  expiresAt: number;
  renewsAt: number;
  /** Whether a call was made with it: a token that nobody uses is not worth a login. */
  used: boolean;
}

interface Ground {
  /** Exchanges e-mail and API key for a token. */
  login: (signal: AbortSignal) => Promise<{ token: Secret; lifetimeMs: number }>;
  clock: Clock;
  random: RandomBytes;
  logger: Logger;
}

/**
 * Logs in once for any number of callers and renews ahead of expiry, in the background: while the old token lives, no
 * call waits for the new one.
 */
export function createLoginSession({ login, clock, random, logger }: Ground): Session {
  const ended = new AbortController();
  let current: LoginToken | undefined;
  let flight: Promise<LoginToken> | undefined;
  let refused: { error: FairleadError; until: number } | undefined;
  let lastFailure: { code: string; at: number } | undefined;
  let renewals = 0;
  let failures = 0;
  let renewNotBefore = 0;
  let cancelTimer = () => {};

  function logIn(): Promise<LoginToken> {
    flight ??= takeOff().finally(() => {
      flight = undefined;
    });
    // Callers may all have left by the time it fails.
    flight.catch(() => {});
    return flight;
  }

  async function takeOff(): Promise<LoginToken> {
    try {
      const { token, lifetimeMs } = await login(ended.signal);
      const now = clock.now();
      const renewsAt = now + lifetimeMs - Math.min(RENEW_AHEAD_MS, lifetimeMs / 2);
      current = {
        ...{ value: token, obtainedAt: now, expiresAt: now + lifetimeMs },
        ...{ renewsAt, used: false },
      };
      renewals += 1;
      failures = 0;
      refused = undefined;
      lastFailure = undefined;
      renewLater(renewsAt - now);
      logger.info({ expires_at: current.expiresAt }, "logged in to Cloudways");
      return current;
    } catch (thrown) {
      const error = toFairleadError(thrown);
      const now = clock.now();
      lastFailure = { code: error.code, at: now };
      failures += 1;
      if (error.code === "unauthenticated") refused = { error, until: now + REFUSED_MS };
      logger.warn({ code: error.code, reason: error.details?.reason }, "login to Cloudways failed");
      throw error;
    }
  }

  function renewLater(ms: number): void {
    cancelTimer();
    renewNotBefore = clock.now() + ms;
    cancelTimer = clock.after(ms, () => {
      // Once it is dead, the next call logs in; until then a token that nobody uses is left alone.
      if (current?.used === true && clock.now() < current.expiresAt) renew();
    });
  }

  function renew(): void {
    if (flight !== undefined || ended.signal.aborted) return;
    logIn().catch((error: unknown) => {
      if (ended.signal.aborted || current === undefined) return;
      const leftMs = current.expiresAt - clock.now();
      const backoffMs = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), MAX_RETRY_MS);
      // A pair that was refused is not asked about again before it matters.
      const isRefused = error instanceof FairleadError && error.code === "unauthenticated";
      renewLater(isRefused ? leftMs : Math.min(jittered(backoffMs, random), leftMs));
    });
  }

  async function fresh(signal: AbortSignal): Promise<Secret> {
    if (flight === undefined && refused !== undefined && clock.now() < refused.until) {
      throw refused.error;
    }
    const token = await join(logIn(), signal);
    token.used = true;
    return token.value;
  }

  return {
    get secrets() {
      return current === undefined ? [] : [current.value];
    },
    async token(signal) {
      const now = clock.now();
      if (current === undefined || now >= current.expiresAt) return fresh(signal);
      current.used = true;
      if (now >= renewNotBefore) renew();
      return current.value;
    },
    async replace(refusedToken, signal) {
      if (current?.value !== refusedToken) return this.token(signal);
      current = undefined;
      cancelTimer();
      return fresh(signal);
    },
    status() {
      const now = clock.now();
      const common = {
        ...{ kind: "login_token" as const, renewing: flight !== undefined, logins: renewals },
        ...(lastFailure === undefined ? {} : { last_failure: lastFailure }),
      };
      if (current === undefined) {
        return { ...common, state: lastFailure?.code === "unauthenticated" ? "refused" : "unused" };
      }
      const { obtainedAt, expiresAt, renewsAt } = current;
      const state = now >= expiresAt ? "expired" : now >= renewsAt ? "renewal_due" : "valid";
      return {
        ...{ ...common, state },
        ...{ obtained_at: obtainedAt, expires_at: expiresAt, renews_at: renewsAt },
      };
    },
    close() {
      cancelTimer();
      ended.abort(new FairleadError("cancelled", "The connection to Cloudways was closed."));
    },
  };
}
