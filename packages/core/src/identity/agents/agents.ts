import { DEFAULT_TIERS, type Tiers } from "../../limits/tiers.ts";
import type { AuditLog } from "../../observe/audit-log.ts";
import type { Clock, RandomBytes } from "../../ports.ts";
import type { ChangeFeed } from "../../storage/change-feed.ts";
import type { Shared } from "../../storage/shared.ts";
import type { Store } from "../../storage/store.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Evidence } from "../authenticate.ts";
import type { ShownCredential } from "../principal.ts";
import type { Way } from "../way.ts";
import { type Accounts, createStoredAccounts } from "./accounts.ts";
import { createAgentWay, createOpenAgent, openAccount } from "./by-agent-token.ts";
import { type Challenge, createChallenges } from "./challenges.ts";
import { challengeInput, loginInput, parseInput } from "./input.ts";
import { createLogin } from "./login.ts";
import { createRequestSignatures } from "./request-signature.ts";
import { createSessions, type Identified, type Session } from "./sessions.ts";
import { isUsableKey } from "./signatures.ts";
import { createAgentTokens } from "./tokens.ts";
import { createTurnstile, unusableKey } from "./turnstile.ts";

export interface AgentsParts {
  store: Store;
  shared: Shared;
  vault: Vault;
  changes: Pick<ChangeFeed, "nudge">;
  auditLog: AuditLog;
  clock: Clock;
  random: RandomBytes;
  /** Of this server, such as `https://fairlead.example.com`; what a challenge names. Asked for when it is needed. */
  origin: () => string;
  /** Default: those that administrators keep in the Store. */
  accounts?: Accounts;
  tiers?: Tiers | undefined;
  /** Seconds that a token is good for; 3600 unless given. */
  tokenLifetimeS?: number | undefined;
  /** Every request of every agent has to be signed by its key pair. */
  requireSignedRequests?: boolean | undefined;
}

/** The request that asks. */
export type AgentEvidence = Pick<Evidence, "address" | "headers" | "method" | "path" | "body">;

/** Agents that sign in with an Ed25519 key pair to which an account delegated. Every method throws `FairleadError`s. */
export interface Agents {
  /** Has their tokens taken wherever callers show one. */
  way: Way;
  /** A text to sign, for `{ address, public_key }`. */
  challenge(input: unknown, evidence: AgentEvidence): Promise<Challenge>;
  /** A token for the signed text. */
  login(input: unknown, evidence: AgentEvidence): Promise<Session>;
  /** Whose a token is. */
  validate(token: string, evidence: AgentEvidence): Promise<Identified>;
  /** Another token for a good one, which ends with it. */
  refresh(token: string, evidence: AgentEvidence): Promise<Session>;
  /** Ends a token on every replica. */
  logout(token: string, evidence: AgentEvidence): Promise<void>;
}

const LIFETIME_S = 3_600;
const NOTHING_SHOWN: ShownCredential = { kind: "agent_token", id: "none", expires_at: null };

export function createAgents(parts: AgentsParts): Agents {
  const { store, shared, vault, clock, random, origin } = parts;
  const accounts = parts.accounts ?? createStoredAccounts(store);
  const tokens = createAgentTokens({ derive: vault.derive, origin, clock });
  const challenges = createChallenges({
    ...{ origin, shared, clock, random },
    key: vault.derive("agent challenges"),
  });
  const tiers = parts.tiers ?? DEFAULT_TIERS;
  const open = createOpenAgent({
    ...{ store, accounts, tokens, tiers, clock },
    signatures: createRequestSignatures({ shared, clock }),
    requireSignedRequests: parts.requireSignedRequests ?? false,
  });
  const turnstile = createTurnstile(parts);
  const sessions = createSessions({
    ...{ ...parts, tokens, open },
    lifetimeS: parts.tokenLifetimeS ?? LIFETIME_S,
  });
  const login = createLogin({
    ...{ ...parts, accounts, challenges, start: sessions.start },
    async requireActive(account) {
      await openAccount({ store, tiers }, account, NOTHING_SHOWN);
    },
  });

  return {
    way: createAgentWay({ tokens }, open),
    async challenge(input, evidence) {
      const { address, public_key } = parseInput(challengeInput, input);
      await turnstile.admitChallenge(evidence.address);
      if (!(await isUsableKey(public_key))) throw unusableKey();
      return challenges.issue(address, public_key);
    },
    async login(input, evidence) {
      const parsed = parseInput(loginInput, input);
      return turnstile.pass("agents.login", evidence, () => login(parsed, evidence));
    },
    validate: (token, evidence) =>
      turnstile.pass("agents.validate", evidence, () => sessions.identify(token)),
    refresh: (token, evidence) =>
      turnstile.pass("agents.refresh", evidence, () => sessions.refresh(token, evidence)),
    logout: (token, evidence) =>
      turnstile.pass("agents.logout", evidence, () => sessions.end(token, evidence)),
  };
}
