import { FairleadError } from "../../errors.ts";
import { admissionEvent } from "../../observe/admission-event.ts";
import type { AuditLog } from "../../observe/audit-log.ts";
import type { Clock, RandomBytes } from "../../ports.ts";
import type { AgentKey } from "../../storage/records.ts";
import type { Store } from "../../storage/store.ts";
import type { Vault } from "../../vault/vault.ts";
import { refusal } from "../way.ts";
import type { Account, Accounts } from "./accounts.ts";
import { requireAccount, requireKey, undelegated } from "./by-agent-token.ts";
import type { Challenges } from "./challenges.ts";
import { sealDelegation, verifyDelegation } from "./delegation.ts";
import type { LoginInput } from "./input.ts";
import type { Session } from "./sessions.ts";
import { isSignedBy } from "./signatures.ts";

interface Parts {
  store: Store;
  vault: Vault;
  auditLog: AuditLog;
  accounts: Accounts;
  challenges: Challenges;
  clock: Clock;
  random: RandomBytes;
  /** Throws `forbidden` when it is disabled, or its tenant is. */
  requireActive(account: Account): Promise<void>;
  start(opened: OpenedLogin): Promise<Session>;
}

/** Somebody who proved to hold a key pair, and that an account that is known here delegated to it. */
export interface OpenedLogin {
  address: string;
  public_key: string;
  signed_requests: boolean;
}

/** A delegation to be kept from now on. */
type Kept = Pick<AgentKey, "not_after" | "sealed_delegation">;

/** Two requests may bring the same new key pair at once. */
const MOST_TRIES = 3;

/**
 * First the signature, then the challenge, the delegation, the account: whoever does not hold the private key reads
 * nothing that tells one address from another, and uses nothing up.
 */
export function createLogin(
  parts: Parts,
): (input: LoginInput, from: { address: string }) => Promise<Session> {
  const { store, accounts, challenges, clock } = parts;

  async function proveKey(input: LoginInput): Promise<void> {
    const { address, public_key, challenge_id, signed_message: message } = input;
    const isRight = isSignedBy(public_key, message, input.signature);
    const isOurs = challenges.isOurs({ challenge_id, message, address, public_key });
    if (!isRight || !isOurs) throw unproven();
    if (!(await challenges.redeem(challenge_id))) throw unproven();
  }

  /** Before the account is looked up: by a delegation that came, until when; or by one that is kept. */
  async function proveAccount(input: LoginInput): Promise<number | undefined> {
    const { address, public_key, delegation } = input;
    if (delegation === undefined) {
      if ((await store.agentKeys.find(address, public_key)) === undefined) throw undelegated();
      return undefined;
    }
    const about = { address, public_key, now: clock.now() };
    const not_after = await verifyDelegation(delegation, about);
    if (not_after === undefined) throw undelegated();
    return not_after;
  }

  async function seal(
    { address, public_key, delegation }: LoginInput,
    { tenant_id }: Account,
    not_after: number | undefined,
  ): Promise<Kept | undefined> {
    if (delegation === undefined || not_after === undefined) return undefined;
    const place = { tenant_id, address, public_key };
    return { not_after, sealed_delegation: await sealDelegation(parts.vault, place, delegation) };
  }

  /** In one transaction: the key pair as it is from now on, and the event. */
  async function record(
    { address, public_key }: LoginInput,
    account: Account,
    { kept, from }: { kept: Kept | undefined; from: { address: string } },
  ): Promise<void> {
    await parts.auditLog.transaction(async (inside) => {
      const { tenant_id, principal_id } = account;
      const row = { tenant_id, principal_id, address, public_key };
      if (kept !== undefined) await putKey(inside, { ...row, ...kept }, clock.now());
      await requireKey({ store: inside, clock }, { address, public_key, account });
      const event = admissionEvent(parts, "agents.login", {
        ...{ tenant_id, principal_id, address: from.address },
        facts: { account: address, public_key, delegated: kept !== undefined },
      });
      return { result: undefined, event };
    });
  }

  return async (input, from) => {
    await proveKey(input);
    const not_after = await proveAccount(input);
    const account = await requireAccount(accounts, input.address);
    await parts.requireActive(account);
    const kept = await seal(input, account, not_after);
    await retryConflicts(() => record(input, account, { kept, from }));
    return parts.start(input);
  };
}

async function putKey(
  store: Store,
  row: Omit<AgentKey, "created_at" | "revoked_at">,
  now: number,
): Promise<void> {
  const known = await store.agentKeys.find(row.address, row.public_key);
  if (known === undefined) {
    await store.agentKeys.insert({ ...row, created_at: now, revoked_at: null });
  } else if (known.tenant_id === row.tenant_id && row.not_after > known.not_after) {
    await store.agentKeys.update({ ...known, ...row });
  }
}

async function retryConflicts(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const isConflict = error instanceof FairleadError && error.code === "conflict";
      if (!isConflict || tries === MOST_TRIES) throw error;
    }
  }
}

/** The same words for whatever was wrong. */
function unproven(): FairleadError {
  return refusal(
    "challenge",
    "The signature is not one of this address and key pair over a challenge that still holds. Get a new challenge and sign exactly its message.",
  );
}
