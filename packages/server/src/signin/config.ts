import type { Role } from "@fairlead/core/policy/roles";
import type { Secret } from "@fairlead/core/secret";

/** Where people sign in. */
export interface SignInConfig {
  /** OpenID Connect issuer, as its metadata name it. */
  issuer: string;
  clientId: string;
  /** Absent: a public client. */
  clientSecret?: Secret | undefined;
  /** Whoever signs in and is not known joins this tenant, by id or name; without it an invitation is needed. */
  registration?: { tenant: string; roles: readonly Role[] } | undefined;
}
