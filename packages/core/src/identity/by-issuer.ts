import { hash } from "node:crypto";
import { FairleadError } from "../errors.ts";
import { isRecord } from "../is-record.ts";
import type { Tiers } from "../limits/tiers.ts";
import { isRole, type Role } from "../policy/roles.ts";
import type { Clock, Fetch, Logger } from "../ports.ts";
import type { StoredPrincipal, Tenant } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import { type Audience, createAudience } from "./audience.ts";
import type { Issuer } from "./issuers.ts";
import { type Claims, readUnverified, textsOf, verifyJwt } from "./jwt.ts";
import { createKeySet, type KeySet } from "./key-set.ts";
import type { ShownCredential } from "./principal.ts";
import type { Provision } from "./provision.ts";
import { isScope } from "./scopes.ts";
import { openPrincipal } from "./stored-principal.ts";
import { refusal, unknownCredential, type Way } from "./way.ts";
import { belongsTo, type Whose } from "./whose.ts";

interface Parts {
  issuers: readonly Issuer[];
  publicUrl: string | undefined;
  store: Pick<Store, "principals" | "tenants" | "revocations">;
  tiers: Tiers;
  clock: Clock;
  fetch: Fetch;
  logger: Logger;
  provision: Provision;
}

interface Trusted {
  issuer: Issuer;
  keys: KeySet;
  audience: Audience;
}

/** Access tokens of the issuers that the operator trusts (OAuth 2.1, RFC 9068). They are never passed on. */
export function createIssuerWay(parts: Parts): Way {
  const { store, tiers, clock, publicUrl } = parts;
  const trusted = new Map<string, Trusted>();
  for (const issuer of parts.issuers) {
    trusted.set(issuer.issuer, {
      issuer,
      keys: createKeySet(issuer, parts),
      audience: createAudience(publicUrl, issuer.audience),
    });
  }

  async function find(issuer: Issuer, claims: Claims): Promise<StoredPrincipal> {
    const tenant = await namedTenant(store, issuer, claims);
    const known = await store.principals.findBySubject(claims.issuer, claims.subject);
    const row = known ?? (await parts.provision(issuer, claims, tenant));
    if (row === undefined) throw unknownSubject();
    // A token for a client must not act as a person who happens to have the same name, nor the reverse.
    // `sub` does not tell them apart: a client's own token carries its id there (RFC 9068, section 2.2; RFC 9700, 4.15).
    const isClientRow = row.kind === "oauth_client";
    if (claims.isClient && !isClientRow) throw unknownSubject();
    if (isClientRow && (claims.client_id ?? claims.subject) !== claims.subject)
      throw unknownSubject();
    if (tenant !== undefined && tenant.id !== row.tenant_id) throw unknownSubject();
    return row;
  }

  return async (token) => {
    const unverified = readUnverified(token);
    if (unverified === undefined) return undefined;
    const found = trusted.get(unverified.issuer);
    if (found === undefined) throw unknownCredential();
    const { issuer, audience } = found;
    const claims = await verifyJwt(token, unverified, { ...found, clock });
    if (!audience.isOurs(claims.audiences)) throw wrongAudience();
    const credential = shownBy(token, claims);
    if (await store.revocations.has(credential.id)) {
      const row = await store.principals.findBySubject(claims.issuer, claims.subject);
      const revoked = refusal("revoked_token", "This token was revoked. Sign in again.");
      throw row === undefined ? revoked : belongsTo(revoked, ownerOf(row, credential));
    }
    const row = await find(issuer, claims);
    const whose = ownerOf(row, credential);
    const roles = rolesOf(issuer, claims);
    const opening = openPrincipal({ store, tiers }, row, {
      credential,
      scopes: scopesOf(issuer, claims),
      ...(roles === undefined ? {} : { roles }),
    });
    const known = await opening.catch((error: unknown) => {
      throw belongsTo(error, whose);
    });
    return {
      ...known,
      admit({ resource = "" }) {
        if (audience.covers(claims.audiences, resource)) return;
        throw belongsTo(wrongAudience(), whose);
      },
    };
  };
}

/** What `Store.revocations` and a change of topic `token` name a token of an issuer by. */
export function tokenId(issuer: string, jti: string): string {
  return hash("sha256", `${issuer}\n${jti}`, "hex");
}

function ownerOf({ id, tenant_id }: StoredPrincipal, credential: ShownCredential): Whose {
  return { tenant_id, principal_id: id, credential_id: credential.id };
}

function shownBy(token: string, { issuer, jti, expires_at }: Claims): ShownCredential {
  const id = jti === undefined ? hash("sha256", token, "hex") : tokenId(issuer, jti);
  return { kind: "token", id, expires_at };
}

/** The tenant that the token itself names, where the issuer was configured to. */
async function namedTenant(
  store: Pick<Store, "tenants">,
  { claims: { tenant: claim } }: Issuer,
  { all }: Claims,
): Promise<Tenant | undefined> {
  if (claim === undefined) return undefined;
  const name = claimOf(all, claim);
  if (typeof name !== "string") throw unknownSubject();
  const tenant = await findTenant(store, name);
  if (tenant === undefined) throw unknownSubject();
  return tenant;
}

export async function findTenant(
  { tenants }: Pick<Store, "tenants">,
  idOrName: string,
): Promise<Tenant | undefined> {
  return idOrName.startsWith("ten_") ? tenants.find(idOrName) : tenants.findByName(idOrName);
}

function rolesOf({ claims: { roles: claim } }: Issuer, { all }: Claims): Role[] | undefined {
  return claim === undefined ? undefined : wordsOf(claimOf(all, claim)).filter(isRole);
}

/** Null where the token does not narrow anything. Words that are no scopes of ours, such as `openid`, do not count. */
function scopesOf({ claims, require_scope }: Issuer, { all }: Claims): string[] | null {
  const claim = claims.scopes ?? (all.scope === undefined ? "scp" : "scope");
  const scopes = wordsOf(claimOf(all, claim)).filter(isScope);
  return scopes.length > 0 || require_scope ? scopes : null;
}

/** A claim by its name, or by a path such as `realm_access.roles`. */
function claimOf(claims: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const part of name.split(".")) {
    if (!isRecord(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}

/** Words between spaces (RFC 6749, section 3.3), or a list of them. */
function wordsOf(value: unknown): string[] {
  return textsOf(value).flatMap((text) => text.split(" ").filter((word) => word !== ""));
}

function wrongAudience(): FairleadError {
  return refusal(
    "token_audience",
    "This token was issued for something else. Get one for the URL of this endpoint.",
  );
}

function unknownSubject(): FairleadError {
  return new FairleadError(
    "forbidden",
    "You are signed in, but not known to this Fairlead. Ask an administrator to add you.",
    { details: { reason: "unknown_subject" } },
  );
}
