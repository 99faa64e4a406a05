import { z } from "zod";
import { FairleadError } from "../../errors.ts";
import { LOCAL_TENANT } from "../../identity/principal.ts";
import type { Tenant } from "../../storage/records.ts";
import { type ActContext, defineAct } from "../act.ts";
import { page, repository, tenantName, tier } from "../shapes.ts";

const createTenant = defineAct({
  name: "tenants.create",
  summary: "Create a tenant: a customer with callers, connections, limits and keys of its own.",
  needs: "operator",
  effect: "write",
  route: { method: "POST", path: "/tenants" },
  input: z.object({
    name: tenantName,
    tier: tier.default(null),
    repository: repository.default(null),
  }),
  handler(input, ctx) {
    requireTier(input, ctx);
    const { now, newId } = ctx;
    const tenant: Tenant = { id: newId("ten"), status: "active", created_at: now, ...input };
    return async (store) => {
      await store.tenants.insert(tenant);
      const { name } = tenant;
      return { result: tenant, target: tenant.id, facts: { name, tier: tenant.tier } };
    };
  },
});

const listTenants = defineAct({
  name: "tenants.list",
  summary: "List the tenants.",
  needs: "operator",
  effect: "read",
  route: { method: "GET", path: "/tenants" },
  input: z.object(page),
  handler: (input) => async (store) => ({ result: await store.tenants.list(input) }),
});

const getTenant = defineAct({
  name: "tenants.get",
  summary: "Show the tenant.",
  needs: "fairlead:admin",
  effect: "read",
  route: { method: "GET", path: "/tenant" },
  input: z.object({}),
  handler:
    (_input, { tenant_id }) =>
    async (store) => ({ result: await store.tenants.find(tenant_id), target: tenant_id }),
});

const updateTenant = defineAct({
  name: "tenants.update",
  summary: "Change the tenant's tier, or disable it: none of its callers gets in then.",
  needs: "operator",
  effect: "write",
  route: { method: "PATCH", path: "/tenant" },
  input: z.object({
    name: tenantName.optional(),
    status: z.enum(["active", "disabled"]).optional().describe("disabled: nobody of it gets in."),
    tier: tier.optional(),
    repository: repository.optional(),
  }),
  handler: (input, ctx) => async (store) => {
    const { tenant_id } = ctx;
    const tenant = await store.tenants.find(tenant_id);
    if (tenant === undefined) throw new FairleadError("not_found", "There is no such tenant.");
    const changed: Tenant = { ...tenant, ...definedOf(input) };
    if (tenant_id === LOCAL_TENANT && changed.status === "disabled") {
      throw new FairleadError("conflict", "The local tenant cannot be disabled.");
    }
    requireTier(changed, ctx);
    await store.tenants.update(changed);
    return {
      ...{ result: changed, target: tenant_id, facts: input },
      changes: [{ topic: "tenant", ref: tenant_id }],
    };
  },
});

const deleteTenant = defineAct({
  name: "tenants.delete",
  summary:
    "Delete the tenant with all it owns. Its key is destroyed, and what it sealed opens nowhere any more, but in an older backup.",
  needs: "fairlead:owner",
  effect: "destroy",
  route: { method: "DELETE", path: "/tenant" },
  input: z.object({ confirm: z.string().describe("The tenant's name, written out.") }),
  handler:
    ({ confirm }, { tenant_id }) =>
    async (store) => {
      const tenant = await store.tenants.find(tenant_id);
      if (tenant === undefined) throw new FairleadError("not_found", "There is no such tenant.");
      if (tenant_id === LOCAL_TENANT) {
        throw new FairleadError("conflict", "The local tenant cannot be deleted.");
      }
      if (confirm !== tenant.name) {
        throw new FairleadError(
          "consent_required",
          `Deleting ${tenant.name} destroys its connections, keys and callers for good. Repeat with confirm set to its name.`,
        );
      }
      await store.tenants.delete(tenant_id);
      return {
        ...{ result: { deleted: tenant_id }, target: tenant_id, facts: { name: tenant.name } },
        changes: [
          { topic: "tenant", ref: tenant_id },
          { topic: "vault", ref: tenant_id },
        ],
      };
    },
});

/** The larger allowance is for a project one can look at. */
export function requireTier(
  { tier: name, repository: named }: { tier: string | null; repository: string | null },
  { tiers }: Pick<ActContext, "tiers">,
): void {
  if (name !== null && tiers?.includes(name) === false) {
    throw new FairleadError(
      "invalid_input",
      `tier: there is no "${name}". Tiers of FAIRLEAD_TIERS: ${tiers.join(", ")}.`,
    );
  }
  if (name !== "open_source" || named !== null) return;
  throw new FairleadError(
    "invalid_input",
    "The tier open_source is granted for a repository. Name it: repository=https://….",
  );
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** What was said, without what was left out: a spread would take `undefined` for a value. */
export function definedOf<T extends object>(given: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}

export const tenantActs = [createTenant, listTenants, getTenant, updateTenant, deleteTenant];
