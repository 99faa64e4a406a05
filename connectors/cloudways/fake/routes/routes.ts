import type { Handlers } from "../call.ts";
import { alertRoutes } from "./alerts.ts";
import { appSettingRoutes } from "./app-settings.ts";
import { appRoutes } from "./apps.ts";
import { catalogueRoutes } from "./catalogue.ts";
import { loginRoutes } from "./login.ts";
import { monitoringRoutes } from "./monitoring.ts";
import { operationRoutes } from "./operations.ts";
import { peopleRoutes } from "./people.ts";
import { securityRoutes } from "./security.ts";
import { serverRoutes } from "./servers.ts";
import { serviceRoutes } from "./services.ts";

/** The routes with state, by operationId. All others answer from the contract. */
export const handlers: Handlers = {
  ...loginRoutes,
  ...catalogueRoutes,
  ...operationRoutes,
  ...peopleRoutes,
  ...alertRoutes,
  ...serverRoutes,
  ...serviceRoutes,
  ...appRoutes,
  ...appSettingRoutes,
  ...securityRoutes,
  ...monitoringRoutes,
};
