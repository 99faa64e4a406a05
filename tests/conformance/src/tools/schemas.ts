import { text } from "@fairlead/core/content";
import { defineTool } from "@fairlead/core/tool";
import { z } from "zod";

/** The words of JSON Schema 2020-12 that must survive the way into a list (SEP-1613, SEP-2106). */
const SCHEMA_2020_12 = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  $defs: {
    address: {
      $anchor: "addressDef",
      type: "object",
      properties: { street: { type: "string" }, city: { type: "string" } },
    },
  },
  properties: {
    name: { type: "string" },
    address: { $ref: "#/$defs/address" },
    contactMethod: { type: "string", enum: ["phone", "email"] },
    phone: { type: "string" },
    email: { type: "string" },
  },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
  if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; nobody awaits this object.
  then: { required: ["phone"] },
  else: { required: ["email"] },
  additionalProperties: false,
};

export const jsonSchema202012 = defineTool({
  name: "conformance_json_schema_2020_12_tool",
  title: "JSON Schema 2020-12",
  description: "Takes arguments that JSON Schema 2020-12 describes.",
  effect: "read",
  inputSchema: SCHEMA_2020_12,
  input: z.object({
    name: z.string().optional(),
    address: z
      .looseObject({ street: z.string().optional(), city: z.string().optional() })
      .optional(),
    contactMethod: z.enum(["phone", "email"]).optional(),
    phone: z.string().optional(),
    email: z.string().optional(),
  }),
  handler: (input) => ({ content: [text(`The tool was called with ${JSON.stringify(input)}.`)] }),
});

export const headerParameters = defineTool({
  name: "conformance_test_header_parameters",
  title: "Arguments in headers",
  description: "Takes arguments that a client repeats in HTTP headers (SEP-2243).",
  effect: "read",
  input: z.object({
    region: z.string().meta({ "x-mcp-header": "Region" }),
    priority: z.int().optional().meta({ "x-mcp-header": "Priority" }),
  }),
  handler: ({ region }) => ({ content: [text(`The tool was called for the region ${region}.`)] }),
});
