import type { FairleadError } from "../../errors.ts";
import { admissionEvent } from "../../observe/admission-event.ts";
import type { AuditLog } from "../../observe/audit-log.ts";
import type { Clock, RandomBytes } from "../../ports.ts";
import type { ChangeFeed } from "../../storage/change-feed.ts";
import type { Shared } from "../../storage/shared.ts";
import type { Store } from "../../storage/store.ts";
import type { Evidence } from "../authenticate.ts";
import { refusal, unknownCredential } from "../way.ts";
import type { AgentEvidence } from "./agents.ts";
import type { OpenAgent, OpenedAgent } from "./by-agent-token.ts";
import type { OpenedLogin } from "./login.ts";
import { agentTokenId } from "./revocation-ids.ts";
import { type AgentClaims, type AgentTokens, SESSION_S, SKEW_S } from "./tokens.ts";

/** What a login or refresh answers. */
export interface Session {
  token: string;
  /** The account's address. */
  user_id: string;
  /** Seconds since the epoch. */
  expires_at: number;
  /** Scopes. */
  permissions: readonly string[];
}

export interface Identified {
  user_id: string;
  permissions: readonly string[];
  roles: readonly string[];
  expires_at: number;
}

export interface Sessions {
  start(login: OpenedLogin): Promise<Session>;
  identify(token: string): Promise<Identified>;
  refresh(token: string, evidence: AgentEvidence): Promise<Session>;
  end(token: string, evidence: AgentEvidence): Promise<void>;
}

interface Parts {
  store: Store;
  shared: Pick<Shared, "setIfAbsent" | "delete">;
  changes: Pick<ChangeFeed, "nudge">;
  auditLog: AuditLog;
  clock: Clock;
  random: RandomBytes;
  tokens: AgentTokens;
  open: OpenAgent;
  lifetimeS: number;
}

interface Opened {
  claims: AgentClaims;
  agent: OpenedAgent;
}

export function createSessions(parts: Parts): Sessions {
  const { tokens, clock, random, shared } = parts;
  const nowS = () => Math.floor(clock.now() / 1000);
  const newJti = () => random(16).toString("base64url");

  async function openToken(token: string, evidence?: AgentEvidence): Promise<Opened> {
    const claims = await tokens.verify(token);
    if (claims === undefined) throw unknownCredential();
    const agent = await parts.open(claims);
    if (evidence !== undefined) await agent.admit?.(toFullEvidence(evidence));
    return { claims, agent };
  }

  /** A token that ends with its session and its delegation at the latest. */
  async function issue({ agent: { principal, until }, claims }: Opened): Promise<Session> {
    const { sub, auth_time } = claims;
    const iat = nowS();
    const exp = Math.min(iat + parts.lifetimeS, auth_time + SESSION_S, Math.floor(until / 1000));
    const perms = [...principal.scopes].sort();
    const { roles } = principal;
    const token = await tokens.sign({ ...claims, jti: newJti(), roles, perms, iat, exp });
    return { token, user_id: sub, expires_at: exp, permissions: perms };
  }

  async function revoke({ claims, agent }: Opened, name: string, address: string) {
    const id = agentTokenId(claims.jti);
    const { tenant_id, id: principal_id } = agent.principal;
    await parts.auditLog.transaction(async (store) => {
      // Longer than any clock takes it.
      await store.revocations.add({ id, expires_at: (claims.exp + 2 * SKEW_S) * 1000 });
      await store.changes.append({ tenant_id, topic: "token", ref: id });
      const own = { tenant_id, principal_id, address };
      return { result: undefined, event: admissionEvent(parts, name, own) };
    });
    await parts.changes.nudge();
  }

  return {
    async start({ address: sub, public_key: pk, signed_requests }) {
      const auth_time = nowS();
      const times = { auth_time, iat: auth_time, exp: auth_time + parts.lifetimeS };
      const claims = { sub, pk, signed_requests, jti: newJti(), roles: [], perms: [], ...times };
      // The same questions as for every later use: what would not be taken is not handed out.
      return issue({ claims, agent: await parts.open(claims) });
    },
    async identify(token) {
      const { claims, agent } = await openToken(token);
      const { principal } = agent;
      const permissions = [...principal.scopes].sort();
      const { sub, exp } = claims;
      return { user_id: sub, permissions, roles: principal.roles, expires_at: exp };
    },
    async refresh(token, evidence) {
      const opened = await openToken(token, evidence);
      const { jti, exp, auth_time } = opened.claims;
      if (nowS() >= auth_time + SESSION_S) throw sessionOver();
      // Of two that come at once, one gets a token: else a stolen one would live on beside the owner's.
      const turn = `agent refresh ${agentTokenId(jti)}`;
      const leftMs = Math.max(0, exp - nowS()) * 1000 + 2 * SKEW_S * 1000;
      if (!(await shared.setIfAbsent(turn, "taken", leftMs))) throw refreshed();
      try {
        await revoke(opened, "agents.refresh", evidence.address);
      } catch (error) {
        await shared.delete(turn).catch(() => {});
        throw error;
      }
      return issue(opened);
    },
    async end(token, evidence) {
      await revoke(await openToken(token, evidence), "agents.logout", evidence.address);
    },
  };
}

function toFullEvidence(evidence: AgentEvidence): Evidence {
  return { ...evidence, surface: "rest", connectors: [], resource: "/api" };
}

function sessionOver(): FairleadError {
  return refusal("session_over", "A session lasts a day. Sign in again with your key pair.");
}

function refreshed(): FairleadError {
  return refusal(
    "revoked_token",
    "This token was refreshed already. Use the one it was traded for.",
  );
}
