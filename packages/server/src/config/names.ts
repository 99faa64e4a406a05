import leven from "leven";
import type { Problem } from "./problem.ts";
import type { Environment } from "./sources.ts";

/** Belongs to the tests, which fail instead of skipping when a service they want is missing. */
const OF_TESTS = "FAIRLEAD_REQUIRE_SERVICES";
/** What Kubernetes puts into every container near a Service called `fairlead`. */
const OF_KUBERNETES = /^FAIRLEAD_(PORT|SERVICE)(_|$)/;

/** A misspelt setting would otherwise be ignored in silence. */
export function findMisspelt(
  environment: Environment,
  sources: readonly { name: string; secret: boolean }[],
): Problem[] {
  const valid = sources.flatMap(({ name, secret }) => (secret ? [name, `${name}_FILE`] : [name]));
  return Object.keys(environment)
    .filter((name) => name.startsWith("FAIRLEAD_") && name !== OF_TESTS)
    .filter((name) => !OF_KUBERNETES.test(name) && !valid.includes(name))
    .map((name) => ({ name, message: `is no setting.${didYouMean(name, valid)}` }));
}

/** A sentence to go on with when something valid is near, else nothing. */
export function didYouMean(given: string, valid: readonly string[]): string {
  const near = nearest(given, valid);
  return near === undefined ? "" : ` Did you mean ${near}?`;
}

/** What somebody probably meant; undefined when nothing is near. */
export function nearest(given: string, valid: readonly string[]): string | undefined {
  const [best] = valid
    .map((name) => ({ name, distance: name.startsWith(given) ? 0 : leven(given, name) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(2, given.length / 2.5)
    ? best.name
    : undefined;
}
