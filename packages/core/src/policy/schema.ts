import type {
  ActionType,
  SchemaJson,
  Type,
  TypeOfAttribute,
} from "@cedar-policy/cedar-wasm/nodejs";
import type { Connector } from "../connector.ts";
import { actionsOf, createShapes } from "./action-shapes.ts";
import { groupsOf, NAMESPACE } from "./entities.ts";
import { ROLES } from "./roles.ts";
import type { RecordShape, Shape } from "./shape.ts";

type Attributes = Record<string, TypeOfAttribute<string>>;

const STRING = { type: "String" } as const;
const LONG = { type: "Long" } as const;
const DATETIME = { type: "Extension", name: "datetime" } as const;
const EFFECTS = ["read", "write", "destroy"];

/** The Cedar schema of these connectors: what rules may name, and of which type each argument is. */
export function toCedarSchema(connectors: readonly Connector[]): SchemaJson<string> {
  const declared = actionsOf(connectors);
  const shapes = createShapes(connectors);
  const actions: Record<string, ActionType<string>> = {};
  for (const action of declared.values()) {
    const groups = groupsOf({ ...action, scope: "" });
    for (const group of groups) actions[group] ??= {};
    const input = shapes.of(action.name);
    actions[action.name] = {
      memberOf: groups.map((id) => ({ id })),
      appliesTo: {
        principalTypes: ["Principal"],
        resourceTypes: ["Connection"],
        context: contextType(input, action.toolset !== undefined),
      },
    };
  }
  for (const effect of EFFECTS) actions[effect] ??= {};
  return {
    [NAMESPACE]: {
      entityTypes: {
        Principal: {
          memberOfTypes: ["Role"],
          shape: recordType({ kind: STRING, label: STRING, tenant: STRING }),
        },
        Role: { enum: [...ROLES] },
        Connection: { memberOfTypes: ["Connector"], shape: recordType({ label: STRING }) },
        Connector: { enum: connectors.map(({ id }) => id) },
      },
      actions,
    },
  };
}

function contextType(input: RecordShape | undefined, hasToolset: boolean): Type<string> {
  return recordType({
    input: input === undefined ? recordType({}) : typeOf(input),
    now: DATETIME,
    hour: LONG,
    weekday: LONG,
    ...{ tool: STRING, connector: STRING, effect: STRING },
    ...(hasToolset ? { toolset: STRING } : {}),
  });
}

function recordType(attributes: Attributes): Type<string> {
  return { type: "Record", attributes };
}

function typeOf(shape: Shape): Type<string> {
  switch (shape.kind) {
    case "long":
      return LONG;
    case "boolean":
      return { type: "Boolean" };
    case "decimal":
      return { type: "Extension", name: "decimal" };
    case "set":
      return { type: "Set", element: typeOf(shape.element) };
    case "record":
      return recordType(attributesOf(shape));
    case "string":
    case "text":
    case "absent":
      return STRING;
  }
}

function attributesOf({ attributes }: RecordShape): Attributes {
  return Object.fromEntries(
    [...attributes].map(([name, { shape, required }]) => [name, { ...typeOf(shape), required }]),
  );
}
