import type { JSONWebKeySet, JWK, LocalJWKSet } from "jose";
import { FairleadError } from "../errors.ts";
import { isRecord } from "../is-record.ts";
import type { Clock, Fetch, Logger } from "../ports.ts";
import { fetchJson } from "./fetch-json.ts";
import { type Issuer, webUrlOf } from "./issuers.ts";
import { loadJose } from "./jose.ts";

/** The public keys of one issuer, as it publishes them. */
export interface KeySet {
  /** Throws `upstream_unavailable`, reason `issuer`, when there are none that are recent enough. */
  current(): Promise<LocalJWKSet>;
  /** The keys anew, since one was asked for that is not among them; undefined when that was tried just now. */
  renewed(): Promise<LocalJWKSet | undefined>;
}

interface Parts {
  fetch: Fetch;
  clock: Clock;
  logger: Logger;
}

/** A key that the issuer withdrew is taken for so long at most, while the issuer can be reached … */
const FRESH_MS = 600_000;
/** … and for so long while it cannot. */
const STALE_MS = 7_200_000;
/** Unknown key ids cost the issuer one request in this time, however many come. */
const RETRY_MS = 30_000;
/** The same while there is nothing to go on with. */
const FIRST_RETRY_MS = 5_000;
const TIMEOUT_MS = 5_000;
const MOST_KEYS = 50;

export function createKeySet(issuer: Issuer, { fetch, clock, logger }: Parts): KeySet {
  let held: { keys: LocalJWKSet; fetchedAt: number } | undefined;
  let uri = issuer.jwks_uri;
  let triedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<boolean> | undefined;

  async function load(): Promise<boolean> {
    triedAt = clock.now();
    const timeout = new AbortController();
    const stopTimer = clock.after(TIMEOUT_MS, () => {
      timeout.abort(new Error(`no answer within ${TIMEOUT_MS} ms`));
    });
    try {
      uri ??= await discover(issuer, fetch, timeout.signal);
      const keys = await toKeySet(await fetchJson(fetch, uri, timeout.signal));
      held = { keys, fetchedAt: clock.now() };
      return true;
    } catch (error) {
      // It may have moved; what was configured has not.
      uri = issuer.jwks_uri;
      const fields = { err: error, issuer: issuer.issuer };
      logger.warn(fields, "the keys of an issuer could not be fetched");
      return false;
    } finally {
      stopTimer();
    }
  }

  /** Once for all who ask meanwhile, and not again right after. */
  async function reload(): Promise<boolean> {
    const pauseMs = held === undefined ? FIRST_RETRY_MS : RETRY_MS;
    if (loading === undefined && clock.now() - triedAt < pauseMs) return false;
    loading ??= load().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  function isYoungerThan(ms: number): boolean {
    return held !== undefined && clock.now() - held.fetchedAt < ms;
  }

  return {
    async current() {
      if (!isYoungerThan(FRESH_MS)) await reload();
      if (held === undefined || !isYoungerThan(STALE_MS)) throw issuerAway();
      return held.keys;
    },
    async renewed() {
      return (await reload()) ? held?.keys : undefined;
    },
  };
}

/** Where the issuer's keys are, by RFC 8414 (sections 3 and 5) and OpenID Connect Discovery. */
async function discover({ issuer }: Issuer, fetch: Fetch, signal: AbortSignal): Promise<string> {
  const problems: unknown[] = [];
  for (const url of metadataUrls(issuer)) {
    signal.throwIfAborted();
    try {
      const metadata = await fetchJson(fetch, url, signal);
      if (metadata.issuer !== issuer) throw new Error(`${url} is the metadata of another issuer`);
      const { jwks_uri } = metadata;
      if (typeof jwks_uri !== "string" || webUrlOf(jwks_uri) === undefined) {
        throw new Error(`${url} names no place for keys that is safe`);
      }
      return jwks_uri;
    } catch (error) {
      problems.push(error);
    }
  }
  throw new AggregateError(problems, problems.map(String).join("; "));
}

export function metadataUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  const inserted = ["oauth-authorization-server", "openid-configuration"].map(
    (name) => `${origin}/.well-known/${name}${path}`,
  );
  return path === ""
    ? inserted
    : [...inserted, `${origin}${path}/.well-known/openid-configuration`];
}

/** Only public keys: a secret in a published set would be everybody's. */
async function toKeySet(json: Record<string, unknown>): Promise<LocalJWKSet> {
  const { keys } = json;
  if (!Array.isArray(keys)) throw new Error("the key set has no list of keys");
  const usable = keys.filter(isPublicKey).slice(0, MOST_KEYS);
  const { createLocalJWKSet } = await loadJose();
  return createLocalJWKSet({ keys: usable } satisfies JSONWebKeySet);
}

function isPublicKey(key: unknown): key is JWK {
  return isRecord(key) && typeof key.kty === "string" && key.kty !== "oct" && !("d" in key);
}

function issuerAway(): FairleadError {
  return new FairleadError(
    "upstream_unavailable",
    "The server that issued this token cannot be reached to check it. Try again in a minute.",
    { details: { reason: "issuer" } },
  );
}
