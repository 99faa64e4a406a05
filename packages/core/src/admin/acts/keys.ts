import { hash } from "node:crypto";
import { z } from "zod";
import { FairleadError } from "../../errors.ts";
import { createApiKey } from "../../identity/api-key.ts";
import { isAddressRange } from "../../identity/network.ts";
import type { ApiKey, StoredPrincipal } from "../../storage/records.ts";
import type { Store } from "../../storage/store.ts";
import { type ActContext, defineAct } from "../act.ts";
import { id, label, page, roles, scopes, seconds } from "../shapes.ts";
import { requireGrantable, requirePrincipal, requireRank } from "./principals.ts";

const addresses = z
  .array(
    z
      .union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()])
      // What no list can be made of would fail on every use of the key.
      .refine(isAddressRange, "Give an address or a CIDR range such as 10.0.0.0/8."),
  )
  .min(1)
  .max(100)
  .describe("Addresses or CIDR ranges the key may come from.");

const createKey = defineAct({
  name: "keys.create",
  summary: "Create an API key. It is shown this once; what is kept is a hash.",
  needs: "fairlead:admin",
  effect: "write",
  revealsSecret: true,
  route: { method: "POST", path: "/keys" },
  input: z.object({
    label,
    principal_id: id("prn")
      .optional()
      .describe("Whom it acts as; a service of its own when left out."),
    roles: roles.optional().describe("Roles of that service; viewer when left out."),
    scopes: scopes.optional(),
    addresses: addresses.optional(),
    expires_in_s: seconds.optional().describe("Seconds until it ends; it does not when left out."),
  }),
  handler(input, ctx) {
    const { key, record } = makeKey(ctx, input);
    return async (store) => {
      const principal = await principalFor(store, ctx, input);
      record.principal_id = principal.id;
      await store.keys.insert(record);
      return {
        result: { ...shown(record), key },
        target: record.id,
        facts: { principal_id: principal.id, scopes: record.scopes, expires_at: record.expires_at },
        changes: [{ topic: "key", ref: record.id }],
      };
    };
  },
});

const listKeys = defineAct({
  name: "keys.list",
  summary:
    "List API keys: whose they are, what narrows them, when they were last used and when they end.",
  needs: "fairlead:admin",
  effect: "read",
  route: { method: "GET", path: "/keys" },
  input: z.object(page),
  handler:
    (input, { tenant_id }) =>
    async (store) => {
      const { items, next_cursor } = await store.keys.list(tenant_id, input);
      return { result: { items: items.map(shown), next_cursor } };
    },
});

const DAY_S = 86_400;

const rotateKey = defineAct({
  name: "keys.rotate",
  summary:
    "Put a new key in the place of one. The old one goes on for the overlap, so that nobody is locked out.",
  needs: "fairlead:admin",
  effect: "write",
  revealsSecret: true,
  route: { method: "POST", path: "/keys/{id}/rotate" },
  input: z.object({
    id: id("key"),
    overlap_s: z.coerce
      .number()
      .int()
      .min(0)
      .max(30 * DAY_S)
      .default(DAY_S)
      .describe("Seconds for which the old key goes on, at most 30 days; a day by default."),
    expires_in_s: seconds
      .optional()
      .describe("Seconds until the new key ends; as many as the old one had when left out."),
  }),
  handler(input, ctx) {
    return async (store) => {
      const old = await requireKey(store, ctx, input.id);
      if (old.revoked_at !== null || (old.expires_at !== null && old.expires_at <= ctx.now)) {
        throw new FairleadError("conflict", `${old.id} has ended. Create a new key instead.`);
      }
      if (old.replaced_by !== null) {
        throw new FairleadError("conflict", `${old.id} was rotated before, to ${old.replaced_by}.`);
      }
      const { roles: held } = await requirePrincipal(store, ctx.tenant_id, old.principal_id);
      requireGrantable(ctx, held, old.scopes);
      const expires_in_s = input.expires_in_s ?? lifetimeOf(old);
      const { key, record } = makeKey(ctx, { ...old, expires_in_s });
      record.principal_id = old.principal_id;
      const overlapEnd = ctx.now + input.overlap_s * 1000;
      const end = Math.min(old.expires_at ?? overlapEnd, overlapEnd);
      await store.keys.insert(record);
      await store.keys.update({ ...old, replaced_by: record.id, expires_at: end });
      return {
        result: { ...shown(record), key, replaces: old.id, old_key_ends_at: end },
        target: old.id,
        facts: { replaced_by: record.id, overlap_s: input.overlap_s },
        changes: [
          { topic: "key", ref: old.id },
          { topic: "key", ref: record.id },
        ],
      };
    };
  },
});

