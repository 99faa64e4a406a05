import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import { createCache } from "../cache/cache.ts";
import type { Clients } from "../connections/clients.ts";
import { type Connection, heldCredential } from "../connections/connection.ts";
import type { Connector } from "../connector.ts";
import { FairleadError } from "../errors.ts";
import { createTurns } from "../limits/turns.ts";
import type { Clock } from "../ports.ts";
import { Secret } from "../secret.ts";
import type { KeyedHash } from "../vault/keyed-hash.ts";
import type { Evidence } from "./authenticate.ts";
import type { FailedSignIns } from "./failed-sign-ins.ts";
import type { Principal } from "./principal.ts";

/** An upstream account's credential that came in headers. */
interface HeaderPair {
  connector: Connector;
  credential: Record<string, Secret>;
  /** What stands for the account. */
  account: string;
}

export interface HeaderWay {
  /** Takes the connector's headers of a request. Throws `unauthenticated` when they are no credential. */
  (connector: Connector, evidence: Evidence): Principal | Promise<Principal>;
  /** Has the upstream asked again. */
  forget(principal: Principal): void;
}

interface Parts {
  clients: Pick<Clients, "use" | "drop">;
  clock: Clock;
  keyedHash: KeyedHash;
  failures: FailedSignIns;
}

const REMEMBERED = 5_000;
/** After its last use. */
const REMEMBERED_MS = 3_600_000;
/** Pairs of one address that are checked at a time: what fails is counted before the next one leaves. */
const CHECKS_AT_A_TIME = 10;

/**
 * The tenant of a pair is made of its account once the upstream has accepted exactly this pair. Nothing of it is
 * written down, and it ends an hour after its last call.
 */
export function createHeaderWay(parts: Parts): HeaderWay {
  const { clients, clock, keyedHash, failures } = parts;
  const pairs = new LRUCache<string, Principal>({
    ...atMost(REMEMBERED),
    ttl: REMEMBERED_MS,
    updateAgeOnGet: true,
    // Without a resolution of 0 the cache would keep a reading of the clock by a timer of its own.
    ttlResolution: 0,
    perf: clock,
  });
  const digests = new WeakMap<Principal, string>();
  let sweeping = false;

  /** The cache itself lets go of what has ended only when it is asked for again. */
  function sweepLater(): void {
    if (sweeping) return;
    sweeping = true;
    clock.after(REMEMBERED_MS / 4, () => {
      sweeping = false;
      pairs.purgeStale();
      if (pairs.size > 0) sweepLater();
    });
  }

  // A pair is asked about once for all who bring it meanwhile, until the last of them has left.
  const checks = createCache({ clock, maxEntries: 1 });
  const turns = createTurns(CHECKS_AT_A_TIME);

  /** Asks the upstream whether it takes the pair, and remembers who it is. */
  async function check(
    { connector, credential, account }: HeaderPair,
    pairHash: string,
    address: string,
    signal: AbortSignal,
  ): Promise<Principal> {
    const tenant = keyedHash(`tenant ${connector.id}`, account).slice(0, 32);
    const connection: Connection = {
      id: `con_${pairHash.slice(0, 32)}`,
      tenant_id: `ten_${tenant}`,
      connector: connector.id,
      label: "request headers",
      settings: {},
      version: 1,
      openCredential: heldCredential(credential),
      isDerived: true,
    };
    try {
      await clients.use(connector, connection, async (client) => {
        await connector.verify?.(client as never, signal);
      });
    } catch (error) {
      clients.drop(connection);
      if (error instanceof FairleadError && error.code === "unauthenticated") {
        failures.charge(address);
      }
      throw error;
    }
    const principal: Principal = {
      id: `prn_${tenant}`,
      tenant_id: connection.tenant_id,
      kind: "header",
      label: `${connector.title} account`,
      roles: ["owner"],
      scopes: new Set(["*"]),
      credential: { kind: "header", id: pairHash, expires_at: null },
      connections: [connection],
    };
    return principal;
  }

  async function ask(
    pair: HeaderPair,
    text: string,
    digest: string,
    { address, signal }: Evidence,
  ): Promise<Principal> {
    failures.admit(address);
    const caller = signal?.() ?? new AbortController().signal;
    try {
      return await checks.get(digest, { ttlMs: 0 }, caller, (together) =>
        turns(address, async () => {
          together.throwIfAborted();
          failures.admit(address);
          const pairHash = keyedHash(`pair ${pair.connector.id}`, text);
          const principal = await check(pair, pairHash, address, together);
          pairs.set(digest, principal);
          sweepLater();
          digests.set(principal, digest);
          return principal;
        }),
      );
    } catch (error) {
      if (!caller.aborted) throw error;
      throw new FairleadError("cancelled", "The caller left before its credential was checked.");
    }
  }

  function find(connector: Connector, evidence: Evidence): Principal | Promise<Principal> {
    const text = JSON.stringify(headerNames(connector).map((name) => evidence.headers[name]));
    // It does not leave this map, where the pair itself is held too: a keyed one would cost ten times as much.
    const digest = hash("sha256", `${connector.id} ${text}`, "hex");
    const known = pairs.get(digest);
    return known ?? ask(readPair(connector, evidence.headers), text, digest, evidence);
  }

  return Object.assign(find, {
    forget(principal: Principal) {
      pairs.delete(digests.get(principal) ?? "");
    },
  });
}

/** Of the connectors that the endpoint serves, those whose headers came. */
export function withHeadersOf({ connectors, headers }: Evidence): Connector[] {
  return connectors.filter(
    (connector) =>
      // One that cannot ask its upstream would believe anything.
      connector.verify !== undefined &&
      headerNames(connector).some((name) => (headers[name] ?? "") !== ""),
  );
}

export function headerNames({ headerCredential }: Connector): string[] {
  return Object.keys(headerCredential?.headers ?? {});
}

function readPair(connector: Connector, headers: Evidence["headers"]): HeaderPair {
  const credential: Record<string, Secret> = {};
  for (const [header, field] of Object.entries(connector.headerCredential?.headers ?? {})) {
    const value = headers[header];
    if (Array.isArray(value)) throw malformed(connector);
    if (value !== undefined && value !== "") credential[field] = new Secret(value);
  }
  const isComplete = connector.credential?.safeParse(credential).success !== false;
  if (!isComplete) throw malformed(connector);
  const account = connector.headerCredential?.account(credential) ?? "";
  if (account === "") throw malformed(connector);
  return { connector, credential, account };
}

function malformed(connector: Connector): FairleadError {
  return new FairleadError(
    "unauthenticated",
    `The ${connector.title} headers are incomplete or malformed. Send ${headerNames(connector).join(" and ")}, each once.`,
  );
}
