import { z } from "zod";
import type { Connector } from "../connector.ts";
import { toAnnotations } from "../effect.ts";
import type { Tool } from "../tool.ts";

/** A tool as `tools/list` shows it. */
export interface ListedTool {
  name: string;
  title: string;
  description: string;
  inputSchema: Record<string, unknown>;
  outputSchema?: Record<string, unknown>;
  annotations: Record<string, unknown>;
}

const CURSOR = {
  type: "string",
  description: "Where to go on: `next_cursor` of the answer before.",
};

/** Renders a tool for a list. Done once per tool and endpoint, never per request. */
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
