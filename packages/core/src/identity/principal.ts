import type { Connection } from "../storage/store.ts";

/** Who is calling, in exactly one tenant. */
export interface Principal {
  /** `prn_…` */
  id: string;
  /** `ten_…` */
  tenant_id: string;
  kind: "local" | "api_key" | "header";
  label: string;
  /** Scopes such as `cloudways:read`; `"*"` stands for all. */
  scopes: ReadonlySet<string>;
  /** Connections that came with the request itself (header credentials); never stored. */
  connections?: readonly Connection[];
}

export function hasScope(principal: Principal, scope: string): boolean {
  return principal.scopes.has("*") || principal.scopes.has(scope);
}

/** The one user of a local process: `stdio`, and `serve --local`. */
export const LOCAL_USER: Principal = Object.freeze({
  id: "prn_local",
  tenant_id: "ten_local",
  kind: "local",
  label: "local user",
  scopes: new Set(["*"]),
});
