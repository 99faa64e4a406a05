import type { EntityUidJson, PolicyJson, TypeAndId } from "@cedar-policy/cedar-wasm/nodejs";
import type { Principal } from "../identity/principal.ts";
import { ACTION, CONNECTION, CONNECTOR, groupsOf, PRINCIPAL, ROLE } from "./entities.ts";
import type { GuardedAction } from "./policy.ts";

/** Whom, what and where a rule is about: the part of it in the first brackets. */
export interface Scope {
  /** Whether it looks at who the principal is, beyond roles. */
  namesPrincipal: boolean;
  /** Whether it looks at which connection it is, beyond whose connector. */
  namesConnection: boolean;
  matchesPrincipal(principal: Principal): boolean;
  /** The action, and the connector of whatever connection is used. */
  matchesAction(action: GuardedAction): boolean;
  matchesConnection(connection_id: string): boolean;
}

/**
 * Reads the scope of a rule. It is matched here and not by Cedar, since most rules are about other actions: only those
 * that are left are evaluated. A scope has no operators that could fail.
 */
export function scopeOf({ principal, action, resource }: PolicyJson): Scope {
  const named = constraintOf(principal);
  const done = constraintOf(action);
  const used = constraintOf(resource);
  const namesConnection = used.entities?.some(({ type }) => type === CONNECTION) === true;
  return {
    namesPrincipal: named.entities?.some(({ type }) => type === PRINCIPAL) === true,
    namesConnection,
    matchesPrincipal: ({ id, roles }) =>
      isType(named, PRINCIPAL) &&
      matches(named, (entity) =>
        entity.type === PRINCIPAL
          ? entity.id === id
          : named.groups && entity.type === ROLE && roles.some((role) => role === entity.id),
      ),
    matchesAction: (given) =>
      matches(done, ({ type, id }) =>
        type !== ACTION
          ? false
          : id === given.name || (done.groups && groupsOf(given).includes(id)),
      ) &&
      isType(used, CONNECTION) &&
      (namesConnection ||
        matches(
          used,
          ({ type, id }) => used.groups && type === CONNECTOR && id === given.connector,
        )),
    matchesConnection: (id) =>
      !namesConnection || matches(used, (entity) => entity.type === CONNECTION && entity.id === id),
  };
}

interface Constraint {
  /** Any of these, when there are any. */
  entities: TypeAndId[] | undefined;
  /** `in`: members count, not only the entity itself. */
  groups: boolean;
  type: string | undefined;
}

type Constraints = PolicyJson["principal"] | PolicyJson["action"] | PolicyJson["resource"];

function constraintOf(constraint: Constraints): Constraint {
  switch (constraint.op) {
    case "All":
      return { entities: undefined, groups: false, type: undefined };
    case "==":
      return { entities: entitiesOf(constraint), groups: false, type: undefined };
    case "in":
      return { entities: entitiesOf(constraint), groups: true, type: undefined };
    case "is": {
      const entities = constraint.in === undefined ? undefined : entitiesOf(constraint.in);
      return { entities, groups: true, type: constraint.entity_type };
    }
  }
}

function entitiesOf(
  named: { entity: EntityUidJson } | { entities: EntityUidJson[] } | { slot: string },
): TypeAndId[] {
  if ("entity" in named) return [plain(named.entity)];
  if ("entities" in named) return named.entities.map(plain);
  throw new Error("A template is no rule.");
}

function plain(entity: EntityUidJson): TypeAndId {
  return "__entity" in entity ? entity.__entity : entity;
}

function matches({ entities }: Constraint, isIt: (entity: TypeAndId) => boolean): boolean {
  return entities === undefined || entities.some(isIt);
}

function isType({ type }: Constraint, expected: string): boolean {
  return type === undefined || type === expected;
}
