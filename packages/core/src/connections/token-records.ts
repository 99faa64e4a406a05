import { z } from "zod";
import { FairleadError } from "../errors.ts";
import type { Clock } from "../ports.ts";
import { Secret } from "../secret.ts";
import type { Lease, Shared } from "../storage/shared.ts";
import type { Sealer } from "../vault/sealer.ts";

/** A token as replicas hand it to each other. Times are milliseconds since the epoch. */
export interface TokenRecord {
  token: Secret;
  obtained_at: number;
  expires_at: number;
  /** Of the lease under which it was obtained: a greater one is newer. */
  fence: number;
  /** Tokens obtained for the account so far, this one included. */
  logins: number;
}

/** The credential itself was refused: nobody asks again before `until`. */
export interface Refusal {
  error: FairleadError;
  until: number;
}

/** What replicas know of the token of one account. Everything lies sealed: shared state never sees it in clear. */
export interface TokenRecords {
  look(): Promise<{ record: TokenRecord | undefined; refusal: Refusal | undefined }>;
  /** False when a newer one is there. */
  keep(record: TokenRecord): Promise<boolean>;
  keepRefusal(refusal: Refusal, fence: number): Promise<void>;
  lease(ttlMs: number): Promise<Lease | undefined>;
}

const PURPOSE = "token of an upstream account";

const tokenPayload = z.object({
  token: z.string().min(1),
  obtained_at: z.number(),
  expires_at: z.number(),
  fence: z.number(),
  logins: z.number(),
});

const refusalPayload = z.object({
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
  until: z.number(),
});

interface Ground {
  shared: Shared;
  sealer: Pick<Sealer, "sealBytes" | "openBytes">;
  clock: Clock;
  /** Names tenant and account. What lies sealed is bound to it: moved to another key it does not open. */
  key: string;
}

export function createTokenRecords({ shared, sealer, clock, key }: Ground): TokenRecords {
  const refusalKey = `${key} refusal`;

  async function read<T>(at: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const sealed = await shared.get(at);
    if (sealed === undefined) return undefined;
    const bytes = sealer.openBytes(PURPOSE, at, Buffer.from(sealed, "base64url"));
    return bytes && schema.safeParse(JSON.parse(bytes.toString())).data;
  }

  async function write(
    at: string,
    payload: Record<string, unknown>,
    until: number,
    fence: number,
  ): Promise<boolean> {
    const ttlMs = until - clock.now();
    if (ttlMs <= 0) return false;
    const sealed = sealer.sealBytes(PURPOSE, at, Buffer.from(JSON.stringify(payload)));
    return shared.setFenced(at, sealed.toString("base64url"), ttlMs, fence);
  }

  return {
    async look() {
      const [kept, refused] = await Promise.all([
        read(key, tokenPayload),
        read(refusalKey, refusalPayload),
      ]);
      const record = kept === undefined ? undefined : { ...kept, token: new Secret(kept.token) };
      return { record, refusal: refused === undefined ? undefined : toRefusal(refused) };
    },
    keep({ token, ...facts }) {
      const payload = { ...facts, token: token.reveal() };
      return write(key, payload, facts.expires_at, facts.fence);
    },
    async keepRefusal({ error: { message, details }, until }, fence) {
      await write(refusalKey, { message, ...(details && { details }), until }, until, fence);
    },
    lease: (ttlMs) => shared.lease(`${key} lease`, ttlMs),
  };
}

function toRefusal({ message, details, until }: z.output<typeof refusalPayload>): Refusal {
  return { error: new FairleadError("unauthenticated", message, details && { details }), until };
}
