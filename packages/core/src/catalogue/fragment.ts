import { z } from "zod";
import type { Connector } from "../connector.ts";
import { toAnnotations } from "../effect.ts";
import { isRecord } from "../is-record.ts";
import type { Tool } from "../tool.ts";
import { findHeaderParameters, type HeaderParameter } from "./header-parameter.ts";

/** A tool as `tools/list` shows it. */
export interface ListedTool {
  name: string;
  title: string;
  description: string;
  inputSchema: Record<string, unknown>;
  outputSchema?: Record<string, unknown>;
  annotations: Record<string, unknown>;
}

/** All that a view needs of a tool. */
export interface RenderedTool {
  listed: ListedTool;
  /** Its piece of `tools/list`, as JSON. */
  fragment: string;
  /** Arguments that a modern client repeats in `Mcp-Param-*` headers. */
  headerParameters: readonly HeaderParameter[];
}

const CURSOR = {
  type: "string",
  description: "Where to go on: `next_cursor` of the answer before.",
};

const rendered = new WeakMap<Connector, Map<string, RenderedTool>>();

/** Renders a tool once for each way of naming it: a query that nobody has paid for yet must not cost a rendering. */
export function renderOnce(tool: Tool, connector: Connector, prefixed: boolean): RenderedTool {
  const known = rendered.get(connector) ?? new Map<string, RenderedTool>();
  rendered.set(connector, known);
  const key = `${prefixed} ${tool.name}`;
  let result = known.get(key);
  if (result === undefined) {
    const listed = renderTool(tool, connector, prefixed);
    const headerParameters = findHeaderParameters(listed.inputSchema);
    result = { listed, fragment: JSON.stringify(listed), headerParameters };
    known.set(key, result);
  }
  return result;
}

/** How a tool may be called as a task by clients of 2025-11-25 (`Tool.execution.taskSupport`); undefined: not at all. */
export function taskSupportOf({
  result,
  effect,
  needsTasks,
}: Tool): "required" | "optional" | undefined {
  if (needsTasks === true) return "required";
  // What destroys may have to wait for people, however quick it is itself.
  return result !== undefined || effect === "destroy" ? "optional" : undefined;
}

/** The piece of a list that clients of 2025-11-25 read: only there is a word on tasks. */
export function toLegacyFragment(fragment: string, tool: Tool): string {
  const taskSupport = taskSupportOf(tool);
  return taskSupport === undefined
    ? fragment
    : `${fragment.slice(0, -1)},"execution":${JSON.stringify({ taskSupport })}}`;
}

/** Renders a tool for a list. */
export function renderTool(tool: Tool, connector: Connector, prefixed: boolean): ListedTool {
  const listed: ListedTool = {
    name: prefixed ? tool.name : unprefixed(tool.name, connector.id),
    title: tool.title,
    description: prefixed ? tool.description : unprefixNames(tool.description, connector),
    inputSchema: tool.inputSchema ?? inputSchemaOf(tool),
    annotations: { ...toAnnotations(tool) },
  };
  if (tool.output !== undefined) listed.outputSchema = toJsonSchema(tool.output, "output");
  return listed;
}

export function unprefixed(name: string, connectorId: string): string {
  return name.slice(connectorId.length + 1);
}

/** Texts name tools with their prefix; where the list shows none, a model must not meet one. */
export function unprefixNames(text: string, connector: Connector): string {
  return text.replaceAll(new RegExp(`\\b${connector.id}_(\\w+)`, "g"), (whole, rest: string) =>
    connector.tools.some(({ name }) => name === whole) ? rest : whole,
  );
}

/** Reserved arguments (`connection`, …) are accepted everywhere, so no list may close its root object. */
function inputSchemaOf(tool: Tool): Record<string, unknown> {
  const { additionalProperties: _closed, ...schema } = toJsonSchema(tool.input, "input");
  if (tool.pages === undefined) return schema;
  const properties = isRecord(schema.properties) ? schema.properties : {};
  return { ...schema, properties: { ...properties, cursor: CURSOR } };
}

function toJsonSchema(schema: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    target: "draft-2020-12",
    io,
    override({ jsonSchema }) {
      // An answer may grow a field without its readers breaking; and every such line costs tokens.
      if (io === "output" && jsonSchema.additionalProperties === false) {
        delete jsonSchema.additionalProperties;
      }
    },
  });
  return rest;
}
