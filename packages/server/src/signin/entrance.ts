import { hash } from "node:crypto";
import { FairleadError } from "@fairlead/core/errors";
import { findTenant } from "@fairlead/core/identity/by-issuer";
import { admissionEvent } from "@fairlead/core/observe/admission-event";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import type { AuditLog } from "@fairlead/core/observe/audit-log";
import type { Clock, RandomBytes } from "@fairlead/core/ports";
import type { ChangeFeed } from "@fairlead/core/storage/change-feed";
import type { Invitation, SignIn, StoredPrincipal } from "@fairlead/core/storage/records";
import type { Store } from "@fairlead/core/storage/store";
import type { SignInConfig } from "./config.ts";
import type { Person } from "./issuer.ts";

export interface EntranceParts {
  config: Pick<SignInConfig, "registration">;
  store: Store;
  changes: Pick<ChangeFeed, "nudge">;
  auditLog: AuditLog;
  clock: Clock;
  random: RandomBytes;
}

export interface Arrival {
  person: Person;
  /** Of the invitation that the sign-in began with. */
  invitationHash: string | undefined;
  /** The browser's session so far; it ends. */
  formerId: string | undefined;
  address: string;
}

/** Who comes in, and by what right. */
interface Entry {
  row: StoredPrincipal;
  isNew: boolean;
  invitation?: Invitation;
}

export const SESSION_MS = 12 * 3_600_000;
export const SESSION_PREFIX = "fls_";
const LONGEST_LABEL = 100;

/** Lets somebody in whom the issuer vouches for; resolves with the new session's token. */
export function createEntrance(parts: EntranceParts): (arrival: Arrival) => Promise<string> {
  const { store, clock, random, auditLog, changes } = parts;

  async function find({ person, invitationHash }: Arrival): Promise<Entry> {
    const row = await store.principals.findBySubject(person.issuer, person.subject);
    const invitation = await findInvitation(store, invitationHash);
    if (row !== undefined) {
      await requireActive(store, row);
      if (invitation !== undefined && invitation.tenant_id !== row.tenant_id) throw elsewhere();
      return { row, isNew: false };
    }
    if (invitationHash !== undefined) return invite(person, invitation);
    return register(person);
  }

  async function invite(person: Person, invitation: Invitation | undefined): Promise<Entry> {
    if (invitation === undefined || !isOpen(invitation, clock.now())) throw invitationOver();
    if (invitation.email !== null && invitation.email !== person.email) throw otherEmail();
    const { tenant_id, roles, label, created_by } = invitation;
    await requireTenant(store, tenant_id);
    const row = toRow(parts, person, { tenant_id, roles, created_by });
    return {
      row: { ...row, label: person.name === undefined ? label : row.label },
      isNew: true,
      invitation,
    };
  }

  async function register(person: Person): Promise<Entry> {
    const { registration } = parts.config;
    if (registration === undefined) throw unknownPerson();
    const tenant = await findTenant(store, registration.tenant);
    if (tenant === undefined) throw noTenant();
    await requireTenant(store, tenant.id);
    const { roles } = registration;
    const created_by = `issuer ${person.issuer}`;
    return { row: toRow(parts, person, { tenant_id: tenant.id, roles, created_by }), isNew: true };
  }

  async function admit(inside: Store, entry: Entry): Promise<void> {
    const { row, isNew, invitation } = entry;
    if (!isNew) return requireActive(inside, await requireStill(inside, row));
    await inside.principals.insert(row);
    const { id: ref, tenant_id } = row;
    await inside.changes.append({ tenant_id, topic: "principal", ref });
    if (invitation === undefined) return;
    if (!(await inside.invitations.accept(invitation.id, ref, clock.now()))) throw invitationOver();
  }

  async function end(inside: Store, formerId: string | undefined): Promise<void> {
    const former = formerId === undefined ? undefined : await inside.signIns.find(formerId);
    if (former === undefined) return;
    await inside.signIns.delete(former.id);
    await inside.changes.append({ tenant_id: former.tenant_id, topic: "sign_in", ref: former.id });
  }

  async function enter(arrival: Arrival): Promise<string> {
    const entry = await find(arrival);
    const token = `${SESSION_PREFIX}${random(32).toString("base64url")}`;
    const signIn: SignIn = {
      id: sessionId(token),
      tenant_id: entry.row.tenant_id,
      principal_id: entry.row.id,
      created_at: clock.now(),
      expires_at: clock.now() + SESSION_MS,
    };
    await auditLog.transaction(async (inside) => {
      await admit(inside, entry);
      await end(inside, arrival.formerId);
      await inside.signIns.insert(signIn);
      return { result: undefined, event: eventOf(parts, arrival, entry) };
    });
    await changes.nudge();
    return token;
  }

  return async (arrival) => {
    try {
      return await enter(arrival);
    } catch (error) {
      const isOther = !(error instanceof FairleadError) || error.code !== "conflict";
      if (isOther || error.details?.reason !== undefined) throw error;
      // The same person came in twice at once; the second time they are known.
      return enter(arrival);
    }
  };
}

