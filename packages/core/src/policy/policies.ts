import { hash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import type { Connector } from "../connector.ts";
import type { Clock, Logger } from "../ports.ts";
import type { ChangeFeed } from "../storage/change-feed.ts";
import type { StoredPolicy } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import { createShapes } from "./action-shapes.ts";
import { type Cedar, createCedar } from "./cedar.ts";
import type { Policies, TenantPolicy } from "./policy.ts";
import { requireRoom } from "./policy-text.ts";
import { type Rule, readRules } from "./rule.ts";
import { createTenantPolicy, NO_RULES, type TenantRules } from "./tenant-policy.ts";

export interface PoliciesParts {
  store: Pick<Store, "policies">;
  changes: Pick<ChangeFeed, "on">;
  /** Every connector whose tools and prompts rules may look at. */
  connectors: readonly Connector[];
  clock: Clock;
  logger: Logger;
  /** Tenants whose rules are kept in memory. */
  maxTenants?: number;
}

const MAX_TENANTS = 5_000;

/** A load that is under way. One that was overtaken by a change is handed to who waits for it, but not kept. */
interface Flight {
  policy: Promise<TenantPolicy>;
}

/**
 * The rules of tenants, loaded once and kept until they change. Cedar is loaded for the first tenant that has any. What
 * the Store cannot say is not guessed: `of` rejects with the Store's own error.
 */
export function createPolicies(parts: PoliciesParts): Policies & { close(): void } {
  const { store, changes, connectors, clock } = parts;
  const logger = parts.logger.child("policy");
  const kept = new LRUCache<string, TenantPolicy>(atMost(parts.maxTenants ?? MAX_TENANTS));
  const flights = new Map<string, Flight>();
  const shapes = createShapes(connectors);
  let cedar: Cedar | undefined;

  async function load(tenant_id: string): Promise<TenantPolicy> {
    const enabled = (await store.policies.list(tenant_id)).filter(({ enabled }) => enabled);
    if (enabled.length === 0) return NO_RULES;
    cedar ??= createCedar();
    // Where it cannot be loaded, no policy is to blame: the load fails, and the next one tries again.
    cedar.run(({ getCedarVersion }) => getCedarVersion());
    const readings: Reading[] = [];
    for (const reading of readAll(tenant_id, enabled, cedar, logger)) {
      readings.push(reading);
      // Other tenants' calls go on in between.
      await setImmediate();
    }
    const ground = { cedar, shapeOf: shapes.of, clock, logger };
    return createTenantPolicy(toTenantRules(tenant_id, enabled, readings), ground);
  }

  function start(tenant_id: string): Promise<TenantPolicy> {
    const flight: Flight = {
      policy: load(tenant_id)
        .then((policy) => {
          if (flights.get(tenant_id) === flight) kept.set(tenant_id, policy);
          return policy;
        })
        .finally(() => {
          if (flights.get(tenant_id) === flight) flights.delete(tenant_id);
        }),
    };
    flights.set(tenant_id, flight);
    return flight.policy;
  }

  function forget(tenant_id: string): void {
    kept.delete(tenant_id);
    flights.delete(tenant_id);
  }

  const stop = changes.on(
    ({ topic, tenant_id }) => {
      if (topic === "policy" || topic === "tenant") forget(tenant_id);
    },
    () => {
      kept.clear();
      flights.clear();
    },
  );
  return {
    of: (tenant_id) => kept.get(tenant_id) ?? flights.get(tenant_id)?.policy ?? start(tenant_id),
    forget,
    close: stop,
  };
}

/** Reads the enabled policies of a tenant at one go. */
export function readTenantRules(
  tenant_id: string,
  policies: readonly StoredPolicy[],
  cedar: Pick<Cedar, "run">,
  logger: Logger,
): TenantRules {
  return toTenantRules(tenant_id, policies, [...readAll(tenant_id, policies, cedar, logger)]);
}

interface Reading {
  policy_id: string;
  /** Undefined for a policy that cannot be read. */
  rules: readonly Rule[] | undefined;
}

function* readAll(
  tenant_id: string,
  policies: readonly StoredPolicy[],
  cedar: Pick<Cedar, "run">,
  logger: Logger,
): Generator<Reading> {
  try {
    requireRoom(policies.map(({ text }) => text));
  } catch (thrown) {
    logger.error({ err: thrown, tenant_id }, "there are too many policies to read");
    yield* policies.map(({ id }) => ({ policy_id: id, rules: undefined }));
    return;
  }
  for (const policy of policies) {
    const { id: policy_id } = policy;
    try {
      yield { policy_id, rules: readRules(cedar, policy) };
    } catch (thrown) {
      logger.error({ err: thrown, tenant_id, policy_id }, "a policy cannot be read");
      yield { policy_id, rules: undefined };
    }
  }
}

/** One policy that cannot be read, or too many of them, closes the tenant until someone mends it. */
function toTenantRules(
  tenant_id: string,
  policies: readonly StoredPolicy[],
  readings: readonly Reading[],
): TenantRules {
  const unreadable = readings.filter(({ rules }) => rules === undefined);
  return {
    version: versionOf(tenant_id, policies),
    rules: readings.flatMap(({ rules = [] }) => rules),
    unreadable: unreadable.map(({ policy_id }) => policy_id),
    names: new Map(policies.map(({ id, name }) => [id, name])),
  };
}

/** The same on every replica, and for the same rules. */
function versionOf(tenant_id: string, policies: readonly StoredPolicy[]): string {
  const said = policies
    .map(({ id, text }) => [id, text])
    .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  return hash("sha256", JSON.stringify([tenant_id, said]), "base64url").slice(0, 22);
}
