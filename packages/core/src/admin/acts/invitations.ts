import { hash } from "node:crypto";
import { z } from "zod";
import { FairleadError } from "../../errors.ts";
import type { Invitation } from "../../storage/records.ts";
import { defineAct } from "../act.ts";
import { id, label, roles, seconds } from "../shapes.ts";
import { requireGrantable, requireRank } from "./principals.ts";

const WEEK_S = 604_800;

const createInvitation = defineAct({
  name: "invitations.create",
  summary:
    "Invite a person. The token is shown this once; whoever signs in with it joins the tenant.",
  needs: "fairlead:admin",
  effect: "write",
  revealsSecret: true,
  route: { method: "POST", path: "/invitations" },
  input: z.object({
    label,
    roles,
    email: z
      .email()
      .max(300)
      .transform((text) => text.toLowerCase())
      .nullable()
      .default(null)
      .describe("Then only who signs in with this address, verified by the issuer, may accept it."),
    expires_in_s: seconds.default(WEEK_S).describe("Seconds until it ends; a week by default."),
  }),
  handler(input, ctx) {
    requireGrantable(ctx, input.roles);
    const token = `fli_${ctx.random(32).toString("base64url")}`;
    const { expires_in_s, ...given } = input;
    const invitation: Invitation = {
      ...given,
      id: ctx.newId("inv"),
      tenant_id: ctx.tenant_id,
      hash: hash("sha256", token, "hex"),
      created_at: ctx.now,
      created_by: ctx.principal.id,
      expires_at: ctx.now + expires_in_s * 1000,
      accepted_at: null,
      accepted_by: null,
    };
    return async (store) => {
      await store.invitations.insert(invitation);
      return {
        result: { ...shown(invitation), token },
        target: invitation.id,
        facts: { roles: invitation.roles },
      };
    };
  },
});

const listInvitations = defineAct({
  name: "invitations.list",
  summary: "List invitations, accepted ones included.",
  needs: "fairlead:admin",
  effect: "read",
  route: { method: "GET", path: "/invitations" },
  input: z.object({}),
  handler:
    (_input, { tenant_id }) =>
    async (store) => ({
      result: { items: (await store.invitations.list(tenant_id)).map(shown) },
    }),
});

const deleteInvitation = defineAct({
  name: "invitations.delete",
  summary: "Take an invitation back.",
  needs: "fairlead:admin",
  effect: "destroy",
  route: { method: "DELETE", path: "/invitations/{id}" },
  input: z.object({ id: id("inv") }),
  handler(input, ctx) {
    const { tenant_id } = ctx;
    return async (store) => {
      const invitations = await store.invitations.list(tenant_id);
      const known = invitations.find((each) => each.id === input.id);
      if (known === undefined) {
        throw new FairleadError("not_found", `There is no invitation ${input.id} in this tenant.`);
      }
      requireRank(ctx, known.roles);
      await store.invitations.delete(tenant_id, input.id);
      return { result: { deleted: input.id }, target: input.id };
    };
  },
});

function shown({ hash: _hash, ...rest }: Invitation): Omit<Invitation, "hash"> {
  return rest;
}

export const invitationActs = [createInvitation, listInvitations, deleteInvitation];
