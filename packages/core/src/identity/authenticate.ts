import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import { createCache } from "../cache/cache.ts";
import type { Clients } from "../connections/clients.ts";
import type { Connector } from "../connector.ts";
import { FairleadError } from "../errors.ts";
import type { AddressLimit } from "../limits/address-limit.ts";
import { createTurns } from "../limits/turns.ts";
import type { Clock } from "../ports.ts";
import { Secret } from "../secret.ts";
import type { Connection, Store } from "../storage/store.ts";
import type { KeyedHash } from "../vault/keyed-hash.ts";
import { LOCAL_USER, type Principal } from "./principal.ts";

/** What a request shows of its sender, before anything is believed. */
export interface Evidence {
  surface: "http" | "stdio" | "cli";
  address: string;
  /** Header names in lower case, as Node gives them. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The connectors the endpoint serves; only their header credentials count. */
  connectors: readonly Connector[];
  /** Aborts when the sender has gone; asked for only by what takes long. */
  signal?: () => AbortSignal;
}

export type Authenticate = (evidence: Evidence) => Promise<Principal>;

export interface IdentityConfig {
  /** Every caller without a credential is the local user. Only ever on stdio, or on loopback by an explicit flag. */
  trustLocal: boolean;
  headerCredentials: boolean;
}

interface Parts {
  config: IdentityConfig;
  store: Store;
  clients: Clients;
  clock: Clock;
  keyedHash: KeyedHash;
  failures: AddressLimit;
}

const REMEMBERED = 5_000;
const KEY_REMEMBERED_MS = 1_000;
const PAIR_REMEMBERED_MS = 3_600_000;
/** Pairs of one address that are checked at a time: what fails is counted before the next one leaves. */
const CHECKS_AT_A_TIME = 10;

/** Turns evidence into a principal, or throws `unauthenticated`. A credential that was shown must be good: it never falls back to a weaker one. */
export function createAuthenticate(parts: Parts): Authenticate {
  // Without a resolution of 0 the cache would keep a reading of the clock by a timer of its own.
  const timing = { perf: parts.clock, ttlResolution: 0 };
  const keys = new LRUCache<string, Principal>({
    ...atMost(REMEMBERED),
    ttl: KEY_REMEMBERED_MS,
    ...timing,
  });
  const pairs = new LRUCache<string, Principal>({
    ...atMost(REMEMBERED),
    ttl: PAIR_REMEMBERED_MS,
    ...timing,
  });

  // A pair is asked about once for all who bring it meanwhile, until the last of them has left.
  const checks = createCache(parts.clock, 1);
  const turns = createTurns(CHECKS_AT_A_TIME);

  async function byApiKey(key: string, address: string): Promise<Principal> {
    const digest = hash("sha256", key, "hex");
    const known = keys.get(digest);
    if (known !== undefined) return known;
    const record = await parts.store.findApiKey(digest);
    if (record === undefined) {
      // Only who guesses is slowed down: behind one address there may be many with good keys.
      admitAttempt(parts.failures, address);
      parts.failures.charge(address, 1);
      throw new FairleadError(
        "unauthenticated",
        "This API key is not known here. Check the key, or ask whoever runs this Fairlead for one.",
      );
    }
    const principal: Principal = {
      id: record.principal_id,
      tenant_id: record.tenant_id,
      kind: "api_key",
      label: record.label,
      scopes: new Set(record.scopes),
    };
    keys.set(digest, principal);
    return principal;
  }

  async function byHeaders(
    connector: Connector,
    credential: Record<string, Secret>,
    account: string,
    evidence: Evidence,
  ): Promise<Principal> {
    const fields = Object.entries(credential).sort(([a], [b]) => (a < b ? -1 : 1));
    const pair = JSON.stringify(fields.map(([name, secret]) => [name, secret.reveal()]));
    const pairHash = parts.keyedHash(`pair ${connector.id}`, pair);
    const known = pairs.get(pairHash);
    if (known !== undefined) return known;

    const { address } = evidence;
    admitAttempt(parts.failures, address);
    const caller = evidence.signal?.() ?? new AbortController().signal;
    try {
      return await checks.get(pairHash, { ttlMs: 0 }, caller, (signal) =>
        turns(address, () => {
          signal.throwIfAborted();
          admitAttempt(parts.failures, address);
          return check(connector, credential, account, { pairHash, address, signal });
        }),
      );
    } catch (error) {
      if (!caller.aborted) throw error;
      throw new FairleadError("cancelled", "The caller left before its credential was checked.");
    }
  }

  /** Asks the upstream whether it takes the pair, and remembers who it is. */
  async function check(
    connector: Connector,
    credential: Record<string, Secret>,
    account: string,
    { pairHash, address, signal }: { pairHash: string; address: string; signal: AbortSignal },
  ): Promise<Principal> {
    const tenant = parts.keyedHash(`tenant ${connector.id}`, account).slice(0, 32);
    const connection: Connection = {
      id: `con_${pairHash.slice(0, 32)}`,
      tenant_id: `ten_${tenant}`,
      connector: connector.id,
      label: "request headers",
      settings: {},
      credential,
      version: 1,
    };
    try {
      const client = parts.clients.open(connector, connection);
      await connector.verify?.(client as never, signal);
    } catch (error) {
      parts.clients.drop(connection);
      if (error instanceof FairleadError && error.code === "unauthenticated") {
        parts.failures.charge(address, 1);
      }
      throw error;
    }
    const principal: Principal = {
      id: `prn_${tenant}`,
      tenant_id: connection.tenant_id,
      kind: "header",
      label: `${connector.title} account`,
      scopes: new Set(["*"]),
      connections: [connection],
    };
    pairs.set(pairHash, principal);
    return principal;
  }

  return async (evidence) => {
    const key = apiKeyOf(evidence.headers);
    if (key !== undefined) return byApiKey(key, evidence.address);
    if (parts.config.headerCredentials) {
      for (const connector of evidence.connectors) {
        const shown = headerCredentialOf(connector, evidence.headers);
        if (shown === undefined) continue;
        return byHeaders(connector, shown.credential, shown.account, evidence);
      }
    }
    if (parts.config.trustLocal) return LOCAL_USER;
    throw noCredential(parts.config.headerCredentials ? evidence.connectors : []);
  };
}

