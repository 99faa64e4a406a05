import { createHash, hkdfSync } from "node:crypto";
import type { Clock, RandomBytes } from "../ports.ts";

/** Seals what must pass through a client's hands unread and unchanged: session tokens, the state of an exchange. */
export interface Sealer {
  /** `purpose` separates kinds of tokens: one sealed for another purpose does not open. */
  seal(purpose: string, payload: Record<string, unknown>, ttlMs: number): Promise<string>;
  /** The payload; undefined when the token is not ours, was changed, is for another purpose, or has expired. */
  open(purpose: string, token: string): Promise<Record<string, unknown> | undefined>;
}

/**
 * Tokens are compact JWE (`dir`, A256GCM, RFC 7516) with audience and expiry. Without a master key a random one serves
 * until the process ends: then tokens of one replica do not open on another.
 */
export function createSealer(
  options: { masterKey?: string | undefined },
  clock: Clock,
  random: RandomBytes,
): Sealer {
  const material = options.masterKey ?? random(32);
  const key = new Uint8Array(hkdfSync("sha256", material, "", "fairlead sealed tokens v1", 32));
  const kid = createHash("sha256").update(key).digest("hex").slice(0, 8);

  return {
    async seal(purpose, payload, ttlMs) {
      const { EncryptJWT } = await loadJose();
      return new EncryptJWT(payload)
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid })
        .setAudience(purpose)
        .setExpirationTime(Math.floor((clock.now() + ttlMs) / 1000))
        .encrypt(key);
    },
    async open(purpose, token) {
      const { jwtDecrypt } = await loadJose();
      try {
        const { payload } = await jwtDecrypt(token, key, {
          audience: purpose,
          currentDate: new Date(clock.now()),
          keyManagementAlgorithms: ["dir"],
          contentEncryptionAlgorithms: ["A256GCM"],
          requiredClaims: ["exp"],
        });
        return payload;
      } catch {
        return undefined;
      }
    },
  };
}

/** Loaded with the first token: many a stdio process never sees one, and it is a tenth of a cold start. */
function loadJose(): Promise<typeof import("jose")> {
  return import("jose");
}
