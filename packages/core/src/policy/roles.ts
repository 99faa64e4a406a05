import type { Effect } from "../effect.ts";

/** What a principal may do in its tenant, from little to all. */
export const ROLES = ["viewer", "operator", "developer", "admin", "owner"] as const;

export type Role = (typeof ROLES)[number];

/**
 * Scopes a role gives. `*` stands for every connector or every effect. `fairlead:admin` is for who manages the tenant,
 * `fairlead:owner` for what cannot be taken back: deleting it, rotating its keys.
 */
const SCOPES: Readonly<Record<Role, readonly string[]>> = {
  viewer: ["*:read"],
  operator: ["*:read", "*:write"],
  developer: ["*:read", "*:write", "*:destroy"],
  admin: ["*:read", "*:write", "*:destroy", "*:secrets", "fairlead:admin"],
  owner: ["*"],
};

export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}

export function scopesOfRoles(roles: readonly Role[]): ReadonlySet<string> {
  return new Set(roles.flatMap((role) => SCOPES[role]));
}

/** Whether a set of scopes holds one, wildcards included: `*`, `cloudways:*`, `*:read`. */
export function coversScope(scopes: ReadonlySet<string>, scope: string): boolean {
  if (scopes.has("*") || scopes.has(scope)) return true;
  const [connector = "", what = ""] = scope.split(":");
  if (connector === "fairlead") return false;
  return scopes.has(`*:${what}`) || scopes.has(`${connector}:*`);
}

export type ScopeOfEffect = `${string}:${Effect}`;
