import { hashApiKey } from "./api-key.ts";
import type { Evidence } from "./authenticate.ts";
import type { FailedSignIns } from "./failed-sign-ins.ts";
import type { Principal } from "./principal.ts";
import type { Remembered } from "./remembered.ts";
import { type Known, unknownCredential, type Way } from "./way.ts";

interface Parts {
  /** The operator's own keys, by hash. */
  operators: ReadonlyMap<string, Principal>;
  /** Asked in this order, until one knows the token. */
  ways: readonly Way[];
  remembered: Remembered;
  failures: FailedSignIns;
}

/** A change that comes while a token is looked up sends it round again; so often at most. */
const MOST_ROUNDS = 3;

/**
 * Whose a token is: without waiting when it was verified before and nothing it depends on has changed since. Any
 * number of requests with the same new token have it verified once.
 */
export function createTokenWay(
  parts: Parts,
): (token: string, evidence: Evidence) => Principal | Promise<Principal> {
  const { operators, ways, remembered, failures } = parts;
  const underWay = new Map<string, Promise<Known>>();

  async function ask(token: string, evidence: Evidence): Promise<Known> {
    for (const way of ways) {
      const known = await way(token, evidence);
      if (known !== undefined) return known;
    }
    throw unknownCredential();
  }

  async function verify(token: string, digest: string, evidence: Evidence): Promise<Known> {
    for (let round = 1; ; round += 1) {
      const beginning = remembered.begin();
      const known = await ask(token, evidence);
      if (beginning.remember(digest, known) || round === MOST_ROUNDS) return known;
    }
  }

  async function find(token: string, digest: string, evidence: Evidence): Promise<Principal> {
    let flight = underWay.get(digest);
    if (flight === undefined) {
      flight = verify(token, digest, evidence).finally(() => underWay.delete(digest));
      underWay.set(digest, flight);
    }
    try {
      return await use(await flight, evidence);
    } catch (refusal) {
      failures.count(evidence.address, refusal);
      throw refusal;
    }
  }

  return (token, evidence) => {
    const digest = hashApiKey(token);
    const operator = operators.get(digest);
    if (operator !== undefined) return operator;
    const known = remembered.get(digest);
    return known === undefined ? find(token, digest, evidence) : use(known, evidence);
  };
}

function use({ principal, admit }: Known, evidence: Evidence): Principal | Promise<Principal> {
  const admitted = admit?.(evidence);
  return admitted === undefined ? principal : admitted.then(() => principal);
}
