import type { Secret } from "../secret.ts";

export interface ObtainedToken {
  token: Secret;
  lifetimeMs: number;
}

export interface SharedTokenOptions {
  /** Names the upstream account, by a keyed hash. Connections of the same credential share one token. */
  account: string;
  /** Exchanges the credential for a token. Runs in one process at a time, under a lease. */
  obtain: (signal: AbortSignal) => Promise<ObtainedToken>;
  /** Milliseconds before its end at which a token that is in use is renewed. */
  renewAheadMs: number;
}

export interface SharedTokenStatus {
  state: "unused" | "valid" | "renewal_due" | "expired" | "refused";
  obtained_at?: number;
  expires_at?: number;
  renews_at?: number;
  renewing: boolean;
  /** Times a token was obtained, by all replicas, as long as it was in use. */
  logins: number;
  last_failure?: { code: string; at: number };
}

/** The token of one upstream account, the same in every replica. */
export interface SharedToken {
  /** A token that should be good now. */
  get(signal: AbortSignal): Promise<Secret>;
  /** Another token after `refused` met a 401; one login for however many meet it. */
  replace(refused: Secret, signal: AbortSignal): Promise<Secret>;
  status(): Promise<SharedTokenStatus>;
  /** The token at hand, so that no error repeats it. */
  readonly secrets: readonly Secret[];
  close(): void;
}

/** Opens the token of an account. Scoped to the tenant's connection by the engine. */
export type SharedTokens = (options: SharedTokenOptions) => SharedToken;
