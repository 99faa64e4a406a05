import type { EntityJson } from "@cedar-policy/cedar-wasm/nodejs";
import type { Principal } from "../identity/principal.ts";
import type { GuardedAction, GuardedCall } from "./policy.ts";

/** The words of a rule. */
export const NAMESPACE = "Fairlead";
export const PRINCIPAL = "Fairlead::Principal";
export const ROLE = "Fairlead::Role";
export const ACTION = "Fairlead::Action";
export const CONNECTION = "Fairlead::Connection";
export const CONNECTOR = "Fairlead::Connector";

/** Stands for the connection of an action that needs none. No id of ours looks like it. */
export const NO_CONNECTION = { id: "none", label: "" } as const;

/** The groups an action is in: its effect, its connector, its toolset (`cloudways:domains`). */
export function groupsOf({ effect, connector, toolset }: GuardedAction): string[] {
  return [effect, connector, ...(toolset === undefined ? [] : [`${connector}:${toolset}`])];
}

export function principalEntity({ id, kind, label, tenant_id, roles }: Principal): EntityJson {
  return {
    uid: { type: PRINCIPAL, id },
    attrs: { kind, label: wellFormed(label), tenant: tenant_id },
    parents: roles.map((role) => ({ type: ROLE, id: role })),
  };
}

export function actionEntity(action: GuardedAction): EntityJson {
  return {
    uid: { type: ACTION, id: action.name },
    attrs: {},
    parents: groupsOf(action).map((id) => ({ type: ACTION, id })),
  };
}

export function connectionEntity({ connection, connector }: GuardedCall): EntityJson {
  const { id, label } = connection ?? NO_CONNECTION;
  return {
    uid: { type: CONNECTION, id },
    attrs: { label: wellFormed(label) },
    parents: [{ type: CONNECTOR, id: connector }],
  };
}

/** Cedar takes no half characters. An administrator wrote these texts, so nobody evades a rule by one. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}
