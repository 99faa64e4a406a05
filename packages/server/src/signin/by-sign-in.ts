import { timingSafeEqual } from "node:crypto";
import { FairleadError } from "@fairlead/core/errors";
import type { Evidence } from "@fairlead/core/identity/authenticate";
import { openPrincipal } from "@fairlead/core/identity/stored-principal";
import { refusal, unknownCredential, type Way } from "@fairlead/core/identity/way";
import type { Tiers } from "@fairlead/core/limits/tiers";
import type { Clock } from "@fairlead/core/ports";
import type { Store } from "@fairlead/core/storage/store";
import type { Cookie } from "./cookies.ts";
import { SESSION_PREFIX, sessionId } from "./entrance.ts";

interface Parts {
  store: Pick<Store, "principals" | "signIns" | "tenants">;
  tiers: Tiers;
  clock: Clock;
  cookie: Pick<Cookie, "readFrom">;
  csrfOf: (token: string) => string;
}

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE: readonly unknown[] = ["GET", "HEAD", "OPTIONS"];

/** People who signed in in a browser: over REST only, by a cookie, and for changes with the token against forgery. */
export function createSignInWay({ store, tiers, clock, cookie, csrfOf }: Parts): Way {
  return async (token) => {
    if (!token.startsWith(SESSION_PREFIX)) return undefined;
    const signIn = await store.signIns.find(sessionId(token));
    if (signIn === undefined || signIn.expires_at <= clock.now()) throw signedOut();
    const row = await store.principals.find(signIn.tenant_id, signIn.principal_id);
    if (row?.kind !== "person") throw signedOut();
    const { id, expires_at } = signIn;
    const known = await openPrincipal({ store, tiers }, row, {
      credential: { kind: "sign_in", id, expires_at },
      scopes: null,
    });
    return {
      ...known,
      admit(evidence) {
        // A session is no bearer token: it counts where the browser itself sent it.
        const isShown = cookie.readFrom(evidence.headers.cookie) === token;
        if (evidence.surface !== "rest" || !isShown) throw unknownCredential();
        if (!SAFE.includes(evidence.method)) requireCsrf(evidence, csrfOf(token));
      },
    };
  };
}

/** What a browser sends by itself counts where no credential was sent on purpose. */
export function withSession(evidence: Evidence, cookie: Pick<Cookie, "readFrom">): Evidence {
  const { headers } = evidence;
  if (headers.authorization !== undefined || headers["x-api-key"] !== undefined) return evidence;
  const token = cookie.readFrom(headers.cookie);
  if (!token?.startsWith(SESSION_PREFIX)) return evidence;
  return { ...evidence, headers: { ...headers, authorization: `Bearer ${token}` } };
}

export function isSameText(one: string, other: unknown): boolean {
  if (typeof other !== "string") return false;
  const [left, right] = [Buffer.from(one, "utf8"), Buffer.from(other, "utf8")];
  return left.length === right.length && timingSafeEqual(left, right);
}

function requireCsrf({ headers }: Evidence, expected: string): void {
  if (!isSameText(expected, headers["x-csrf-token"])) throw forgery();
}

export function forgery(): FairleadError {
  return new FairleadError(
    "forbidden",
    "This change did not come from a page of this server. Send the csrf_token of /auth/me as X-CSRF-Token.",
    { details: { reason: "csrf" } },
  );
}

function signedOut(): FairleadError {
  return refusal("signed_out", "You are signed out. Sign in again at /auth/sign-in.");
}
