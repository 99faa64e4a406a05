import type { SignInConfig } from "../signin/config.ts";
import type { Settings } from "./settings.ts";

/** How people and agents sign in. */
export interface SignInSettings {
  /** Where people do; undefined: nobody can. */
  issuer: SignInConfig | undefined;
  agentTokenLifetimeS: number;
  requireSignedRequests: boolean;
}

export function signInOf(values: Settings): SignInSettings {
  return {
    issuer: issuerOf(values),
    agentTokenLifetimeS: values.FAIRLEAD_AGENT_TOKEN_TTL,
    requireSignedRequests: values.FAIRLEAD_AGENT_SIGNATURES === "required",
  };
}

function issuerOf(values: Settings): SignInConfig | undefined {
  const { FAIRLEAD_SIGN_IN_ISSUER: issuer, FAIRLEAD_SIGN_IN_CLIENT_ID: clientId } = values;
  if (issuer === undefined || clientId === undefined) return undefined;
  const { FAIRLEAD_SIGN_IN_TENANT: tenant, FAIRLEAD_SIGN_IN_ROLES: roles } = values;
  return {
    ...{ issuer, clientId, clientSecret: values.FAIRLEAD_SIGN_IN_CLIENT_SECRET },
    registration: tenant === undefined || roles === undefined ? undefined : { tenant, roles },
  };
}
