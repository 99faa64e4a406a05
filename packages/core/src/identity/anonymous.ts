import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import type { Connector } from "../connector.ts";
import { anonymousAllowance, type Tiers } from "../limits/tiers.ts";
import type { Evidence } from "./authenticate.ts";
import { networkOf } from "./network.ts";
import type { Principal } from "./principal.ts";

/** The tenant of everybody who shows nothing. */
export const ANONYMOUS_TENANT = "ten_anonymous";

/** Who calls without a credential; undefined where that opens nothing. */
export type AnonymousWay = (evidence: Evidence) => Principal | undefined;

const MOST_NETWORKS = 1_000;

/**
 * Reads of the connectors that the operator opened, on endpoints that serve no others: where a sign-in opens more, a
 * client has to be asked for it. Each network has one allowance.
 */
export function createAnonymousWay(open: readonly string[], tiers: Tiers): AnonymousWay {
  const connectors = new Set(open);
  const known = new LRUCache<string, Principal>(atMost(MOST_NETWORKS));
  const scopes: ReadonlySet<string> = new Set(open.map((id) => `${id}:read`));
  const isOpen = ({ id }: Connector) => connectors.has(id);

  return (evidence) => {
    if (evidence.connectors.length === 0 || !evidence.connectors.every(isOpen)) return undefined;
    const network = networkOf(evidence.address);
    let principal = known.get(network);
    if (principal === undefined) {
      principal = {
        id: "prn_anonymous",
        tenant_id: ANONYMOUS_TENANT,
        kind: "anonymous",
        label: "anonymous",
        roles: [],
        scopes,
        allowance: anonymousAllowance(network, tiers),
      };
      known.set(network, principal);
    }
    return principal;
  };
}
