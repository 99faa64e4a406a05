import { createHmac, hash } from "node:crypto";
import { FairleadError, toFairleadError } from "@fairlead/core/errors";
import type { Evidence } from "@fairlead/core/identity/authenticate";
import type { Way } from "@fairlead/core/identity/way";
import { createAddressLimit } from "@fairlead/core/limits/address-limit";
import { DEFAULT_TIERS, type Tiers } from "@fairlead/core/limits/tiers";
import { admissionEvent } from "@fairlead/core/observe/admission-event";
import type { AuditLog } from "@fairlead/core/observe/audit-log";
import type { Clock, Fetch, Logger, RandomBytes } from "@fairlead/core/ports";
import type { ChangeFeed } from "@fairlead/core/storage/change-feed";
import type { Tenant } from "@fairlead/core/storage/records";
import type { Bucket, Shared } from "@fairlead/core/storage/shared";
import type { Store } from "@fairlead/core/storage/store";
import type { Sealer } from "@fairlead/core/vault/sealer";
import { z } from "zod";
import { createSignInWay, forgery, isSameText, withSession } from "./by-sign-in.ts";
import type { SignInConfig } from "./config.ts";
import { type Cookie, createCookie } from "./cookies.ts";
import {
  createEntrance,
  findInvitation,
  invitationOver,
  isOpen,
  SESSION_MS,
  sessionId,
} from "./entrance.ts";
import { createSignInIssuer } from "./issuer.ts";
import { parseReturnTo } from "./return-to.ts";

export interface SignInParts {
  config: SignInConfig;
  /** Where browsers reach this server, without a slash at the end. Asked for when it is needed. */
  publicUrl: () => string;
  store: Store;
  shared: Shared;
  /** `vault.derive`. */
  derive: (purpose: string) => Buffer;
  sealer: Sealer;
  changes: ChangeFeed;
  auditLog: AuditLog;
  clock: Clock;
  random: RandomBytes;
  /** Guarded: the issuer is outside. */
  fetch: Fetch;
  logger: Logger;
  tiers?: Tiers | undefined;
}

/** A sign-in that has begun: where the browser goes, and what it keeps meanwhile. */
export interface Begun {
  url: string;
  cookie: string;
}

/** People who sign in at the configured issuer. Every method throws `FairleadError`s. */
export interface SignIns {
  /** Has their sessions taken over REST. */
  way: Way;
  /** The evidence with what the browser sends by itself, where nothing else was sent. */
  withSession(evidence: Evidence): Evidence;
  readonly session: Cookie;
  readonly flow: Cookie;
  /** Below the public URL. */
  urlOf(path: string): string;
  begin(asked: { return_to: unknown; invitation?: unknown }, address: string): Promise<Begun>;
  /** Takes the issuer's answer; resolves with the token of a new session and where to go. */
  finish(answer: FlowAnswer, address: string): Promise<{ token: string; return_to: string }>;
  /** What an invitation offers. */
  describe(invitation: unknown, address: string): Promise<Offer>;
  csrfOf(token: string): string;
  /** Ends the session; nothing happens where there is none. */
  end(token: string, csrf: unknown, address: string): Promise<void>;
}

/** What came back with the browser. */
export interface FlowAnswer {
  query: string;
  flow: string | undefined;
  /** The session it had so far. */
  former: string | undefined;
}

export interface Offer {
  tenant: Tenant;
  label: string;
  email: string | null;
  roles: readonly string[];
}

const FLOW_S = 600;
const PURPOSE = "sign-in";
const REQUESTS: Bucket = { capacity: 60, refillPerSecond: 1 };

const flowShape = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  return_to: z.string(),
  invitation_hash: z.string().optional(),
});
const invitationToken = z.string().regex(/^fli_[\w-]{20,100}$/);