const revokeKey = defineAct({
  name: "keys.revoke",
  summary: "End an API key now; every replica refuses it within a second.",
  needs: "fairlead:admin",
  effect: "destroy",
  route: { method: "DELETE", path: "/keys/{id}" },
  input: z.object({ id: id("key") }),
  handler(input, ctx) {
    return async (store) => {
      const key = await requireKey(store, ctx, input.id);
      const { roles: held } = await requirePrincipal(store, ctx.tenant_id, key.principal_id);
      requireRank(ctx, held);
      const revoked = { ...key, revoked_at: key.revoked_at ?? ctx.now };
      await store.keys.update(revoked);
      return {
        ...{ result: shown(revoked), target: key.id },
        changes: [{ topic: "key", ref: key.id }],
      };
    };
  },
});

/** Seconds a key was made for; its successor gets as many, and none that ends is followed by one that does not. */
function lifetimeOf({ created_at, expires_at }: ApiKey): number | undefined {
  return expires_at === null ? undefined : Math.ceil((expires_at - created_at) / 1000);
}

async function principalFor(
  store: Store,
  ctx: ActContext,
  input: {
    label: string;
    principal_id?: string | undefined;
    roles?: StoredPrincipal["roles"] | undefined;
    scopes?: readonly string[] | undefined;
  },
): Promise<StoredPrincipal> {
  if (input.principal_id !== undefined) {
    if (input.roles !== undefined) {
      throw new FairleadError(
        "invalid_input",
        "Give roles, or a principal that has some; not both.",
      );
    }
    const known = await requirePrincipal(store, ctx.tenant_id, input.principal_id);
    requireGrantable(ctx, known.roles, input.scopes);
    return known;
  }
  const granted = input.roles ?? ["viewer"];
  requireGrantable(ctx, granted, input.scopes);
  // Owned by whoever made it, or by the tenant: a new key brings no fresh allowance.
  const isMember = !ctx.isOperator && ctx.principal.tenant_id === ctx.tenant_id;
  const principal: StoredPrincipal = {
    id: ctx.newId("prn"),
    tenant_id: ctx.tenant_id,
    kind: "service",
    label: input.label,
    roles: granted,
    owner_id: isMember && ctx.principal.kind === "person" ? ctx.principal.id : null,
    status: "active",
    created_at: ctx.now,
    created_by: ctx.principal.id,
    ...{ email: null, issuer: null, subject: null, tier: null, repository: null },
  };
  await store.principals.insert(principal);
  return principal;
}

function makeKey(
  { random, tenant_id, now, principal }: ActContext,
  input: {
    label: string;
    scopes?: readonly string[] | null | undefined;
    addresses?: readonly string[] | null | undefined;
    expires_in_s?: number | undefined;
  },
): { key: string; record: ApiKey } {
  const { id: key_id, key } = createApiKey(random);
  const record: ApiKey = {
    ...{ id: key_id, tenant_id, principal_id: "", label: input.label },
    hash: hash("sha256", key, "hex"),
    scopes: input.scopes ?? null,
    addresses: input.addresses ?? null,
    ...{ created_at: now, created_by: principal.id },
    expires_at: input.expires_in_s === undefined ? null : now + input.expires_in_s * 1000,
    ...{ revoked_at: null, last_used_at: null, replaced_by: null },
  };
  return { key, record };
}

async function requireKey(
  store: Store,
  { tenant_id }: ActContext,
  key_id: string,
): Promise<ApiKey> {
  const key = await store.keys.find(key_id);
  if (key !== undefined && key.tenant_id === tenant_id) return key;
  throw new FairleadError("not_found", `There is no key ${key_id} in this tenant.`);
}

/** A key without its hash: what is left is nobody's secret. */
function shown({ hash: _hash, ...rest }: ApiKey): Omit<ApiKey, "hash"> {
  return rest;
}

export const keyActs = [createKey, listKeys, rotateKey, revokeKey];
