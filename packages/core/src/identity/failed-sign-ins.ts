import { FairleadError } from "../errors.ts";
import type { AddressLimit } from "../limits/address-limit.ts";
import { UNKNOWN_CREDENTIAL } from "./way.ts";

/** Guesses of each address. Only who guesses is slowed down: behind one address there may be many with good keys. */
export interface FailedSignIns {
  /** Throws `rate_limited` while the address has failed too often. */
  admit(address: string): void;
  charge(address: string): void;
  /** Counts a refusal, if it is one that a guesser would get; once there were too many, that is what is said instead. */
  count(address: string, refusal: unknown): void;
}

const GUESSES: readonly unknown[] = [UNKNOWN_CREDENTIAL, "mistyped_key"];

export function createFailedSignIns(limit: AddressLimit): FailedSignIns {
  function admit(address: string): void {
    const waitMs = limit.take(address, 0);
    if (waitMs === 0) return;
    const retry_after_s = Math.ceil(waitMs / 1000);
    throw new FairleadError(
      "rate_limited",
      `Too many failed sign-ins from this address. Try again in ${retry_after_s} s.`,
      { details: { retry_after_s, reason: "failed_logins" } },
    );
  }

  return {
    admit,
    charge: (address) => limit.charge(address, 1),
    count(address, refusal) {
      const isGuess = refusal instanceof FairleadError && GUESSES.includes(refusal.details?.reason);
      if (!isGuess) return;
      admit(address);
      limit.charge(address, 1);
    },
  };
}
