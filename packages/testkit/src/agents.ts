import { createPrivateKey, createPublicKey, hash, sign } from "node:crypto";
import { createAuditLog } from "@fairlead/core/audit/audit-log";
import {
  type AgentEvidence,
  type Agents,
  type AgentsParts,
  createAgents,
} from "@fairlead/core/identity/agents/agents";
import { delegationText, requestText } from "@fairlead/core/identity/agents/texts";
import { createIdentity, type Identity } from "@fairlead/core/identity/identity";
import type { Principal } from "@fairlead/core/identity/principal";
import { createAddressLimit } from "@fairlead/core/limits/address-limit";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import type { AuditLog } from "@fairlead/core/observe/audit-log";
import { SILENT } from "@fairlead/core/ports";
import { type ChangeFeed, createChangeFeed } from "@fairlead/core/storage/change-feed";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import type { StoredPrincipal } from "@fairlead/core/storage/records";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import { createKeyedHash } from "@fairlead/core/vault/keyed-hash";
import type { OpenVault } from "@fairlead/core/vault/open-vault";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { createManualClock, type ManualClock } from "./clock.ts";
import { openTestVault } from "./engine.ts";
import { seededRandom } from "./random.ts";
import { type BreakableShared, createBreakableShared } from "./shared.ts";

/** An Ed25519 key pair of an agent. */
export interface AgentPair {
  public_key: string;
  sign(text: string): string;
  /** Headers that sign a request. */
  signRequest(request: {
    method: string;
    path: string;
    body?: string;
    at: number;
    nonce: string;
  }): Record<string, string>;
}

