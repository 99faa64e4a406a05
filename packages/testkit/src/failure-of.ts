import { FairleadError } from "@fairlead/core/errors";

/** The `FairleadError` this work ends with. Fails the test when it ends well, or with anything else. */
export async function failureOf(work: Promise<unknown> | (() => unknown)): Promise<FairleadError> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (thrown) {
    if (thrown instanceof FairleadError) return thrown;
    throw thrown;
  }
  throw new Error("It was expected to fail, and did not.");
}
