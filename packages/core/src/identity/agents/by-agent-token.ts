import { FairleadError } from "../../errors.ts";
import type { Tiers } from "../../limits/tiers.ts";
import type { Clock } from "../../ports.ts";
import type { AgentKey } from "../../storage/records.ts";
import type { Store } from "../../storage/store.ts";
import type { ShownCredential } from "../principal.ts";
import { openPrincipal } from "../stored-principal.ts";
import { type Known, refusal, type Way } from "../way.ts";
import { belongsTo } from "../whose.ts";
import type { Account, Accounts } from "./accounts.ts";
import { isSigned, type RequestSignatures } from "./request-signature.ts";
import { agentKeyId, agentTokenId } from "./revocation-ids.ts";
import { type AgentClaims, type AgentTokens, SKEW_S } from "./tokens.ts";

export interface AgentWayParts {
  store: Pick<Store, "agentKeys" | "principals" | "revocations" | "tenants">;
  accounts: Accounts;
  tokens: AgentTokens;
  signatures: RequestSignatures;
  tiers: Tiers;
  clock: Clock;
  /** Every request of every agent has to be signed. */
  requireSignedRequests: boolean;
}

/** Who a token is of, as far as records say. */
export type OpenAgent = (claims: AgentClaims) => Promise<OpenedAgent>;

export interface OpenedAgent extends Known {
  /** When the delegation ends. */
  until: number;
}

/** Tokens that agents got for a signature of their key pair. */
export function createAgentWay({ tokens }: Pick<AgentWayParts, "tokens">, open: OpenAgent): Way {
  return async (token) => {
    const claims = await tokens.verify(token);
    return claims === undefined ? undefined : open(claims);
  };
}

/** Throws `unauthenticated` when token or key pair are no longer good, `forbidden` when the account is not. */
export function createOpenAgent(parts: AgentWayParts): OpenAgent {
  const { store, accounts, signatures, requireSignedRequests } = parts;

  return async (claims) => {
    const { sub, pk, jti, signed_requests } = claims;
    const id = agentTokenId(jti);
    const isRevoked = await store.revocations.has(id);
    const account = await accounts.find(sub);
    if (account === undefined) throw isRevoked ? revokedToken() : unknownAccount();
    const { tenant_id, principal_id } = account;
    const toItsTenant = (error: unknown): never => {
      throw belongsTo(error, { tenant_id, principal_id, credential_id: id });
    };
    if (isRevoked) return toItsTenant(revokedToken());
    const opening = openKnown(account, claims, id);
    const { key, known } = await opening.catch(toItsTenant);
    return {
      ...known,
      until: key.not_after,
      admit(evidence) {
        const mustSign = signed_requests || requireSignedRequests || isSigned(evidence.headers);
        return mustSign ? signatures.require(pk, evidence).catch(toItsTenant) : undefined;
      },
    };
  };

  async function openKnown(account: Account, { sub, pk, exp }: AgentClaims, id: string) {
    const key = await requireKey(parts, { address: sub, public_key: pk, account });
    const expires_at = Math.min((exp + SKEW_S) * 1000, key.not_after);
    const known = await openAccount(parts, account, { kind: "agent_token", id, expires_at });
    return { key, known };
  }
}

/** Throws `forbidden` when the account is disabled, or its tenant is. */
export async function openAccount(
  { store, tiers }: Pick<AgentWayParts, "store" | "tiers">,
  { tenant_id, principal_id, roles, status }: Account,
  credential: ShownCredential,
): Promise<Known> {
  const row = await store.principals.find(tenant_id, principal_id);
  if (row?.kind !== "agent") throw unknownAccount();
  const now = status === "active" ? row : { ...row, status };
  return openPrincipal({ store, tiers }, now, { credential, scopes: null, roles });
}

export async function requireAccount(accounts: Accounts, address: string): Promise<Account> {
  const account = await accounts.find(address);
  if (account === undefined) throw unknownAccount();
  return account;
}

/** The key pair's row. Only who holds its private key, or a token it got, comes this far. */
export async function requireKey(
  { store, clock }: Pick<AgentWayParts, "store" | "clock">,
  { address, public_key, account }: { address: string; public_key: string; account: Account },
): Promise<AgentKey> {
  const isRevoked = await store.revocations.has(agentKeyId(address, public_key));
  const key = await store.agentKeys.find(address, public_key);
  if (isRevoked || (key !== undefined && key.revoked_at !== null)) throw revokedKey();
  const isOfAccount =
    key?.tenant_id === account.tenant_id && key.principal_id === account.principal_id;
  if (key === undefined || !isOfAccount || key.not_after <= clock.now()) throw undelegated();
  return key;
}

function revokedToken(): FairleadError {
  return refusal("revoked_token", "This token was revoked. Sign in again with your key pair.");
}

function revokedKey(): FairleadError {
  return refusal(
    "revoked_key_pair",
    "This key pair was revoked. Make another, and have the account delegate to it.",
  );
}

export function undelegated(): FairleadError {
  return refusal(
    "delegation",
    "No delegation that holds is known for this address and key pair. Send one that the account's key signed for both.",
  );
}

function unknownAccount(): FairleadError {
  return new FairleadError(
    "forbidden",
    "This account is not known to this Fairlead. Ask an administrator to add its address as an agent.",
    { details: { reason: "unknown_account" } },
  );
}
