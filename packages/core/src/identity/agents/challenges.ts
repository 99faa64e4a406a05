import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock, RandomBytes } from "../../ports.ts";
import type { Shared } from "../../storage/shared.ts";
import { CHALLENGE_S, challengeText, issuedAtOf } from "./texts.ts";

export interface Challenge {
  /** A UUID. */
  challenge_id: string;
  /** The exact text to sign. */
  message: string;
  /** Seconds since the epoch. */
  expires_at: number;
}

/** Who claims to be who, with which text. */
export interface Claim {
  challenge_id: string;
  message: string;
  address: string;
  public_key: string;
}

export interface Challenges {
  issue(address: string, public_key: string): Challenge;
  /** Whether one of us made exactly this text for exactly this claim, not too long ago. */
  isOurs(claim: Claim): boolean;
  /** True for exactly one of many on all replicas. Throws while shared state is away. */
  redeem(challenge_id: string): Promise<boolean>;
}

interface Parts {
  /** 32 bytes, the same on every replica. */
  key: Buffer;
  origin: () => string;
  shared: Pick<Shared, "setIfAbsent">;
  clock: Clock;
  random: RandomBytes;
}

/** Clocks of replicas differ by so much. */
const SKEW_S = 60;
/** Longer than any clock takes a challenge for valid. */
const REDEEMED_MS = 2 * (CHALLENGE_S + SKEW_S) * 1000;

/**
 * Challenges that nobody has to remember until they are redeemed: the nonce is a keyed hash of all the rest, so that
 * any replica knows its own kind's again, and asking for many costs no memory.
 */
export function createChallenges({ key, origin, shared, clock, random }: Parts): Challenges {
  function textOf(id: string, address: string, public_key: string, issued_at: number): string {
    const fields = { server: origin(), address, public_key, issued_at };
    const nonce = createHmac("sha256", key)
      .update(`${id}\n${challengeText({ ...fields, nonce: "" })}`)
      .digest("hex")
      .slice(0, 32);
    return challengeText({ ...fields, nonce });
  }

  return {
    issue(address, public_key) {
      const challenge_id = toUuid(random(16));
      const issued_at = Math.floor(clock.now() / 1000);
      return {
        challenge_id,
        message: textOf(challenge_id, address, public_key, issued_at),
        expires_at: issued_at + CHALLENGE_S,
      };
    },
    isOurs({ challenge_id, message, address, public_key }) {
      const issued_at = issuedAtOf(message) ?? 0;
      const now = clock.now() / 1000;
      const isTimely = issued_at <= now + SKEW_S && now < issued_at + CHALLENGE_S;
      const expected = textOf(challenge_id, address, public_key, issued_at);
      return isSame(expected, message) && isTimely;
    },
    redeem: (challenge_id) =>
      shared.setIfAbsent(`agent challenge ${challenge_id}`, "redeemed", REDEEMED_MS),
  };
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one, "utf8"), Buffer.from(other, "utf8")];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Version 4 (RFC 9562, section 5.4). */
function toUuid(bytes: Buffer): string {
  const hex = Buffer.from(bytes);
  hex.writeUInt8((hex.readUInt8(6) & 0x0f) | 0x40, 6);
  hex.writeUInt8((hex.readUInt8(8) & 0x3f) | 0x80, 8);
  return hex.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
