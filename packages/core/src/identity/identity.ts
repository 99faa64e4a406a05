import type { Clients } from "../connections/clients.ts";
import type { AddressLimit } from "../limits/address-limit.ts";
import { DEFAULT_TIERS } from "../limits/tiers.ts";
import type { AuditLog } from "../observe/audit-log.ts";
import type { Clock, Fetch, Logger, RandomBytes } from "../ports.ts";
import type { ChangeFeed } from "../storage/change-feed.ts";
import type { Store } from "../storage/store.ts";
import type { KeyedHash } from "../vault/keyed-hash.ts";
import { createAnonymousWay } from "./anonymous.ts";
import { type Authenticate, createAuthenticate, type IdentityConfig } from "./authenticate.ts";
import { createApiKeyWay, operatorPrincipals } from "./by-api-key.ts";
import { createHeaderWay } from "./by-headers.ts";
import { createIssuerWay } from "./by-issuer.ts";
import { createTokenWay } from "./by-token.ts";
import { createEndings } from "./endings.ts";
import { createFailedSignIns } from "./failed-sign-ins.ts";
import { createLastUsed } from "./last-used.ts";
import type { Principal } from "./principal.ts";
import { createProvision } from "./provision.ts";
import { createRemembered } from "./remembered.ts";
import { tagOf } from "./tagged.ts";
import type { Way } from "./way.ts";

export interface IdentityParts {
  config: IdentityConfig;
  store: Store;
  clients: Pick<Clients, "use" | "drop">;
  changes: ChangeFeed;
  clock: Clock;
  random: RandomBytes;
  keyedHash: KeyedHash;
  /** Guarded: issuers are outside. */
  fetch: Fetch;
  logger: Logger;
  /** Failed sign-ins per address. */
  failures: AddressLimit;
  /** Needed where an issuer makes principals of whom it vouches for. */
  auditLog?: AuditLog | undefined;
  /** Further kinds of tokens; asked after API keys and before those of issuers. */
  ways?: readonly Way[];
}

/** Who is calling. */
export interface Identity {
  authenticate: Authenticate;
  /**
   * Calls back, once, when what the principal showed has expired or was revoked, and also when its rights may have
   * changed: what it holds open ends then, and is opened again under the rights it has now.
   */
  onEnded(principal: Principal, callback: () => void): () => void;
  /** Has a credential verified again with its next use: its upstream no longer takes it. */
  forget(principal: Principal): void;
  /** Stops listening, and writes what was noted. */
  close(): Promise<void>;
}

/** Throws an `Error` when the configuration cannot work. */
export function createIdentity(parts: IdentityParts): Identity {
  const { config, store, changes, clock, logger, ways = [] } = parts;
  const { issuers = [], tiers = DEFAULT_TIERS, publicUrl } = config;
  if (parts.auditLog === undefined && issuers.some(({ tenant }) => tenant !== undefined)) {
    throw new Error("Principals that an issuer brings are made by an audited act: give auditLog.");
  }
  const remembered = createRemembered(clock);
  const endings = createEndings(clock);
  const lastUsed = createLastUsed(store, clock, logger);
  const failures = createFailedSignIns(parts.failures);
  const provision = createProvision({ ...parts, auditLog: parts.auditLog });
  const byHeaders = createHeaderWay({ ...parts, failures });
  const byToken = createTokenWay({
    operators: operatorPrincipals(config.operatorKeys ?? []),
    ways: [
      createApiKeyWay({ store, tiers, clock, lastUsed }),
      ...ways,
      createIssuerWay({ ...parts, issuers, publicUrl, tiers, provision }),
    ],
    remembered,
    failures,
  });
  const anonymous = createAnonymousWay(config.anonymousConnectors ?? [], tiers);
  const stopListening = changes.on(
    (change) => {
      const tag = tagOf(change);
      if (tag === undefined) return;
      remembered.drop(tag);
      endings.end(tag);
    },
    () => {
      remembered.dropAll();
      endings.endAll();
    },
  );

  return {
    authenticate: createAuthenticate({ config, byToken, byHeaders, anonymous }),
    onEnded(principal, callback) {
      if (!remembered.isOutdated(principal)) return endings.on(principal, callback);
      let isWanted = true;
      queueMicrotask(() => {
        if (isWanted) callback();
      });
      return () => {
        isWanted = false;
      };
    },
    forget(principal) {
      byHeaders.forget(principal);
      const { credential } = principal;
      if (credential !== undefined) remembered.drop(`credential ${credential.id}`);
    },
    async close() {
      stopListening();
      await lastUsed.close();
    },
  };
}
