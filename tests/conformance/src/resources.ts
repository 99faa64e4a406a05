import type { ResourceDefinition } from "@fairlead/core/connector";
import { type ResourceContents, text } from "@fairlead/core/content";
import { defineTool } from "@fairlead/core/tool";
import { z } from "zod";

const TEXTS = {
  "static-text": "This is the content of the static text resource.",
  "watched-resource": "This is the content of the watched resource.",
};

export const getText = defineTool({
  name: "conformance_get_text",
  title: "Get a text",
  description: "Returns one of the texts that are also resources.",
  effect: "read",
  input: z.object({ name: z.enum(["static-text", "watched-resource"]) }),
  handler: ({ name }) => ({ content: [text(TEXTS[name])] }),
});

export const getRecord = defineTool({
  name: "conformance_get_record",
  title: "Get a record",
  description: "Returns the record with this id.",
  effect: "read",
  input: z.object({ id: z.string() }),
  output: z.object({ id: z.string(), templateTest: z.boolean(), data: z.string() }),
  handler: ({ id }) => ({ id, templateTest: true, data: `Data for ID: ${id}` }),
});

type View = Parameters<NonNullable<ResourceDefinition<unknown>["contents"]>>[0];

/** The blocks of a tool's answer as the contents of a resource. */
function asContents({ content }: View, uri: string): ResourceContents[] {
  return content.flatMap((block): ResourceContents[] => {
    if (block.type === "text") return [{ uri, mimeType: "text/plain", text: block.text }];
    if (block.type === "image") return [{ uri, mimeType: block.mimeType, blob: block.data }];
    return [];
  });
}

export const resources: readonly ResourceDefinition<unknown>[] = [
  {
    name: "static_text",
    title: "Static text",
    description: "A text that never changes.",
    mimeType: "text/plain",
    uri: "test://static-text",
    tool: "conformance_get_text",
    arguments: () => ({ name: "static-text" }),
    contents: asContents,
  },
  {
    name: "static_binary",
    title: "Static image",
    description: "An image that never changes.",
    mimeType: "image/png",
    uri: "test://static-binary",
    tool: "conformance_test_image_content",
    contents: asContents,
  },
  {
    name: "watched_resource",
    title: "Watched resource",
    description: "A text that clients subscribe to.",
    mimeType: "text/plain",
    uri: "test://watched-resource",
    tool: "conformance_get_text",
    arguments: () => ({ name: "watched-resource" }),
    contents: asContents,
  },
  {
    name: "template_data",
    title: "Record",
    description: "The record with an id.",
    mimeType: "application/json",
    uri: "test://template/{id}/data",
    tool: "conformance_get_record",
    complete: { id: (value) => ["123", "124", "200"].filter((id) => id.startsWith(value)) },
  },
];
