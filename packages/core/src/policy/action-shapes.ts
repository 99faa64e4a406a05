import { z } from "zod";
import type { Connector } from "../connector.ts";
import type { Effect } from "../effect.ts";
import type { GuardedAction } from "./policy.ts";
import { mergeRecords, type RecordShape, shapeOfInput } from "./shape.ts";

/** An action that rules may name: a tool, or a prompt. */
export interface DeclaredAction extends Omit<GuardedAction, "scope"> {
  inputs: readonly z.ZodType[];
}

/** What rules see of each action's arguments, worked out when first asked for. */
export interface Shapes {
  of(action: string): RecordShape | undefined;
}

/** Tools and prompts of these connectors. A prompt that shares its name with a tool is one action with it. */
export function actionsOf(connectors: readonly Connector[]): Map<string, DeclaredAction> {
  const actions = new Map<string, DeclaredAction>();
  const add = (
    connector: string,
    name: string,
    effect: Effect,
    input: z.ZodType,
    toolset?: string,
  ) => {
    const known = actions.get(name);
    actions.set(name, {
      ...(known ?? { name, connector, effect, toolset }),
      inputs: [...(known?.inputs ?? []), input],
    });
  };
  for (const { id, tools, prompts = [] } of connectors) {
    for (const tool of tools) add(id, tool.name, tool.effect, tool.input, tool.toolset);
    for (const { name, arguments: input = z.object({}) } of prompts) add(id, name, "read", input);
  }
  return actions;
}

export function createShapes(connectors: readonly Connector[]): Shapes {
  let actions: Map<string, DeclaredAction> | undefined;
  const shapes = new Map<string, RecordShape>();
  return {
    of(name) {
      const known = shapes.get(name);
      if (known !== undefined) return known;
      actions ??= actionsOf(connectors);
      const inputs = actions.get(name)?.inputs.map(shapeOfInput);
      const shape = inputs?.reduce(mergeRecords);
      if (shape !== undefined) shapes.set(name, shape);
      return shape;
    },
  };
}
