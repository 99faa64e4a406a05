import type { GivenConnection } from "@fairlead/core/connections/connections";
import type { Connector } from "@fairlead/core/connector";
import { createLog } from "fairlead/observe/logger";
import { type RunningServer, startServe } from "fairlead/serve";
import { bearer, type Caller, createCaller } from "./caller.ts";
import { createHttp, type Http, type Json } from "./http.ts";

export const OPERATOR_KEY = "operator-key-of-these-tests";

/** The whole server on a free port, as an operator would start it. */
export interface Installation {
  readonly server: RunningServer;
  readonly http: Http;
  /** With the key of whoever runs it. */
  readonly operator: Caller;
  as(headers: Readonly<Record<string, string>>): Caller;
  /** Every line logged, from trace up. */
  log(): string;
  close(): Promise<void>;
}

export interface InstallationOptions {
  environment?: Readonly<Record<string, string>>;
  extraConnectors?: readonly Connector[];
  extraConnections?: readonly GivenConnection[];
}

/** In memory unless the environment names something else; with limits that no test meets by accident. */
export async function startInstallation({
  environment = {},
  extraConnectors = [],
  extraConnections = [],
}: InstallationOptions = {}): Promise<Installation> {
  const lines: string[] = [];
  const log = createLog(
    { level: "trace", modules: {}, readable: false, batched: false },
    { write: (line) => void lines.push(line) },
  );
  const server = await startServe({
    environment: {
      PORT: "0",
      FAIRLEAD_STATE: "memory",
      FAIRLEAD_API_KEY: OPERATOR_KEY,
      ENCRYPTION_KEY: "a master key of these tests and long enough",
      FAIRLEAD_TIERS: "key=10000000",
      RATE_LIMIT_REQUESTS: "10000000",
      FAIRLEAD_ADDRESS_REQUESTS: "10000000",
      ...environment,
    },
    ...{ extraConnectors, extraConnections, log },
  });
  const http = createHttp(server.port);
  const as = (headers: Readonly<Record<string, string>>) => createCaller(http, headers);
  return {
    ...{ server, http, as },
    operator: as(bearer(OPERATOR_KEY)),
    log: () => lines.join(""),
    async close() {
      http.close();
      await server.close();
    },
  };
}

export interface NewKey {
  id: string;
  principal_id: string;
  key: string;
}

/** A key of a service of its own in a tenant. */
export function createKey(
  { operator }: Pick<Installation, "operator">,
  tenant: string,
  more: Json = {},
): Promise<NewKey> {
  return operator.act("POST", `/api/keys?tenant=${tenant}`, { label: "a key", ...more });
}
