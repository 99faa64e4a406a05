import type { JWTPayload, JWTVerifyOptions, JWTVerifyResult, LocalJWKSet } from "jose";
import type { FairleadError } from "../errors.ts";
import { isRecord } from "../is-record.ts";
import type { Clock } from "../ports.ts";
import type { Issuer } from "./issuers.ts";
import { loadJose } from "./jose.ts";
import type { KeySet } from "./key-set.ts";
import { refusal, unknownCredential } from "./way.ts";

/** What a verified access token says. */
export interface Claims {
  issuer: string;
  /** `sub`, or the client where the token is nobody's but its own. */
  subject: string;
  client_id: string | undefined;
  /** Whether the client speaks for itself and not for a person. */
  isClient: boolean;
  audiences: readonly string[];
  jti: string | undefined;
  /** When it stops being taken here, milliseconds. */
  expires_at: number;
  all: JWTPayload;
}

/** What a token says of itself before anything is checked; good for choosing whom to ask, and for nothing else. */
export interface Unverified {
  header: Record<string, unknown>;
  issuer: string;
}

const LONGEST = 16_384;
/** Clocks of issuers differ from ours by so much. */
const SKEW_S = 60;
const COMPACT = /^([\w-]+)\.([\w-]+)\.[\w-]*$/;
const LONGEST_KEY_ID = 256;
/** `typ` of access tokens (RFC 9068, section 2.1), and what issuers wrote before it. */
const TYPES = ["at+jwt", "application/at+jwt", "jwt", "application/jwt"];
/** Claims that only ID tokens and events have (OpenID Connect Core 2 and 3.3.2.11; RFC 8417). */
const NOT_OF_ACCESS_TOKENS = ["nonce", "at_hash", "c_hash", "s_hash", "events"];

/** Reads a compact JWT. Undefined when the text is none. */
export function readUnverified(token: string): Unverified | undefined {
  if (token.length > LONGEST) return undefined;
  const [, head, body] = COMPACT.exec(token) ?? [];
  const header = readJson(head);
  const issuer = readJson(body)?.iss;
  return header === undefined || typeof issuer !== "string" ? undefined : { header, issuer };
}

/** Throws `unauthenticated`, or `upstream_unavailable` when the issuer's keys cannot be had. */
export async function verifyJwt(
  token: string,
  { header }: Unverified,
  { issuer, keys, clock }: { issuer: Issuer; keys: KeySet; clock: Clock },
): Promise<Claims> {
  requireHeader(header, issuer);
  const options: JWTVerifyOptions = {
    issuer: issuer.issuer,
    algorithms: issuer.algorithms,
    clockTolerance: SKEW_S,
    currentDate: new Date(clock.now()),
    maxTokenAge: issuer.max_token_age_s,
    requiredClaims: ["exp", "iat", "aud"],
  };
  const { payload } = await verifySignature(token, keys, options);
  const claims = toClaims(payload, issuer);
  if (claims.expires_at <= clock.now()) throw expired();
  return claims;
}

/** What would be refused anyway, before the issuer is asked for anything. */
function requireHeader(header: Record<string, unknown>, { algorithms }: Issuer): void {
  const { alg, typ, crit, kid } = header;
  const isAllowed = algorithms.some((algorithm) => algorithm === alg);
  // Nothing an access token may have to say has to be understood (RFC 7515, section 4.1.11).
  if (!isAllowed || crit !== undefined) throw unknownCredential();
  if (kid !== undefined && (typeof kid !== "string" || kid.length > LONGEST_KEY_ID)) {
    throw unknownCredential();
  }
  if (typ === undefined) return;
  if (typeof typ !== "string" || !TYPES.includes(typ.toLowerCase())) throw noAccessToken();
}

async function verifySignature(
  token: string,
  keys: KeySet,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  const { errors } = await loadJose();
  try {
    return await verifyWith(token, await keys.current(), options);
  } catch (error) {
    if (!(error instanceof errors.JWKSNoMatchingKey)) throw await toRefusal(error);
  }
  const renewed = await keys.renewed();
  if (renewed === undefined) throw unknownCredential();
  try {
    return await verifyWith(token, renewed, options);
  } catch (error) {
    throw await toRefusal(error);
  }
}

/** Keys without ids are tried in turn. Keys that the token brings or points at are never looked at. */
async function verifyWith(
  token: string,
  keys: LocalJWKSet,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  const { errors, jwtVerify } = await loadJose();
  try {
    return await jwtVerify(token, keys, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return await jwtVerify(token, key, options);
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
      }
    }
    throw error;
  }
}

/** What is wrong is said only of a token whose signature is right. */
async function toRefusal(error: unknown): Promise<unknown> {
  const { errors } = await loadJose();
  if (error instanceof errors.JWTExpired) return expired();
  if (error instanceof errors.JWTClaimValidationFailed) {
    const reason = error.claim === "nbf" ? "token_not_yet_valid" : "token_claims";
    return refusal(reason, `This token is not acceptable here: its claim "${error.claim}" is not.`);
  }
  return error instanceof errors.JOSEError ? unknownCredential(error) : error;
}

function toClaims(payload: JWTPayload, issuer: Issuer): Claims {
  const { sub, client_id, azp, aud, jti, exp = 0, iat = 0 } = payload;
  if (NOT_OF_ACCESS_TOKENS.some((claim) => claim in payload)) throw noAccessToken();
  // What Keycloak writes beside the header.
  if (typeof payload.typ === "string" && payload.typ !== "Bearer") throw noAccessToken();
  if ("cnf" in payload) throw bound();
  const client = [client_id, azp].find((name) => typeof name === "string");
  const subject = sub ?? client;
  if (typeof subject !== "string" || subject === "") {
    throw refusal("token_claims", 'This token is not acceptable here: it has no "sub".');
  }
  const ends = Math.min(exp, iat + issuer.max_token_age_s) + SKEW_S;
  return {
    issuer: issuer.issuer,
    subject,
    client_id: typeof client === "string" ? client : undefined,
    isClient: sub === undefined || sub === client,
    audiences: textsOf(aud),
    jti: typeof jti === "string" ? jti : undefined,
    expires_at: ends * 1000,
    all: payload,
  };
}

export function textsOf(value: unknown): string[] {
  const all = Array.isArray(value) ? value : [value];
  return all.filter((each) => typeof each === "string");
}

function readJson(part: string | undefined): Record<string, unknown> | undefined {
  if (part === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return isRecord(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function expired(): FairleadError {
  return refusal("expired_token", "This token has expired. Get a new one and repeat the request.");
}

function noAccessToken(): FairleadError {
  return refusal(
    "no_access_token",
    "This is no access token. Send the access token that was issued for this server, not an ID token.",
  );
}

/** A token that belongs to a key or certificate is nobody's without the proof (RFC 7800; RFC 9449, section 7.1). */
function bound(): FairleadError {
  return refusal(
    "bound_token",
    "This token is bound to a key and cannot be sent as a plain Bearer token. Get one that is not bound.",
  );
}