export function createSignIns(parts: SignInParts): SignIns {
  const { store, shared, sealer, clock, publicUrl } = parts;
  const isSecure = () => publicUrl().startsWith("https:");
  const session = createCookie("fairlead", { isSecure, maxAgeS: SESSION_MS / 1000 });
  const flow = createCookie("fairlead_sign_in", { isSecure, maxAgeS: FLOW_S });
  const issuer = createSignInIssuer(parts);
  const enter = createEntrance(parts);
  const limit = createAddressLimit(clock, REQUESTS);
  const csrfKey = parts.derive("sign-in csrf");
  const csrfOf = (token: string) => createHmac("sha256", csrfKey).update(token).digest("base64url");
  const urlOf = (path: string) => `${publicUrl()}${path}`;

  async function openFlow(sealed: string | undefined, query: URLSearchParams) {
    const opened = sealed === undefined ? undefined : await sealer.open(PURPOSE, sealed);
    const parsed = flowShape.safeParse(opened);
    if (!parsed.success || !isSameText(parsed.data.state, query.get("state"))) throw notBegun();
    const used = hash("sha256", parsed.data.state, "hex");
    if (!(await shared.setIfAbsent(`sign-in ${used}`, "used", 2 * FLOW_S * 1000))) throw notBegun();
    return parsed.data;
  }

  /** Writes down who was kept out. */
  function recorded<A, T>(name: string, work: (asked: A, address: string) => Promise<T>) {
    return async (asked: A, address: string): Promise<T> => {
      try {
        return await work(asked, address);
      } catch (thrown) {
        const { code } = toFairleadError(thrown);
        parts.auditLog.record(admissionEvent(parts, name, { address, outcome: code }));
        throw thrown;
      }
    };
  }

  return {
    way: createSignInWay({
      ...{ store, clock, csrfOf, cookie: session },
      tiers: parts.tiers ?? DEFAULT_TIERS,
    }),
    withSession: (evidence) => withSession(evidence, session),
    ...{ session, flow, urlOf, csrfOf },
    async begin({ return_to, invitation }, address) {
      admit(limit.take(address, 1));
      const invitation_hash = invitation === undefined ? undefined : hashOf(invitation);
      const { url, proof } = await issuer.begin(urlOf("/auth/callback"));
      const kept = { ...proof, return_to: parseReturnTo(return_to), invitation_hash };
      return { url: url.href, cookie: await sealer.seal(PURPOSE, kept, FLOW_S * 1000) };
    },
    finish: recorded(
      "sign_ins.create",
      async ({ query, flow: sealed, former }: FlowAnswer, address) => {
        admit(limit.take(address, 1));
        const answer = new URL(`${urlOf("/auth/callback")}?${query}`);
        const { return_to, invitation_hash, ...proof } = await openFlow(
          sealed,
          answer.searchParams,
        );
        const person = await issuer.finish(answer, proof);
        const token = await enter({
          ...{ person, address, invitationHash: invitation_hash },
          formerId: former === undefined ? undefined : sessionId(former),
        });
        return { token, return_to };
      },
    ),
    async describe(invitation, address) {
      admit(limit.take(address, 1));
      const found = await findInvitation(store, hashOf(invitation));
      if (found === undefined || !isOpen(found, clock.now())) throw invitationOver();
      const tenant = await store.tenants.find(found.tenant_id);
      if (tenant?.status !== "active") throw invitationOver();
      const { label, email, roles } = found;
      return { tenant, label, email, roles };
    },
    async end(token, csrf, address) {
      const id = sessionId(token);
      const known = await store.signIns.find(id);
      if (known === undefined) return;
      if (!isSameText(csrfOf(token), csrf)) throw forgery();
      const { tenant_id, principal_id } = known;
      await parts.auditLog.transaction(async (inside) => {
        await inside.signIns.delete(id);
        await inside.changes.append({ tenant_id, topic: "sign_in", ref: id });
        const own = { tenant_id, principal_id, address };
        return { result: undefined, event: admissionEvent(parts, "sign_ins.delete", own) };
      });
      await parts.changes.nudge();
    },
  };
}

function hashOf(token: unknown): string {
  const parsed = invitationToken.safeParse(token);
  if (!parsed.success) throw invitationOver();
  return hash("sha256", parsed.data, "hex");
}

function admit(waitMs: number): void {
  if (waitMs === 0) return;
  const retry_after_s = Math.ceil(waitMs / 1000);
  throw new FairleadError(
    "rate_limited",
    `Too many sign-ins from this address. Try again in ${retry_after_s} s.`,
    { details: { retry_after_s, reason: "sign_ins" } },
  );
}

function notBegun(): FairleadError {
  return new FairleadError(
    "unauthenticated",
    "This sign-in did not begin in this browser, took too long, or is over. Start it again.",
    { details: { reason: "sign_in_state" } },
  );
}
