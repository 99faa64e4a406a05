import { type FairleadError, toFairleadError } from "@fairlead/core/errors";
import { z } from "zod";

/** What a composite answer lacks, and why. Empty when it is whole. */
export const failedParts = z
  .array(z.object({ part: z.string(), code: z.string(), message: z.string() }))
  .describe("What could not be read; empty when the answer is whole.");

export type FailedParts = z.output<typeof failedParts>;

/** Parts of one answer, read side by side; one that fails leaves the others standing. */
export interface Parts {
  /** What `reading` gives, or null after it was noted as failed. */
  take<T>(part: string, reading: Promise<T>): Promise<T | null>;
  /** Throws the first failure when nothing was read at all. */
  requireAny(): void;
  readonly failed: FailedParts;
}

export function createParts(signal: AbortSignal): Parts {
  const failures: { part: string; error: FairleadError }[] = [];
  let taken = 0;
  return {
    async take(part, reading) {
      taken += 1;
      try {
        return await reading;
      } catch (thrown) {
        // The call itself is over: that is no matter of one part.
        if (signal.aborted) throw thrown;
        failures.push({ part, error: toFairleadError(thrown) });
        return null;
      }
    },
    requireAny() {
      const [first] = failures;
      if (first !== undefined && failures.length === taken) throw first.error;
    },
    get failed() {
      return failures.map(({ part, error: { code, message } }) => ({ part, code, message }));
    },
  };
}
