import { FairleadError, toFairleadError } from "../../errors.ts";
import { createAddressLimit } from "../../limits/address-limit.ts";
import { admissionEvent } from "../../observe/admission-event.ts";
import type { Recorder } from "../../observe/audit-event.ts";
import type { Clock, RandomBytes } from "../../ports.ts";
import type { Bucket, Shared } from "../../storage/shared.ts";
import { createFailedSignIns } from "../failed-sign-ins.ts";
import { networkOf } from "../network.ts";

/** Keeps a flood away from what costs something, and writes down who was refused. */
export interface Turnstile {
  /** Throws `rate_limited` when too many challenges were asked for from there, on all replicas together. */
  admitChallenge(address: string): Promise<void>;
  pass<T>(name: string, from: { address: string }, work: () => Promise<T>): Promise<T>;
}

interface Parts {
  shared: Pick<Shared, "take">;
  auditLog: Recorder;
  clock: Clock;
  random: RandomBytes;
}

/** As many may be pending from one network. */
const CHALLENGES: Bucket = { capacity: 30, refillPerSecond: 0.5 };
const REQUESTS: Bucket = { capacity: 300, refillPerSecond: 5 };
const FAILURES: Bucket = { capacity: 10, refillPerSecond: 1 / 30 };

export function createTurnstile(parts: Parts): Turnstile {
  const { shared, clock, auditLog } = parts;
  const requests = createAddressLimit(clock, REQUESTS);
  const failures = createFailedSignIns(createAddressLimit(clock, FAILURES));

  function admit(address: string): void {
    const waitMs = requests.take(address, 1);
    if (waitMs > 0) throw tooMany("requests", waitMs);
    failures.admit(address);
  }

  return {
    async admitChallenge(address) {
      admit(address);
      const key = `agent challenges ${networkOf(address)}`;
      const take = await shared.take(key, CHALLENGES, 1);
      if (!take.admitted) throw tooMany("challenges", take.retryAfterMs);
    },
    async pass(name, { address }, work) {
      const startedAt = clock.now();
      try {
        admit(address);
        return await work();
      } catch (thrown) {
        const error = toFairleadError(thrown);
        if (error.code === "unauthenticated") failures.charge(address);
        const event = admissionEvent(parts, name, { address, at: startedAt });
        auditLog.record({ ...event, outcome: error.code, duration_ms: clock.now() - startedAt });
        throw error;
      }
    },
  };
}

export function unusableKey(): FairleadError {
  return new FairleadError(
    "invalid_input",
    "public_key: is no Ed25519 public key that can be signed for. Make a new key pair.",
    { details: { fields: ["public_key"] } },
  );
}

function tooMany(what: "requests" | "challenges", waitMs: number): FairleadError {
  const retry_after_s = Math.ceil(waitMs / 1000);
  return new FairleadError(
    "rate_limited",
    `Too many ${what} from this address. Try again in ${retry_after_s} s.`,
    { details: { retry_after_s, reason: `agent_${what}` } },
  );
}
