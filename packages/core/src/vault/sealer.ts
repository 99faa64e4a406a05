import { hkdfSync, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import type { Clock, RandomBytes } from "../ports.ts";
import { toAssociatedData } from "./associated-data.ts";
import { NONCE_BYTES, openGcm, sealGcm } from "./gcm.ts";

/** Seals what must pass through other hands unread and unchanged: session tokens, the state of an exchange, caches. */
export interface Sealer {
  /** `purpose` separates kinds of tokens: one sealed for another purpose does not open. */
  seal(purpose: string, payload: Record<string, unknown>, ttlMs: number): Promise<string>;
  /** The payload; undefined when the token is not ours, was changed, is for another purpose, or has expired. */
  open(purpose: string, token: string): Promise<Record<string, unknown> | undefined>;
  /**
   * Seals bytes at once, ten times as fast, without an expiry: for what lies in shared state. `place` (such as the
   * key it lies under, with its tenant) is bound to them: moved elsewhere they do not open.
   */
  sealBytes(purpose: string, place: string, bytes: Uint8Array): Buffer;
  /** Undefined when they are not ours, were changed, moved, or are for another purpose. */
  openBytes(purpose: string, place: string, sealed: Uint8Array): Buffer | undefined;
}

export interface SealerOptions {
  /** 32 bytes each, such as `vault.derive("sealed tokens")`. The first one seals, all of them open. */
  keys: readonly [Buffer, ...Buffer[]];
  random?: RandomBytes;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const BYTES_VERSION = 1;
const KEY_ID_BYTES = 4;
/** Version, key id, number of the hour. */
const HEAD_BYTES = 1 + KEY_ID_BYTES + 4;
const MAX_PERIOD_KEYS = 200;

/**
 * Tokens are compact JWE (`dir`, A256GCM, RFC 7516) with audience and expiry. Each day's tokens and each hour's bytes
 * have a key of their own, derived from the given one: random nonces of 96 bits serve for 2^32 seals with one key
 * (NIST SP 800-38D), which is a million a second for an hour, over all replicas.
 */
export function createSealer({ keys, random = randomBytes }: SealerOptions, clock: Clock): Sealer {
  const byId = new Map(keys.map((key) => [keyIdOf(key), key]));
  const ownId = keyIdOf(keys[0]);
  const periodKeys = new LRUCache<string, Buffer>(atMost(MAX_PERIOD_KEYS));

  function periodKey(key: Buffer, id: string, period: string): Buffer {
    const name = `${id} ${period}`;
    const known = periodKeys.get(name);
    if (known !== undefined) return known;
    const info = `fairlead sealer v1 ${period}`;
    const made = Buffer.from(hkdfSync("sha256", key, "", info, 32));
    periodKeys.set(name, made);
    return made;
  }
  const ownKey = (period: string) => periodKey(keys[0], ownId, period);
  const knownKey = (id: string, period: string) => {
    const key = byId.get(id);
    return key && periodKey(key, id, period);
  };

  return {
    async seal(purpose, payload, ttlMs) {
      const { EncryptJWT } = await loadJose();
      const day = Math.floor(clock.now() / DAY_MS);
      return new EncryptJWT(payload)
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: `${ownId}.${day}` })
        .setAudience(purpose)
        .setExpirationTime(Math.floor((clock.now() + ttlMs) / 1000))
        .encrypt(ownKey(`day ${day}`));
    },
    async open(purpose, token) {
      const { jwtDecrypt } = await loadJose();
      try {
        const { payload } = await jwtDecrypt(
          token,
          ({ kid }) => {
            const [, id = "", day = ""] = /^([0-9a-f]{8})\.(\d{1,7})$/.exec(kid ?? "") ?? [];
            const key = knownKey(id, `day ${day}`);
            if (key === undefined) throw new Error("no such key");
            return key;
          },
          {
            audience: purpose,
            currentDate: new Date(clock.now()),
            keyManagementAlgorithms: ["dir"],
            contentEncryptionAlgorithms: ["A256GCM"],
            requiredClaims: ["exp"],
          },
        );
        return payload;
      } catch {
        return undefined;
      }
    },
    sealBytes(purpose, place, bytes) {
      const hour = Math.floor(clock.now() / HOUR_MS);
      const head = Buffer.alloc(HEAD_BYTES);
      head.writeUInt8(BYTES_VERSION, 0);
      head.write(ownId, 1, "hex");
      head.writeUInt32BE(hour, 1 + KEY_ID_BYTES);
      const nonce = random(NONCE_BYTES);
      const sealed = sealGcm(ownKey(`hour ${hour}`), nonce, associatedOf(purpose, place), bytes);
      return Buffer.concat([head, sealed]);
    },
    openBytes(purpose, place, sealed) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      if (bytes.length < HEAD_BYTES || bytes[0] !== BYTES_VERSION) return undefined;
      const id = bytes.toString("hex", 1, 1 + KEY_ID_BYTES);
      const key = knownKey(id, `hour ${bytes.readUInt32BE(1 + KEY_ID_BYTES)}`);
      if (key === undefined) return undefined;
      return openGcm(key, associatedOf(purpose, place), bytes.subarray(HEAD_BYTES));
    },
  };
}

function associatedOf(purpose: string, place: string): Buffer {
  return toAssociatedData("fairlead sealed bytes v1", purpose, place);
}

function keyIdOf(key: Buffer): string {
  return Buffer.from(hkdfSync("sha256", key, "", "fairlead sealer id v1", KEY_ID_BYTES)).toString(
    "hex",
  );
}

/** Loaded with the first token: many a stdio process never sees one, and it is a tenth of a cold start. */
function loadJose(): Promise<typeof import("jose")> {
  return import("jose");
}