const ED25519_PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** Of a seed of 64 hex digits. */
export function createAgentPair(seed: string): AgentPair {
  const der = Buffer.concat([ED25519_PKCS8, Buffer.from(seed, "hex")]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const { x = "" } = createPublicKey(key).export({ format: "jwk" });
  const signText = (text: string) => sign(null, Buffer.from(text, "utf8"), key).toString("hex");
  return {
    public_key: Buffer.from(x, "base64url").toString("hex"),
    sign: signText,
    signRequest({ method, path, body = "", at, nonce }) {
      const timestamp = Math.floor(at / 1000);
      const body_hash = hash("sha256", body, "hex");
      return {
        "x-mcp-signature": signText(requestText({ method, path, body_hash, timestamp, nonce })),
        "x-mcp-timestamp": `${timestamp}`,
        "x-mcp-nonce": nonce,
      };
    },
  };
}

export interface TestDelegation {
  message: string;
  signature: string;
  recovery_id: number;
}

/** An account of the network. */
export interface TestAccount {
  address: string;
  /** Signs any text as the account's own software does. */
  sign(message: string, how?: { highS?: boolean }): TestDelegation;
  /** `not_after` in seconds. */
  delegate(public_key: string, not_after: number): TestDelegation;
}

/** Of a private key of 64 hex digits. */
export function createTestAccount(privateKey: string): TestAccount {
  const secret = Buffer.from(privateKey, "hex");
  const uncompressed = secp256k1.getPublicKey(secret, false);
  const address = `0x${Buffer.from(keccak_256(uncompressed.subarray(1)))
    .toString("hex")
    .slice(-40)}`;
  function signText(message: string, { highS = false } = {}): TestDelegation {
    const digest = hash("sha256", hash("sha256", message, "buffer"), "buffer");
    const made = secp256k1.sign(digest, secret, { prehash: false, format: "recovered" });
    const low = secp256k1.Signature.fromBytes(made, "recovered");
    const { n } = secp256k1.Point.CURVE();
    const recovery = low.recovery ?? 0;
    const kept = highS ? new secp256k1.Signature(low.r, n - low.s) : low;
    return {
      message,
      signature: Buffer.from(kept.toBytes("compact")).toString("hex"),
      recovery_id: highS ? 1 - recovery : recovery,
    };
  }
  return {
    address,
    sign: signText,
    delegate: (public_key, not_after) =>
      signText(delegationText({ address, public_key, not_after })),
  };
}

export interface TestAgentsOptions extends Partial<AgentsParts> {
  /** Another replica's, to share its records. */
  beside?: TestAgents;
}

/** Agents, and identity that takes their tokens, over an embedded store with the tenant Acme in it. */
export interface TestAgents {
  agents: Agents;
  identity: Identity;
  store: Store;
  shared: BreakableShared;
  changes: ChangeFeed;
  vault: OpenVault;
  auditLog: AuditLog;
  clock: ManualClock;
  events: AuditEvent[];
  /** Lets an account in. */
  addAccount(address: string, changes?: Partial<StoredPrincipal>): Promise<StoredPrincipal>;
  /** Shows a token at `/mcp`. */
  admit(token: string, evidence?: Partial<AgentEvidence>): Promise<Principal>;
  /** The body of a login: challenge, signature and delegation of a day. */
  prepare(
    pair: AgentPair,
    account: TestAccount,
    changes?: Record<string, unknown>,
  ): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export const FROM: AgentEvidence = { address: "10.0.0.1", headers: {} };

export async function createTestAgents(options: TestAgentsOptions = {}): Promise<TestAgents> {
  const { beside } = options;
  const clock = beside?.clock ?? createManualClock();
  const store = options.store ?? beside?.store ?? (await createSqliteStore(":memory:", { clock }));
  const shared =
    options.shared === undefined
      ? (beside?.shared ?? createBreakableShared(createMemoryShared(clock)))
      : createBreakableShared(options.shared);
  const random = seededRandom(beside === undefined ? 1 : 2);
  const changes = await createChangeFeed(store, shared, clock, SILENT);
  const vault = await openTestVault(store, { changes, clock, random });
  const events: AuditEvent[] = [];
  const auditLog = createAuditLog({
    ...{ store, clock, random, logger: SILENT, derive: vault.derive },
    processId: beside === undefined ? "one" : "two",
    onEvent: (event) => events.push({ ...event }),
  });
  const agents = createAgents({
    ...{ vault, changes, auditLog, clock, random },
    origin: () => "https://fairlead.example.com",
    ...options,
    ...{ store, shared },
  });
  const nothing = () => Promise.reject(new Error("No test here reaches outside."));
  const identity = createIdentity({
    config: { trustLocal: false, headerCredentials: false },
    ...{ store, changes, clock, random, auditLog, fetch: nothing, logger: SILENT },
    clients: { use: nothing, drop: () => {} },
    keyedHash: createKeyedHash(vault.derive("keyed hash")),
    failures: createAddressLimit(clock, { capacity: 10, refillPerSecond: 1 / 30 }),
    ways: [agents.way],
  });
  if (beside === undefined) {
    await store.tenants.insert({
      ...{ id: "ten_acme", name: "acme", status: "active", tier: null, repository: null },
      created_at: clock.now(),
    });
  }

  return {
    ...{ agents, identity, store, shared, changes, vault, auditLog, clock, events },
    async addAccount(address, given) {
      const principal: StoredPrincipal = {
        ...{ id: "prn_bot", tenant_id: "ten_acme", kind: "agent", label: "bot", email: null },
        ...{ issuer: "formation", subject: address, roles: ["operator"], owner_id: null },
        ...{ tier: null, repository: null, status: "active", created_at: clock.now() },
        created_by: "test",
        ...given,
      };
      await store.principals.insert(principal);
      return principal;
    },
    async admit(token, evidence = {}) {
      const { headers = {}, ...rest } = evidence;
      return identity.authenticate({
        ...{ surface: "http", address: "10.0.0.1", connectors: [], resource: "/mcp" },
        headers: { authorization: `Bearer ${token}`, ...headers },
        ...rest,
      });
    },
    async prepare(pair, account, given = {}) {
      const { public_key } = pair;
      const { address } = account;
      const { challenge_id, message } = await agents.challenge({ address, public_key }, FROM);
      const not_after = Math.floor(clock.now() / 1000) + 86_400;
      return {
        ...{ address, public_key, challenge_id, signed_message: message },
        signature: pair.sign(message),
        delegation: account.delegate(public_key, not_after),
        ...given,
      };
    },
    async close() {
      await identity.close();
      changes.close();
      await auditLog.close();
      vault.close();
      if (options.store === undefined && beside === undefined) await store.close();
    },
  };
}
