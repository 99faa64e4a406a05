import { z } from "zod";
import { isRole, type Role } from "../../policy/roles.ts";
import type { Clock } from "../../ports.ts";
import { loadJose } from "../jose.ts";
import { refusal, unknownCredential } from "../way.ts";
import { parseAccountAddress, parsePublicKey } from "./texts.ts";

/** What a token of ours says. Times in seconds since the epoch. */
export interface AgentClaims {
  /** The account's address. */
  sub: string;
  jti: string;
  /** The Ed25519 key that signed in, hex. */
  pk: string;
  roles: readonly Role[];
  /** What the roles give, for the agent to read; what counts is looked up. */
  perms: readonly string[];
  iat: number;
  exp: number;
  /** When the key signed in; a session ends a day after, however often it was refreshed. */
  auth_time: number;
  /** Every request has to be signed. */
  signed_requests: boolean;
}

export interface AgentTokens {
  sign(claims: AgentClaims): Promise<string>;
  /**
   * Undefined when the token is of another kind. Throws `unauthenticated` when it is forged, expired or not for this
   * server. Whether it was revoked is for others to ask.
   */
  verify(token: string): Promise<AgentClaims | undefined>;
}

interface Parts {
  derive: (purpose: string) => Buffer;
  /** Issuer and audience. */
  origin: () => string;
  clock: Clock;
}

/** Explicit typing (RFC 8725, section 3.11): no other kind of token can be taken for one, nor the reverse. */
const TYPE = "agent+jwt";
const KEY_ID = /^agent-(\d{1,6})$/;
/** Signing keys live so long; each has a number, and all of them follow from the master key. */
const GENERATION_S = 90 * 86_400;
export const SESSION_S = 86_400;
export const SKEW_S = 60;
const LONGEST = 8_192;

/** Claims of older tokens were all strings. */
const seconds = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^\d{1,13}$/)
    .transform(Number),
]);
const words = z.union([
  z.array(z.string()),
  z.string().transform((text) => text.split(",").filter((word) => word !== "")),
]);
const payloadShape = z.object({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  sub: z.string().transform(parseAccountAddress).pipe(z.string()),
  jti: z.string().min(16).max(100),
  pk: z.string().transform(parsePublicKey).pipe(z.string()),
  roles: words.transform((all) => all.filter(isRole)),
  perms: words.default([]),
  iat: seconds,
  exp: seconds,
  auth_time: seconds,
  signed_requests: z.boolean().default(false),
});

/** JWTs (HS256) with which agents call after they signed in. */
export function createAgentTokens({ derive, origin, clock }: Parts): AgentTokens {
  const nowS = () => Math.floor(clock.now() / 1000);
  const keyOf = (generation: number) => derive(`agent tokens agent-${generation}`);

  /** The last one signs nothing any more, and is taken until whatever it signed has ended. */
  function isTaken(generation: number): boolean {
    const now = nowS();
    const [oldest, newest] = [now - SESSION_S - SKEW_S, now + SKEW_S].map(generationAt);
    return oldest !== undefined && newest !== undefined
      ? generation >= oldest && generation <= newest
      : false;
  }

  return {
    async sign({ iat, ...claims }) {
      const { SignJWT } = await loadJose();
      const generation = generationAt(nowS());
      return new SignJWT({ iss: origin(), aud: origin(), iat, ...claims })
        .setProtectedHeader({ alg: "HS256", typ: TYPE, kid: `agent-${generation}` })
        .sign(keyOf(generation));
    },
    async verify(token) {
      if (token.length > LONGEST) return undefined;
      const { compactVerify, decodeProtectedHeader } = await loadJose();
      const header = attempt(() => decodeProtectedHeader(token));
      if (header?.typ !== TYPE) return undefined;
      const generation = Number(KEY_ID.exec(header.kid ?? "")?.[1] ?? Number.NaN);
      if (!isTaken(generation)) throw unknownCredential();
      const { payload } = await compactVerify(token, keyOf(generation), {
        algorithms: ["HS256"],
      }).catch((error: unknown) => {
        throw unknownCredential(error);
      });
      return read(payload, { origin: origin(), now: nowS() });
    },
  };
}

function read(payload: Uint8Array, { origin, now }: { origin: string; now: number }): AgentClaims {
  const json = attempt((): unknown => JSON.parse(Buffer.from(payload).toString("utf8")));
  const parsed = payloadShape.safeParse(json);
  if (!parsed.success) throw unknownCredential(parsed.error);
  const { aud, ...claims } = parsed.data;
  const isForUs =
    claims.iss === origin && (Array.isArray(aud) ? aud.includes(origin) : aud === origin);
  if (!isForUs || claims.iat > now + SKEW_S) throw unknownCredential();
  if (now > Math.min(claims.exp, claims.auth_time + SESSION_S) + SKEW_S) {
    throw refusal("expired_token", "This token has expired. Sign in again with your key pair.");
  }
  return claims;
}

function generationAt(seconds: number): number {
  return Math.floor(seconds / GENERATION_S);
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
