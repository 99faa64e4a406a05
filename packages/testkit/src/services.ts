import process from "node:process";
import { describe } from "vitest";

/** Long enough for a service on this machine, short enough to skip without it. */
const PROBE_MS = 3_000;

/**
 * A `describe` for tests that need a service outside of this process: skipped, with the reason in its title, where the
 * service is not reachable. With FAIRLEAD_REQUIRE_SERVICES=1 that fails instead, so that no check is lost unseen.
 *
 * @example
 * const describePostgres = await requireService("PostgreSQL", () => probePostgres());
 * describePostgres("on PostgreSQL", () => testStore(create));
 */
export async function requireService(
  name: string,
  probe: (signal: AbortSignal) => Promise<unknown>,
): Promise<(title: string, suite: () => void) => void> {
  const failure = await failureOf(probe);
  if (failure === undefined) return (title, suite) => describe(title, suite);
  const reason = `${name} cannot be reached: ${failure}`;
  if (process.env.FAIRLEAD_REQUIRE_SERVICES === "1") throw new Error(reason);
  return (title, suite) => describe.skip(`${title} (${reason})`, suite);
}

async function failureOf(
  probe: (signal: AbortSignal) => Promise<unknown>,
): Promise<string | undefined> {
  const signal = AbortSignal.timeout(PROBE_MS);
  const tooLate = Promise.withResolvers<never>();
  const onAbort = () => tooLate.reject(new Error("no answer in time"));
  signal.addEventListener("abort", onAbort);
  try {
    await Promise.race([probe(signal), tooLate.promise]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message || error.name : String(error);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
