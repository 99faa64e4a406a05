import type { ClientEnvironment } from "@fairlead/core/connector";
import { type AlertCalls, createAlertCalls } from "./client/alerts.ts";
import { type Api, createApi } from "./client/api.ts";
import { type AppCalls, createAppCalls } from "./client/apps.ts";
import { type CatalogueCalls, createCatalogueCalls } from "./client/catalogue.ts";
import { type ChangeCalls, createChangeCalls } from "./client/changes.ts";
import { createMonitoringCalls, type MonitoringCalls } from "./client/monitoring.ts";
import { createOperationCalls, type OperationCalls } from "./client/operations.ts";
import { createPeopleCalls, type PeopleCalls } from "./client/people.ts";
import { createSecurityCalls, type SecurityCalls } from "./client/security.ts";
import { createServerCalls, type ServerCalls } from "./client/servers.ts";
import type { Settings } from "./settings.ts";

/** One Cloudways account as the tools see it. The files under `client/` know URLs, tokens and the shapes on the wire. */
export interface CloudwaysClient
  extends ServerCalls,
    AppCalls,
    MonitoringCalls,
    AlertCalls,
    PeopleCalls,
    CatalogueCalls,
    OperationCalls,
    SecurityCalls,
    ChangeCalls,
    Pick<Api, "kind" | "tokenStatus" | "budgetStatus" | "close"> {
  /** Milliseconds since the epoch, by the injected clock. */
  now(): number;
  /** Asks Cloudways whether the credential is good; throws what is wrong with it. */
  verify(signal: AbortSignal): Promise<void>;
}

export function createCloudwaysClient(environment: ClientEnvironment<Settings>): CloudwaysClient {
  const api = createApi(environment);
  const catalogue = createCatalogueCalls(api);
  // What is kept holds no secret. Replicas ask for it once among them: the account's budget is one.
  const cache = environment.cache.scoped("", { shared: true });
  const servers = createServerCalls(api, { ...environment, cache });
  return {
    ...servers,
    ...createAppCalls(api),
    ...createMonitoringCalls(api, { ...environment, cache }),
    ...createAlertCalls(api),
    ...createPeopleCalls(api),
    ...catalogue,
    ...createOperationCalls(api, environment),
    ...createSecurityCalls(api),
    ...createChangeCalls(api, servers.forgetServers),
    now: () => environment.clock.now(),
    kind: api.kind,
    tokenStatus: api.tokenStatus,
    budgetStatus: api.budgetStatus,
    close: api.close,
    async verify(signal) {
      // A login proves the pair; an access token is proved by the cheapest read there is.
      if ((await api.kind()) === "access_token") await catalogue.listProviders(signal);
      else await api.logIn(signal);
    },
  };
}
