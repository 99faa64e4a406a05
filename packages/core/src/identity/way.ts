import { FairleadError } from "../errors.ts";
import type { Evidence } from "./authenticate.ts";
import type { Principal } from "./principal.ts";

/** What a way found out about a token. It is remembered, so that the same token costs nothing the next time. */
export interface Known {
  principal: Principal;
  /** Until when it is remembered at most, milliseconds; five minutes unless something ends it sooner. */
  until?: number;
  /** Principals besides its own that it was made of: a change of one makes it outdated. */
  related?: readonly string[];
  /** Asked on every use, remembered or not: what depends on the request. Throws when it does not fit. */
  admit?: (evidence: Evidence) => void | Promise<void>;
}

/** One way of showing who one is by a token: undefined when it is not of this kind, else who it is, or a refusal. */
export type Way = (token: string, evidence: Evidence) => Promise<Known | undefined>;

/** The reason of refusals that a guesser would get: they count against the address. */
export const UNKNOWN_CREDENTIAL = "unknown_credential";

/** The same words whatever was wrong, so that a guesser learns nothing from them. */
export function unknownCredential(cause?: unknown): FairleadError {
  return refusal(
    UNKNOWN_CREDENTIAL,
    "This API key or token is not known here. Check it, or ask whoever runs this Fairlead for one.",
    cause,
  );
}

/** A credential that is not, or no longer, good. `details.challenge` is the error of RFC 6750, section 3.1. */
export function refusal(reason: string, message: string, cause?: unknown): FairleadError {
  return new FairleadError("unauthenticated", message, {
    details: { reason, challenge: "invalid_token" },
    ...(cause === undefined ? {} : { cause }),
  });
}
