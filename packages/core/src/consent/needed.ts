import type { Principal } from "../identity/principal.ts";
import type { Surface } from "../observe/audit-event.ts";
import type { Store } from "../storage/store.ts";
import type { Tool } from "../tool.ts";
import { type ConsentLevel, strongest } from "./level.ts";

export interface NeededConsent {
  level: ConsentLevel;
  /** People who have to agree; 0 where nobody has to. */
  approvals: number;
}

interface Asked {
  tool: Pick<Tool, "effect" | "plan" | "consent">;
  principal: Principal;
  surface: Surface;
  /** Whether the client can put a question to its person. */
  canAsk: boolean;
  /** What the tenant's policies demand. */
  mark: { level: ConsentLevel; approvals: number };
  store: Pick<Store, "principals">;
}

/**
 * What has to happen before a call may change something: what its effect asks for by itself, the tool, and the policies
 * of the tenant, whichever is strongest.
 */
export async function neededConsent(asked: Asked): Promise<NeededConsent> {
  const { tool, mark } = asked;
  const level = strongest(await byEffect(asked), tool.consent, mark.level);
  const approvals = level === "approver" ? Math.max(1, mark.approvals) : level === "person" ? 1 : 0;
  return { level, approvals };
}

async function byEffect(asked: Asked): Promise<ConsentLevel> {
  const { tool, principal, surface, canAsk, store } = asked;
  if (tool.effect !== "destroy") return "none";
  const isLocal = principal.kind === "local";
  if (tool.plan === undefined) {
    // Nobody knows what is there now: other people look at it first, where there are any.
    return isLocal || (await isAlone(store, principal.tenant_id)) ? "person" : "approver";
  }
  // The host's own prompt for destructive tools stands in between.
  return isLocal && surface === "stdio" && !canAsk ? "confirm" : "person";
}

async function isAlone(store: Pick<Store, "principals">, tenant_id: string): Promise<boolean> {
  let cursor: string | undefined;
  let people = 0;
  do {
    const { items, next_cursor } = await store.principals.list(tenant_id, {
      limit: 500,
      ...(cursor === undefined ? {} : { cursor }),
    });
    people += items.filter(({ kind, status }) => kind === "person" && status === "active").length;
    if (people > 1) return false;
    cursor = next_cursor ?? undefined;
  } while (cursor !== undefined);
  return true;
}
