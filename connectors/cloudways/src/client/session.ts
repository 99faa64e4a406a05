import type { SharedToken, SharedTokenStatus } from "@fairlead/core/connections/shared-token";
import { FairleadError } from "@fairlead/core/errors";
import type { Clock } from "@fairlead/core/ports";
import type { Secret } from "@fairlead/core/secret";
import type { Shared } from "@fairlead/core/storage/shared";
import { z } from "zod";
import { parseJson } from "./json.ts";

export interface TokenStatus extends SharedTokenStatus {
  /** `access_token` was made in the platform; `login_token` came for e-mail and API key. */
  kind: "access_token" | "login_token";
}

/** What a request shows Cloudways: a token that came for the credential, or the credential itself. */
export type Shown = { token: Secret } | "credential";

/** How requests of one connection are authorised. */
export interface Session {
  /** Runs `attempt`, and once more with another token where Cloudways refused the first. */
  authorized<T>(signal: AbortSignal, attempt: (shown: Shown) => Promise<T>): Promise<T>;
  /** Makes sure that there is a token, where one has to be obtained. */
  logIn(signal: AbortSignal): Promise<void>;
  /** The same from every replica. */
  status(): Promise<TokenStatus>;
  close(): void;
}

/** E-mail and API key are exchanged for a token, once for all replicas. */
export function createLoginSession(token: SharedToken): Session {
  return {
    async authorized(signal, attempt) {
      const first = await token.get(signal);
      try {
        return await attempt({ token: first });
      } catch (error) {
        if (!isTokenRefusal(error)) throw error;
      }
      return attempt({ token: await token.replace(first, signal) });
    },
    async logIn(signal) {
      await token.get(signal);
    },
    status: async () => ({ kind: "login_token", ...(await token.status()) }),
    close: () => token.close(),
  };
}

/** Tells other replicas of an access token what came of using it; for as long as anybody will ask. */
const NOTE_KEPT_MS = 86_400_000;
const NOTE_AGAIN_MS = 60_000;

const note = z.object({ state: z.enum(["valid", "refused"]), at: z.number() });
type Note = z.output<typeof note>;

/**
 * An access token is sent as it is, opened for each request. Nobody but the account's owner can renew it; how it fared
 * is noted in shared state under `credential`, a keyed hash of it.
 */
export function createAccessTokenSession(
  { shared, clock, maxKeptMs = NOTE_KEPT_MS }: { shared: Shared; clock: Clock; maxKeptMs?: number },
  credential: string,
): Session {
  const key = `access token cloudways ${credential}`;
  let last: Note | undefined;

  function noteDown(state: Note["state"]): void {
    const at = clock.now();
    if (last?.state === state && Math.abs(at - last.at) < NOTE_AGAIN_MS) return;
    last = { state, at };
    // The request has its outcome; that this note was lost is no matter of its own.
    shared.set(key, JSON.stringify(last), Math.min(NOTE_KEPT_MS, maxKeptMs)).catch(() => {
      last = undefined;
    });
  }

  return {
    async authorized(_signal, attempt) {
      try {
        const result = await attempt("credential");
        noteDown("valid");
        return result;
      } catch (error) {
        if (!isTokenRefusal(error)) throw error;
      }
      noteDown("refused");
      throw new FairleadError(
        "unauthenticated",
        "Cloudways no longer accepts the access token of this connection: it expired or was revoked. " +
          "Make a new one in the Cloudways platform and put it in its place.",
        { details: { reason: "access_token_refused" } },
      );
    },
    async logIn() {},
    async status() {
      const common = { kind: "access_token" as const, renewing: false, logins: 0 };
      const noted = note.safeParse(parseJson((await shared.get(key)) ?? ""));
      if (!noted.success) return { ...common, state: "unused" };
      const { state, at } = noted.data;
      if (state === "valid") return { ...common, state };
      return { ...common, state, last_failure: { code: "unauthenticated", at } };
    },
    close() {},
  };
}

function isTokenRefusal(error: unknown): boolean {
  return error instanceof FairleadError && error.code === "unauthenticated";
}