function noCredential(connectors: readonly Connector[]): FairleadError {
  const headers = connectors
    .map(({ headerCredential }) => Object.keys(headerCredential?.headers ?? {}).join(" and "))
    .filter((names) => names !== "");
  const others = headers.map((names) => `, or the headers ${names}`).join("");
  return new FairleadError(
    "unauthenticated",
    `No credential came with the request. Send an API key as "Authorization: Bearer …" or "X-API-Key: …"${others}.`,
  );
}

function admitAttempt(failures: AddressLimit, address: string): void {
  const waitMs = failures.take(address, 0);
  if (waitMs === 0) return;
  const retry_after_s = Math.ceil(waitMs / 1000);
  throw new FairleadError(
    "rate_limited",
    `Too many failed sign-ins from this address. Try again in ${retry_after_s} s.`,
    { details: { retry_after_s, reason: "failed_logins" } },
  );
}

function apiKeyOf(headers: Evidence["headers"]): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) {
    const match = /^bearer +(\S+) *$/i.exec(String(authorization));
    if (match?.[1] !== undefined) return match[1];
    throw new FairleadError(
      "unauthenticated",
      "The Authorization header has to read `Bearer` and a key.",
    );
  }
  return single(headers["x-api-key"]);
}

function headerCredentialOf(
  connector: Connector,
  headers: Evidence["headers"],
): { credential: Record<string, Secret>; account: string } | undefined {
  const definition = connector.headerCredential;
  if (definition === undefined) return undefined;
  const credential: Record<string, Secret> = {};
  for (const [header, field] of Object.entries(definition.headers)) {
    const value = single(headers[header]);
    if (value !== undefined && value !== "") credential[field] = new Secret(value);
  }
  if (Object.keys(credential).length === 0) return undefined;
  const parsed = connector.credential?.safeParse(credential);
  if (parsed?.success === false) {
    const names = Object.keys(definition.headers).join(" and ");
    throw new FairleadError(
      "unauthenticated",
      `The ${connector.title} headers are incomplete or malformed. Send ${names}.`,
    );
  }
  return { credential, account: definition.account(credential) };
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
