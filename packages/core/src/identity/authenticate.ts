import type { Connector } from "../connector.ts";
import { FairleadError } from "../errors.ts";
import type { Tiers } from "../limits/tiers.ts";
import type { Secret } from "../secret.ts";
import type { AnonymousWay } from "./anonymous.ts";
import { type HeaderWay, headerNames, withHeadersOf } from "./by-headers.ts";
import type { Issuer } from "./issuers.ts";
import { LOCAL_USER, type Principal } from "./principal.ts";

/** What a request shows of its sender, before anything is believed. */
export interface Evidence {
  surface: "http" | "rest" | "stdio" | "cli";
  address: string;
  /** Header names in lower case, as Node gives them. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The connectors the endpoint serves; only their header credentials count. */
  connectors: readonly Connector[];
  /** Path of the endpoint, without a query: what a token has to be meant for. Absent: the server as a whole. */
  resource?: string;
  /** Of the request, with path and query as they were sent; for signatures over a request. */
  method?: string;
  path?: string;
  /** The raw body; for the same. */
  body?: (() => Promise<Uint8Array>) | undefined;
  /** Aborts when the sender has gone; asked for only by what takes long. */
  signal?: () => AbortSignal;
}

/** At once for a credential that is remembered. Throws, or rejects, where there is nobody to be. */
export type Authenticate = (evidence: Evidence) => Principal | Promise<Principal>;

export interface IdentityConfig {
  /** Every caller without a credential is the local user. Only ever on stdio, or on loopback by an explicit flag. */
  trustLocal: boolean;
  headerCredentials: boolean;
  /** Keys of the operator's own, of any text. */
  operatorKeys?: readonly Secret[];
  /** Where the world reaches this server; what tokens are meant for. Without a slash at the end. */
  publicUrl?: string | undefined;
  /** Authorization servers whose tokens are taken. */
  issuers?: readonly Issuer[];
  /** Connectors whose reads are open to callers without a credential. */
  anonymousConnectors?: readonly string[];
  tiers?: Tiers;
}

interface Ways {
  config: IdentityConfig;
  byToken: (token: string, evidence: Evidence) => Principal | Promise<Principal>;
  byHeaders: HeaderWay;
  anonymous: AnonymousWay;
}

/**
 * The ways of showing who one is, in order. A credential that was shown has to be good: it never falls back to a
 * weaker one, and two of them are refused, since nobody could tell which account is meant.
 */
export function createAuthenticate({ config, byToken, byHeaders, anonymous }: Ways): Authenticate {
  return (evidence) => {
    const token = tokenOf(evidence.headers);
    const withHeaders = withHeadersOf(evidence);
    if (token !== undefined) {
      if (withHeaders.length > 0) throw keyAndHeaders(withHeaders);
      return byToken(token, evidence);
    }
    const [connector, another] = withHeaders;
    if (connector !== undefined && config.headerCredentials) {
      if (another !== undefined) throw severalPairs(withHeaders);
      return byHeaders(connector, evidence);
    }
    if (connector !== undefined) throw headersAreOff(connector);
    if (config.trustLocal) return LOCAL_USER;
    const nobody = anonymous(evidence);
    if (nobody !== undefined) return nobody;
    throw noCredential(config.headerCredentials ? evidence.connectors : []);
  };
}

const BEARER = /^bearer +(\S+) *$/i;

function tokenOf(headers: Evidence["headers"]): string | undefined {
  const { authorization, "x-api-key": key } = headers;
  const bearer = authorization === undefined ? undefined : bearerOf(String(authorization));
  if (key === undefined) return bearer;
  if (Array.isArray(key) || (bearer !== undefined && bearer !== key)) throw severalKeys();
  return key;
}

function bearerOf(authorization: string): string {
  const token = BEARER.exec(authorization)?.[1];
  if (token !== undefined) return token;
  throw new FairleadError(
    "unauthenticated",
    "The Authorization header has to read `Bearer` and one key or token.",
  );
}

function noCredential(connectors: readonly Connector[]): FairleadError {
  const others = connectors
    .filter(({ headerCredential }) => headerCredential !== undefined)
    .map((connector) => `, or the headers ${headerNames(connector).join(" and ")}`)
    .join("");
  return new FairleadError(
    "unauthenticated",
    `No credential came with the request. Send an API key as "Authorization: Bearer …" or "X-API-Key: …"${others}.`,
  );
}

function severalKeys(): FairleadError {
  return new FairleadError(
    "invalid_input",
    "The request carries more than one API key or token. Send one, in one header.",
    { details: { reason: "several_credentials" } },
  );
}

function keyAndHeaders(connectors: readonly Connector[]): FairleadError {
  const names = connectors.flatMap(headerNames).join(" and ");
  return new FairleadError(
    "invalid_input",
    `The request carries an API key or token and the headers ${names}, which may belong to different accounts. Send one of the two.`,
    { details: { reason: "several_credentials" } },
  );
}

function severalPairs(connectors: readonly Connector[]): FairleadError {
  const titles = connectors.map(({ title }) => title).join(" and ");
  return new FairleadError(
    "invalid_input",
    `The request carries the headers of several accounts (${titles}). Send those of one, use /mcp/{connector}, or connect all of them and send an API key.`,
    { details: { reason: "several_credentials" } },
  );
}

function headersAreOff(connector: Connector): FairleadError {
  return new FairleadError(
    "unauthenticated",
    `This Fairlead takes no credentials in headers such as ${headerNames(connector)[0]}. Send an API key as "Authorization: Bearer …".`,
  );
}
