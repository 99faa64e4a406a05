import { FairleadError } from "../../errors.ts";

/** The records cannot be reached, or not in time. */
export function storeAway(cause: unknown): FairleadError {
  return new FairleadError(
    "upstream_unavailable",
    "The records cannot be reached at the moment. Try again in a few seconds.",
    { details: { reason: "store" }, cause },
  );
}

/** An id or a unique name is there already. */
export function taken(cause: unknown): FairleadError {
  return new FairleadError("conflict", "This id or name is taken already. Choose another.", {
    details: { reason: "taken" },
    cause,
  });
}

/** A record names a tenant or a principal of it that does not exist. */
export function ownerMissing(cause: unknown): FairleadError {
  return new FairleadError(
    "not_found",
    "There is no such tenant, or no such principal in it. It may have been deleted meanwhile.",
    { details: { reason: "owner" }, cause },
  );
}

/** Two transactions stood in each other's way; repeating one helps. */
export function collided(cause: unknown): FairleadError {
  return new FairleadError(
    "conflict",
    "Another change to the same records was under way. Try again.",
    { details: { reason: "concurrent" }, cause, retryable: true },
  );
}
