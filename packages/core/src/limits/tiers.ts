import type { Allowance } from "../identity/principal.ts";
import type { StoredPrincipal, Tenant } from "../storage/records.ts";
import type { Bucket } from "../storage/shared.ts";

export interface Tier {
  /** Actions in an hour; as many may come at once. */
  perHour: number;
}

/** By name. `key` is what a caller has to whom nothing else was granted. */
export type Tiers = Readonly<Record<string, Tier>>;

export const DEFAULT_TIERS = {
  key: { perHour: 1_000 },
  open_source: { perHour: 5_000 },
  anonymous: { perHour: 100 },
} as const satisfies Tiers;

type Grant = Pick<StoredPrincipal, "tier" | "repository">;

/**
 * How much a known caller may do, and whose it is. Whatever can be made or rotated in numbers (keys, services, agents)
 * takes from its owner's bucket, or its tenant's; a person, an OAuth client and whoever was granted a tier of its own
 * has one bucket for all it shows.
 */
export function allowanceOf(
  principal: StoredPrincipal,
  owner: StoredPrincipal | undefined,
  tenant: Tenant,
  tiers: Tiers,
): Allowance {
  const holder = owner ?? (hasOwnBucket(principal, tiers) ? principal : undefined);
  const tier = grantedTier(holder, tiers) ?? grantedTier(tenant, tiers) ?? "key";
  const key = holder === undefined ? `calls ${tenant.id}` : `calls ${tenant.id} ${holder.id}`;
  return { key, tier, bucket: bucketOf(tiers[tier] ?? DEFAULT_TIERS.key) };
}

/** What a caller without a credential shares with everybody in its network. */
export function anonymousAllowance(network: string, tiers: Tiers): Allowance {
  const tier = tiers.anonymous ?? DEFAULT_TIERS.anonymous;
  return { key: `calls anonymous ${network}`, tier: "anonymous", bucket: bucketOf(tier) };
}

export function bucketOf({ perHour }: Tier): Bucket {
  return { capacity: perHour, refillPerSecond: perHour / 3_600 };
}

function hasOwnBucket(principal: StoredPrincipal, tiers: Tiers): boolean {
  const { kind } = principal;
  return (
    kind === "person" || kind === "oauth_client" || grantedTier(principal, tiers) !== undefined
  );
}

/** A tier that the configuration no longer has is no grant; `open_source` is one for a named repository only. */
function grantedTier(row: Grant | undefined, tiers: Tiers): string | undefined {
  const tier = row?.tier;
  if (tier === undefined || tier === null || !Object.hasOwn(tiers, tier)) return undefined;
  return tier === "open_source" && !row?.repository ? undefined : tier;
}
