import type { Operation } from "./contract.ts";
import { canary } from "./dataset/canary.ts";
import { Refusal } from "./refusal.ts";

export type Clock = { now(): number };
export type Role = "READ" | "LIMITED" | "FULL";

export type Credentials = {
  email: string;
  apiKey: string;
  readToken: string;
  limitedToken: string;
  fullToken: string;
};

export type Auth = {
  credentials: Credentials;
  login(
    email: string,
    apiKey: string,
  ): { access_token: string; token_type: string; expires_in: number };
  authorize(header: string | undefined, operation: Operation): void;
  expire(which: "login" | "access" | "all"): void;
};

const lifetimeSeconds = 3600;

/** Both logins: a token exchanged for e-mail and API key, and `cw_` access tokens sent as they are. */
export function createAuth(clock: Clock, seed: number): Auth {
  const credentials: Credentials = {
    email: `owner${seed === 1 ? "" : seed}@northwind-agency.example`,
    apiKey: canary("api-key", "owner", seed),
    readToken: `cw_${canary("token", "read", seed)}`,
    limitedToken: `cw_${canary("token", "limited", seed)}`,
    fullToken: `cw_${canary("token", "full", seed)}`,
  };
  const tokens = new Map<string, { role: Role; expiresAt: number }>([
    [credentials.readToken, { role: "READ", expiresAt: Number.POSITIVE_INFINITY }],
    [credentials.limitedToken, { role: "LIMITED", expiresAt: Number.POSITIVE_INFINITY }],
    [credentials.fullToken, { role: "FULL", expiresAt: Number.POSITIVE_INFINITY }],
  ]);
  let logins = 0;

  return {
    credentials,

    login(email, apiKey) {
      if (email !== credentials.email || apiKey !== credentials.apiKey) {
        throw unauthorized("invalid_credentials", "E-mail or API key not accepted");
      }
      logins += 1;
      const token = canary("login-token", logins, seed);
      tokens.set(token, { role: "FULL", expiresAt: clock.now() + lifetimeSeconds * 1000 });
      return { access_token: token, token_type: "Bearer", expires_in: lifetimeSeconds };
    },

    authorize(header, operation) {
      const sent = /^Bearer\s+(\S+)$/i.exec(header ?? "")?.[1];
      if (!sent) {
        throw new Refusal(400, {
          error: "invalid_request",
          error_description: "Access token missing",
        });
      }
      const token = tokens.get(sent);
      if (!token || token.expiresAt <= clock.now()) {
        throw unauthorized("access_denied", "Access token invalid or expired");
      }
      if (!isAllowed(token.role, operation)) throw new Refusal(403, { message: "Not permitted" });
    },

    expire(which) {
      for (const [value, token] of tokens) {
        const isAccessToken = value.startsWith("cw_");
        if (which === "all" || isAccessToken === (which === "access")) token.expiresAt = 0;
      }
    },
  };
}

/** What LIMITED may do is not published; the fake lets it write and refuses what destroys. */
function isAllowed(role: Role, operation: Operation): boolean {
  if (role === "FULL" || operation.access === "read") return true;
  return role === "LIMITED" && operation.access === "write";
}

const unauthorized = (error: string, description: string) =>
  new Refusal(401, { error, error_description: description });
