import type { Connection } from "../connections/connection.ts";
import { coversScope, type Role } from "../policy/roles.ts";
import type { Bucket } from "../storage/shared.ts";

/** How much a caller may do, and who it shares that with. */
export interface Allowance {
  /** Key of the bucket in shared state: whoever has the same one shares it. */
  key: string;
  bucket: Bucket;
  /** Name of its tier, for answers and metrics. */
  tier: string;
}

/** What a caller showed. A stream ends with it. */
export interface ShownCredential {
  kind: "api_key" | "token" | "sign_in" | "agent_token" | "header";
  /** `key_…`, a hash of the token's `jti`, of the sign-in. */
  id: string;
  expires_at: number | null;
}

/** Who is calling, in exactly one tenant. */
export interface Principal {
  /** `prn_…` */
  id: string;
  /** `ten_…` */
  tenant_id: string;
  kind:
    | "local"
    | "operator_key"
    | "person"
    | "service"
    | "oauth_client"
    | "agent"
    | "header"
    | "anonymous";
  label: string;
  roles: readonly Role[];
  /** Scopes such as `cloudways:read`, wildcards included; what the roles give, narrowed by what was shown. */
  scopes: ReadonlySet<string>;
  /** Absent: the engine's own bucket for callers. */
  allowance?: Allowance;
  credential?: ShownCredential;
  /** Connections that came with the request itself (header credentials); never stored. */
  connections?: readonly Connection[];
}

export function hasScope(principal: Principal, scope: string): boolean {
  return coversScope(principal.scopes, scope);
}

/** The tenant of a process that serves one person or one operator's keys. */
export const LOCAL_TENANT = "ten_local";

/** The one user of a local process: `stdio`, and `serve --local`. */
export const LOCAL_USER: Principal = Object.freeze({
  id: "prn_local",
  tenant_id: LOCAL_TENANT,
  kind: "local",
  label: "local user",
  roles: ["owner"] as const,
  scopes: new Set(["*"]),
});
