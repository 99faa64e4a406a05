import type { Role } from "../../policy/roles.ts";
import type { Store } from "../../storage/store.ts";

/** What an agent signs in for: whoever holds the account decides which key pairs may, an administrator what they may do. */
export interface Account {
  tenant_id: string;
  principal_id: string;
  roles: readonly Role[];
  status: "active" | "disabled";
}

export interface Accounts {
  /** By `0x` and 40 lower-case hex digits. */
  find(address: string): Promise<Account | undefined>;
}

/** `StoredPrincipal.issuer` of agents. */
export const AGENT_ISSUER = "formation";

/** The accounts that administrators keep here: principals of kind `agent`. */
export function createStoredAccounts(store: Pick<Store, "principals">): Accounts {
  return {
    async find(address) {
      const row = await store.principals.findBySubject(AGENT_ISSUER, address);
      if (row?.kind !== "agent") return undefined;
      const { id, tenant_id, roles, status } = row;
      return { principal_id: id, tenant_id, roles, status };
    },
  };
}
