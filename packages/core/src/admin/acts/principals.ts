import { z } from "zod";
import { FairleadError } from "../../errors.ts";
import { narrowScopes } from "../../identity/scopes.ts";
import { coversScope, ROLES, type Role, scopesOfRoles } from "../../policy/roles.ts";
import type { StoredPrincipal } from "../../storage/records.ts";
import type { Store } from "../../storage/store.ts";
import { type ActContext, defineAct } from "../act.ts";
import { id, label, page, repository, roles, tier } from "../shapes.ts";
import { definedOf, requireTier } from "./tenants.ts";

const text = z.string().trim().min(1).max(300);

const createPrincipal = defineAct({
  name: "principals.create",
  summary:
    "Let somebody in: a person or OAuth client whom an issuer vouches for, an agent by its account's address, or a service that API keys act as.",
  needs: "fairlead:admin",
  effect: "write",
  route: { method: "POST", path: "/principals" },
  input: z.object({
    kind: z
      .enum(["person", "service", "oauth_client", "agent"])
      .describe("What it is; a service is what API keys act as."),
    label,
    roles,
    email: z
      .email()
      .max(300)
      .nullable()
      .default(null)
      .describe("Their e-mail address, for people to read."),
    issuer: text
      .nullable()
      .default(null)
      .describe("`iss` of the tokens; `formation` for an agent."),
    subject: text
      .nullable()
      .default(null)
      .describe("`sub` or `client_id` of the tokens; an agent's address, 0x and 40 hex digits."),
    tier: tier.default(null),
    repository: repository.default(null),
  }),
  handler(input, ctx) {
    requireGrantable(ctx, input.roles);
    if (input.tier !== null || input.repository !== null) requireTierRight(ctx);
    requireTier(input, ctx);
    requireSubject(input);
    requireVouchingRight(ctx, input.kind);
    const principal: StoredPrincipal = {
      ...input,
      subject: input.kind === "agent" ? (input.subject?.toLowerCase() ?? null) : input.subject,
      id: ctx.newId("prn"),
      tenant_id: ctx.tenant_id,
      owner_id: null,
      status: "active",
      created_at: ctx.now,
      created_by: ctx.principal.id,
    };
    return async (store) => {
      await store.principals.insert(principal);
      const { kind, roles: given } = principal;
      return {
        ...{ result: principal, target: principal.id, facts: { kind, roles: given } },
        changes: [{ topic: "principal", ref: principal.id }],
      };
    };
  },
});

const listPrincipals = defineAct({
  name: "principals.list",
  summary: "List who may get in.",
  needs: "fairlead:admin",
  effect: "read",
  route: { method: "GET", path: "/principals" },
  input: z.object(page),
  handler:
    (input, { tenant_id }) =>
    async (store) => ({ result: await store.principals.list(tenant_id, input) }),
});

const updatePrincipal = defineAct({
  name: "principals.update",
  summary: "Change a principal's roles, label or tier, or disable it.",
  needs: "fairlead:admin",
  effect: "write",
  route: { method: "PATCH", path: "/principals/{id}" },
  input: z.object({
    id: id("prn"),
    label: label.optional(),
    roles: roles.optional(),
    status: z.enum(["active", "disabled"]).optional().describe("disabled: it does not get in."),
    tier: tier.optional(),
    repository: repository.optional(),
  }),
  handler(input, ctx) {
    const { id: principal_id, ...changes } = input;
    return async (store) => {
      const principal = await requirePrincipal(store, ctx.tenant_id, principal_id);
      requireRank(ctx, principal.roles);
      // Who is let in again gets what they had.
      const isGiven = changes.roles !== undefined || changes.status === "active";
      if (isGiven) requireGrantable(ctx, changes.roles ?? principal.roles);
      if (changes.tier !== undefined || changes.repository !== undefined) requireTierRight(ctx);
      const changed: StoredPrincipal = { ...principal, ...definedOf(changes) };
      requireTier(changed, ctx);
      await requireAnotherOwner(store, principal, changed);
      await store.principals.update(changed);
      if (changed.status === "disabled") {
        await store.signIns.deleteOf(ctx.tenant_id, principal_id);
      }
      return {
        ...{ result: changed, target: principal_id, facts: changes },
        changes: [{ topic: "principal", ref: principal_id }],
      };
    };
  },
});

const deletePrincipal = defineAct({
  name: "principals.delete",
  summary: "Delete a principal with its keys and sign-ins. What it did stays in the audit.",
  needs: "fairlead:admin",
  effect: "destroy",
  route: { method: "DELETE", path: "/principals/{id}" },
  input: z.object({ id: id("prn") }),
  handler(input, ctx) {
    return async (store) => {
      const principal = await requirePrincipal(store, ctx.tenant_id, input.id);
      requireRank(ctx, principal.roles);
      await requireAnotherOwner(store, principal, undefined);
      await store.principals.delete(ctx.tenant_id, input.id);
      return {
        ...{ result: { deleted: input.id }, target: input.id, facts: { kind: principal.kind } },
        changes: [{ topic: "principal", ref: input.id }],
      };
    };
  },
});

