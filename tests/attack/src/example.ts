import type { Act } from "@fairlead/core/admin/act";

export interface Example {
  method: string;
  path: string;
  body?: Record<string, unknown>;
}

const BODIES: Readonly<Record<string, Record<string, unknown>>> = {
  "tenants.create": { name: "mine" },
  "tenants.update": { status: "active" },
  "tenants.delete": { confirm: "acme" },
  "principals.create": { kind: "service", label: "x", roles: ["viewer"] },
  "principals.update": { label: "x" },
  "invitations.create": { label: "x", roles: ["viewer"] },
  "keys.create": { label: "x" },
  "keys.rotate": {},
  "connections.create": { connector: "cloudways", label: "x" },
  "connections.update": { label: "x" },
  "policies.create": { name: "x", text: "permit (principal, action, resource);" },
  "policies.update": { enabled: false },
  "plans.approve": {},
  "plans.deny": { reason: "x" },
  "delegations.create": { to_principal_id: "prn_nobody" },
  "operations.settle": { outcome: "happened", note: "x" },
};

/** A request for an act that is right in every respect but who sends it; ids are of nothing. */
export function exampleOf(
  { name, route }: Act,
  ids: Readonly<Record<string, string>> = {},
): Example {
  const kind = {
    ...{ principals: "prn", keys: "key", connections: "con", policies: "pol" },
    ...{ plans: "pln", delegations: "dlg", operations: "opn" },
  }[name.split(".")[0] ?? ""];
  const id = ids[name.split(".")[0] ?? ""] ?? `${kind ?? "inv"}_nothing`;
  const path = `/api${route.path.replaceAll("{id}", id)}`;
  const body = BODIES[name];
  if (body === undefined && (route.method === "POST" || route.method === "PATCH")) {
    throw new Error(`${name} is new: say here what a right request for it looks like.`);
  }
  return { method: route.method, path, ...(body === undefined ? {} : { body }) };
}
