import { z } from "zod";
import { FairleadError } from "../../errors.ts";
import { agentKeyId } from "../../identity/agents/revocation-ids.ts";
import { parsePublicKey } from "../../identity/agents/texts.ts";
import type { AgentKey } from "../../storage/records.ts";
import { defineAct } from "../act.ts";
import { id } from "../shapes.ts";
import { requireGrantable, requirePrincipal } from "./principals.ts";

const public_key = z
  .string()
  .transform(parsePublicKey)
  .pipe(z.string("has to be 64 hex digits"))
  .describe("The Ed25519 public key, 64 hex digits.");

/** Longer than anybody keeps a delegation. */
const FOREVER_MS = 1_000 * 365 * 86_400_000;

const listAgentKeys = defineAct({
  name: "agents.list",
  summary: "List the key pairs that an agent signed in with.",
  needs: "fairlead:admin",
  effect: "read",
  route: { method: "GET", path: "/principals/{id}/agent-keys" },
  input: z.object({ id: id("prn") }),
  handler:
    (input, { tenant_id }) =>
    async (store) => {
      await requirePrincipal(store, tenant_id, input.id);
      const keys = await store.agentKeys.list(tenant_id, input.id);
      return { result: { items: keys.map(shown) } };
    },
});

const revokeAgentKey = defineAct({
  name: "agents.revoke",
  summary: "Refuse a key pair of an agent from now on, with every token it got.",
  needs: "fairlead:admin",
  effect: "destroy",
  route: { method: "DELETE", path: "/principals/{id}/agent-keys/{public_key}" },
  input: z.object({ id: id("prn"), public_key }),
  handler(input, ctx) {
    const { tenant_id, now } = ctx;
    return async (store) => {
      const principal = await requirePrincipal(store, tenant_id, input.id);
      requireGrantable(ctx, principal.roles);
      const keys = await store.agentKeys.list(tenant_id, input.id);
      const key = keys.find((each) => each.public_key === input.public_key);
      if (key === undefined) {
        throw new FairleadError("not_found", "This agent has not signed in with such a key pair.");
      }
      const revoked = { ...key, sealed_delegation: null, revoked_at: key.revoked_at ?? now };
      await store.agentKeys.update(revoked);
      // The row may be written again by a sign-in that is under way; this stays.
      const revocation = agentKeyId(key.address, key.public_key);
      await store.revocations.add({ id: revocation, expires_at: now + FOREVER_MS });
      return {
        ...{ result: shown(revoked), target: input.id, facts: { public_key: key.public_key } },
        changes: [{ topic: "principal", ref: input.id }],
      };
    };
  },
});

function shown({ sealed_delegation, ...rest }: AgentKey) {
  return { ...rest, has_delegation: sealed_delegation !== null };
}

export const agentActs = [listAgentKeys, revokeAgentKey];