export async function requirePrincipal(
  store: Store,
  tenant_id: string,
  principal_id: string,
): Promise<StoredPrincipal> {
  const principal = await store.principals.find(tenant_id, principal_id);
  if (principal !== undefined) return principal;
  throw new FairleadError("not_found", `There is no principal ${principal_id} in this tenant.`);
}

type Actor = Pick<ActContext, "principal" | "isOperator">;

/** Nobody touches whoever has a higher role: neither to take anything away, nor to act in their place. */
export function requireRank({ principal, isOperator }: Actor, held: readonly Role[]): void {
  if (isOperator) return;
  const own = Math.max(-1, ...principal.roles.map((role) => ROLES.indexOf(role)));
  const excess = held.find((role) => ROLES.indexOf(role) > own);
  if (excess === undefined) return;
  throw new FairleadError(
    "forbidden",
    `The role ${excess} can only be given, or taken away, by who has it. Ask an owner of this tenant.`,
  );
}

/**
 * Nobody gives more than they have: no higher role, and no scope that the key or token they show lacks. `narrowedTo` is
 * what is left of the roles; null: all they give.
 */
export function requireGrantable(
  actor: Actor,
  granted: readonly Role[],
  narrowedTo: readonly string[] | null = null,
): void {
  requireRank(actor, granted);
  if (actor.isOperator) return;
  const all = scopesOfRoles(granted);
  const given = narrowedTo === null ? all : narrowScopes(all, narrowedTo);
  const excess = [...given].find((scope) => !coversScope(actor.principal.scopes, scope));
  if (excess === undefined) return;
  throw new FairleadError(
    "forbidden",
    `The scope ${excess} can only be given by who has it, and what you showed is narrower. Give fewer scopes, or use a key that is not narrowed.`,
    { details: { scope: excess } },
  );
}

/** An allowance is the operator's to give: who may grant it to oneself has none. */
function requireTierRight({ isOperator }: ActContext): void {
  if (isOperator) return;
  throw new FairleadError("forbidden", "A tier is granted by whoever runs this Fairlead.");
}

/**
 * Who is known by an issuer is known so in the whole installation: a tenant could otherwise claim somebody else's
 * people, whose next sign-in would land in it, and give itself allowances by inventing some.
 */
function requireVouchingRight({ isOperator }: ActContext, kind: StoredPrincipal["kind"]): void {
  if (kind === "service" || isOperator) return;
  throw new FairleadError(
    "forbidden",
    kind === "person"
      ? "Registering somebody by issuer and subject is for whoever runs this Fairlead. Invite them instead: invitations.create."
      : "Registering clients and agents by their subject is for whoever runs this Fairlead. Ask them.",
  );
}

const ADDRESS = /^0x[0-9a-f]{40}$/i;

function requireSubject({
  kind,
  issuer,
  subject,
}: Pick<StoredPrincipal, "kind" | "issuer" | "subject">): void {
  if (kind === "service") {
    if (issuer === null && subject === null) return;
    throw new FairleadError(
      "invalid_input",
      "A service has API keys; it takes no issuer or subject.",
    );
  }
  if (issuer === null || subject === null) {
    throw new FairleadError(
      "invalid_input",
      kind === "person"
        ? "Name the issuer and subject the person signs in with, or invite them: invitations.create."
        : "Name the issuer and subject that its tokens carry.",
    );
  }
  if (kind === "agent" && !ADDRESS.test(subject)) {
    throw new FairleadError(
      "invalid_input",
      "subject: has to be 0x and 40 hex digits for an agent.",
    );
  }
}

/** A tenant that nobody owns could only be mended by the operator. */
async function requireAnotherOwner(
  store: Store,
  before: StoredPrincipal,
  after: StoredPrincipal | undefined,
): Promise<void> {
  const owns = (each: StoredPrincipal | undefined) =>
    each?.status === "active" && each.roles.includes("owner");
  if (!owns(before) || owns(after)) return;
  for (let cursor: string | undefined; ; ) {
    const { items, next_cursor } = await store.principals.list(before.tenant_id, {
      limit: 500,
      cursor,
    });
    if (items.some((each) => each.id !== before.id && owns(each))) return;
    if (next_cursor === null) break;
    cursor = next_cursor;
  }
  throw new FairleadError(
    "conflict",
    `${before.label} is the last owner of this tenant. Make somebody else an owner first.`,
  );
}

export const principalActs = [createPrincipal, listPrincipals, updatePrincipal, deletePrincipal];
