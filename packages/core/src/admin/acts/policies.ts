import { z } from "zod";
import { FairleadError } from "../../errors.ts";
import { MAX_POLICY_BYTES, requireRoom } from "../../policy/policy-text.ts";
import { validatePolicies } from "../../policy/validate.ts";
import type { StoredPolicy } from "../../storage/records.ts";
import type { Store } from "../../storage/store.ts";
import { type ActContext, defineAct } from "../act.ts";
import { id, label } from "../shapes.ts";

const name = label;
const text = z
  .string()
  .min(1)
  .max(MAX_POLICY_BYTES, `has to be at most ${MAX_POLICY_BYTES} bytes`)
  .describe(`One or several Cedar rules, at most ${MAX_POLICY_BYTES} bytes.`);

const enabled = z.boolean().describe("Whether it is in force.");

const createPolicy = defineAct({
  name: "policies.create",
  summary: "Add a Cedar policy. It is checked against the catalogue's schema before it is kept.",
  needs: "fairlead:admin",
  effect: "write",
  route: { method: "POST", path: "/policies" },
  input: z.object({ name, text, enabled: enabled.default(true) }),
  async handler(input, ctx) {
    const warnings = await requireValid(ctx, input.text);
    const policy: StoredPolicy = {
      ...input,
      id: ctx.newId("pol"),
      tenant_id: ctx.tenant_id,
      updated_at: ctx.now,
      updated_by: ctx.principal.id,
    };
    return async (store) => {
      await requireRoomFor(store, policy);
      await store.policies.insert(policy);
      return {
        result: { ...policy, warnings },
        target: policy.id,
        facts: { name: policy.name, text: policy.text },
        changes: [{ topic: "policy", ref: policy.id }],
      };
    };
  },
});

const listPolicies = defineAct({
  name: "policies.list",
  summary: "List the tenant's policies.",
  needs: "fairlead:admin",
  effect: "read",
  route: { method: "GET", path: "/policies" },
  input: z.object({}),
  handler:
    (_input, { tenant_id }) =>
    async (store) => ({ result: { items: await store.policies.list(tenant_id) } }),
});

const updatePolicy = defineAct({
  name: "policies.update",
  summary: "Change a policy's text, or switch it on or off.",
  needs: "fairlead:admin",
  effect: "write",
  route: { method: "PATCH", path: "/policies/{id}" },
  input: z.object({
    id: id("pol"),
    name: name.optional(),
    text: text.optional(),
    enabled: enabled.optional(),
  }),
  async handler(input, ctx) {
    // Since it was kept, tools may have gone or changed.
    const isRevived = input.text === undefined && input.enabled === true;
    const text = isRevived ? (await requirePolicy(ctx.store, ctx, input.id)).text : input.text;
    const warnings = text === undefined ? [] : await requireValid(ctx, text);
    return async (store) => {
      const known = await requirePolicy(store, ctx, input.id);
      const changed: StoredPolicy = {
        ...known,
        name: input.name ?? known.name,
        text: input.text ?? known.text,
        enabled: input.enabled ?? known.enabled,
        updated_at: ctx.now,
        updated_by: ctx.principal.id,
      };
      await requireRoomFor(store, changed);
      await store.policies.update(changed);
      return {
        result: { ...changed, warnings },
        target: changed.id,
        facts: { name: changed.name, text: changed.text, enabled: changed.enabled },
        changes: [{ topic: "policy", ref: changed.id }],
      };
    };
  },
});

const deletePolicy = defineAct({
  name: "policies.delete",
  summary: "Delete a policy.",
  needs: "fairlead:admin",
  effect: "destroy",
  route: { method: "DELETE", path: "/policies/{id}" },
  input: z.object({ id: id("pol") }),
  handler(input, ctx) {
    return async (store) => {
      const known = await requirePolicy(store, ctx, input.id);
      await store.policies.delete(ctx.tenant_id, known.id);
      return {
        result: { deleted: known.id },
        target: known.id,
        facts: { name: known.name, text: known.text },
        changes: [{ topic: "policy", ref: known.id }],
      };
    };
  },
});

/** A policy that cannot be evaluated would refuse every call it might be about. */
async function requireValid({ connectors }: ActContext, given: string): Promise<string[]> {
  const { errors, warnings } = await validatePolicies(given, connectors);
  if (errors.length === 0) return warnings;
  throw new FairleadError("invalid_input", `The policy was not kept: ${errors.join("; ")}`, {
    details: { reason: "policy", errors },
  });
}

/** What is enabled is read together, so it has to fit together. */
async function requireRoomFor(store: Store, policy: StoredPolicy): Promise<void> {
  if (!policy.enabled) return;
  const others = (await store.policies.list(policy.tenant_id)).filter(
    ({ id: other, enabled }) => enabled && other !== policy.id,
  );
  requireRoom([policy, ...others].map((each) => each.text));
}

async function requirePolicy(
  store: Store,
  { tenant_id }: ActContext,
  policy_id: string,
): Promise<StoredPolicy> {
  const known = (await store.policies.list(tenant_id)).find((each) => each.id === policy_id);
  if (known !== undefined) return known;
  throw new FairleadError("not_found", `There is no policy ${policy_id} in this tenant.`);
}

export const policyActs = [createPolicy, listPolicies, updatePolicy, deletePolicy];
