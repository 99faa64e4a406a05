import { FairleadError } from "../errors.ts";
import { allowanceOf, type Tiers } from "../limits/tiers.ts";
import { type Role, scopesOfRoles } from "../policy/roles.ts";
import type { StoredPrincipal } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import type { Principal, ShownCredential } from "./principal.ts";
import { narrowScopes } from "./scopes.ts";
import type { Known } from "./way.ts";

export interface ShownBy {
  credential: ShownCredential;
  /** Narrows what the roles give; null: all they give. */
  scopes: readonly string[] | null;
  /** In place of the stored roles. */
  roles?: readonly Role[];
}

/** Makes a caller of a stored principal. Throws `forbidden`, reason `disabled`, when it or its tenant is not active. */
export async function openPrincipal(
  { store, tiers }: { store: Pick<Store, "tenants" | "principals">; tiers: Tiers },
  row: StoredPrincipal,
  { credential, scopes, roles = row.roles }: ShownBy,
): Promise<Known & { principal: Principal }> {
  const [tenant, owner] = await Promise.all([
    store.tenants.find(row.tenant_id),
    row.owner_id === null ? undefined : store.principals.find(row.tenant_id, row.owner_id),
  ]);
  if (tenant?.status !== "active") throw disabled("tenant");
  if (row.status !== "active") throw disabled("caller");
  // What somebody's keys may do ends with what that person may.
  if (row.owner_id !== null && owner?.status !== "active") throw disabled("caller");
  const given = scopesOfRoles(roles);
  return {
    principal: {
      id: row.id,
      tenant_id: row.tenant_id,
      kind: row.kind,
      label: row.label,
      roles,
      scopes: scopes === null ? given : narrowScopes(given, scopes),
      allowance: allowanceOf(row, owner, tenant, tiers),
      credential,
    },
    related: row.owner_id === null ? [] : [row.owner_id],
  };
}

function disabled(what: "tenant" | "caller"): FairleadError {
  return new FairleadError(
    "forbidden",
    `This ${what} is disabled here. Ask an administrator to enable it.`,
    { details: { reason: "disabled" } },
  );
}
