import { FairleadError } from "../errors.ts";
import type { Principal } from "../identity/principal.ts";
import { narrowScopes } from "../identity/scopes.ts";
import { scopesOfRoles } from "../policy/roles.ts";
import type { Store } from "../storage/store.ts";
import type { Suspended } from "./suspended.ts";

/** Principals that are no record: their rights are those of the process, or of what they brought. */
const UNSTORED: ReadonlySet<Principal["kind"]> = new Set([
  "local",
  "operator_key",
  "header",
  "anonymous",
]);

/**
 * The caller of a suspended call with the rights it has now, and never with more than it had. Throws `forbidden` where it
 * is no longer anybody here.
 */
export async function revive(
  store: Pick<Store, "principals" | "tenants">,
  { principal }: Suspended,
): Promise<Principal> {
  const { id, tenant_id, kind, label, roles } = principal;
  if (UNSTORED.has(kind)) {
    return { id, tenant_id, kind, label, roles, scopes: new Set(principal.scopes) };
  }
  const [row, tenant] = await Promise.all([
    store.principals.find(tenant_id, id),
    store.tenants.find(tenant_id),
  ]);
  const owner =
    row === undefined || row.owner_id === null
      ? undefined
      : await store.principals.find(tenant_id, row.owner_id);
  const isActive =
    row?.status === "active" &&
    tenant?.status === "active" &&
    (row.owner_id === null || owner?.status === "active");
  if (row === undefined || !isActive) {
    throw new FairleadError("forbidden", "Whoever asked for this is disabled or gone by now.", {
      details: { reason: "disabled" },
    });
  }
  const scopes = narrowScopes(scopesOfRoles(row.roles), principal.scopes);
  return { id, tenant_id, kind, label: row.label, roles: row.roles, scopes };
}