/** What a session's token is kept and found by. */
export function sessionId(token: string): string {
  return hash("sha256", token, "hex");
}

export async function findInvitation(
  { invitations }: Pick<Store, "invitations">,
  tokenHash: string | undefined,
): Promise<Invitation | undefined> {
  return tokenHash === undefined ? undefined : invitations.findByHash(tokenHash);
}

export function isOpen({ accepted_at, expires_at }: Invitation, now: number): boolean {
  return accepted_at === null && expires_at > now;
}

function toRow(
  { clock, random }: EntranceParts,
  { issuer, subject, name, email }: Person,
  given: Pick<StoredPrincipal, "tenant_id" | "roles" | "created_by">,
): StoredPrincipal {
  return {
    id: `prn_${random(12).toString("hex")}`,
    kind: "person",
    label: readable(name ?? email ?? subject),
    ...{ email: email ?? null, issuer, subject },
    ...{ owner_id: null, tier: null, repository: null },
    status: "active",
    created_at: clock.now(),
    ...given,
  };
}

function eventOf(
  parts: EntranceParts,
  { person: { issuer }, address }: Arrival,
  { row, isNew, invitation }: Entry,
): AuditEvent {
  const { tenant_id, id: principal_id, roles } = row;
  const name = isNew ? "principals.join" : "sign_ins.create";
  const joined = isNew ? { roles, invitation: invitation?.id ?? null } : {};
  return admissionEvent(parts, name, {
    ...{ tenant_id, principal_id, address, target: principal_id },
    ...{ action: isNew ? "admin" : "admission", facts: { issuer, ...joined } },
  });
}

/** Names come from outside: bounded, without control and invisible characters. */
function readable(text: string): string {
  const plain = text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  return plain.slice(0, LONGEST_LABEL) || "unnamed";
}

async function requireStill(store: Store, { tenant_id, id }: StoredPrincipal) {
  const row = await store.principals.find(tenant_id, id);
  if (row === undefined) throw unknownPerson();
  return row;
}

async function requireActive(store: Store, row: StoredPrincipal): Promise<void> {
  // A program's account may have the same name at the issuer, and is nobody who can sign in.
  if (row.kind !== "person") throw unknownPerson();
  if (row.status !== "active") throw disabled();
  await requireTenant(store, row.tenant_id);
}

async function requireTenant(store: Store, id: string): Promise<void> {
  if ((await store.tenants.find(id))?.status !== "active") throw disabled();
}

function disabled(): FairleadError {
  return forbidden("disabled", "Your access is disabled here. Ask an administrator to enable it.");
}

function unknownPerson(): FairleadError {
  return forbidden(
    "unknown_subject",
    "You are signed in, but not known to this Fairlead. Ask an administrator for an invitation.",
  );
}

export function invitationOver(): FairleadError {
  return forbidden(
    "invitation",
    "This invitation is not, or no longer, good. Ask an administrator for another.",
  );
}

function otherEmail(): FairleadError {
  return forbidden(
    "invitation_email",
    "This invitation is for another e-mail address, or yours is not verified. Sign in with the address it was sent to.",
  );
}

function elsewhere(): FairleadError {
  return new FairleadError(
    "conflict",
    "You already belong to another tenant here. Ask its administrator to remove you first, or sign in as somebody else.",
    { details: { reason: "other_tenant" } },
  );
}

function noTenant(): FairleadError {
  return new FairleadError(
    "internal",
    "The tenant that new people join is not there. Ask whoever runs this Fairlead.",
    { details: { reason: "sign_in_tenant" } },
  );
}

function forbidden(reason: string, message: string): FairleadError {
  return new FairleadError("forbidden", message, { details: { reason } });
}
