import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ShownPlan } from "@fairlead/core/plan/shown";
import type { Role } from "@fairlead/core/policy/roles";
import { SYSTEM_CLOCK } from "@fairlead/core/ports";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import type { PlanRow } from "@fairlead/core/storage/write-records";
import { type Person, signInPerson } from "./entrances.ts";
import { type Installation, type InstallationOptions, startInstallation } from "./installation.ts";
import { type OidcProvider, startOidcProvider } from "./oidc-provider.ts";
import { planRow } from "./plans.ts";

/** The whole server with people who sign in, and its records beside it, where plans are put. */
export interface ApprovalGround {
  installation: Installation;
  provider: OidcProvider;
  store: Store;
  /** Id of the tenant Acme. */
  acme: string;
  /** Where the server is, without a slash at the end. */
  base: string;
  /** Somebody who joins a tenant (Acme, if nothing is said) and is signed in. */
  person(name: string, role: Role, tenant?: string): Promise<Person>;
  /** A plan of Acme's, of a caller that is no record unless it is said. */
  plan(changes?: Partial<PlanRow>, says?: Partial<ShownPlan>): Promise<PlanRow>;
  close(): Promise<void>;
}

export async function startApprovals({
  environment = {},
  extraConnectors = [],
}: Pick<InstallationOptions, "environment" | "extraConnectors"> = {}): Promise<ApprovalGround> {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-approve-"));
  const provider = await startOidcProvider(SYSTEM_CLOCK);
  const installation = await startInstallation({
    environment: {
      FAIRLEAD_STATE: folder,
      FAIRLEAD_SIGN_IN_ISSUER: provider.issuer,
      FAIRLEAD_SIGN_IN_CLIENT_ID: provider.clientId,
      FAIRLEAD_SIGN_IN_CLIENT_SECRET: provider.clientSecret,
      FAIRLEAD_EGRESS_ALLOW: "127.0.0.1",
      ...environment,
    },
    extraConnectors,
  });
  const store = await createSqliteStore(join(folder, "fairlead.db"));
  const { operator, server } = installation;
  const made = ["acme", "umbra"].map((name) =>
    operator.act<{ id: string }>("POST", "/api/tenants", { name }),
  );
  const [acme = ""] = (await Promise.all(made)).map(({ id }) => id);
  const entrance = { url: server.url, provider };
  let serial = 0;
  return {
    ...{ installation, provider, store, acme, base: server.url },
    async person(name, role, tenant = "acme") {
      const body = { label: name, roles: [role] };
      const path = `/api/invitations?tenant=${tenant}`;
      const { token } = await operator.act<{ token: string }>("POST", path, body);
      return signInPerson(entrance, token, { sub: `${name} of ${tenant}`, name });
    },
    async plan(changes, says) {
      serial += 1;
      const common = { id: `pln_${serial}`, tenant_id: acme, principal_id: "prn_agent" };
      const row = planRow({ now: Date.now(), ...common, ...changes }, says);
      await store.plans.insert(row);
      return row;
    },
    async close() {
      await store.close();
      await installation.close();
      await provider.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
