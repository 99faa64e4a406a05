import { text } from "@fairlead/core/content";
import { FairleadError } from "@fairlead/core/errors";
import { defineTool } from "@fairlead/core/tool";
import { z } from "zod";
import { embedded, SAMPLE_AUDIO, SAMPLE_IMAGE } from "../samples.ts";

const nothing = z.object({});

export const simpleText = defineTool({
  name: "conformance_test_simple_text",
  title: "Simple text",
  description: "Returns one text block.",
  effect: "read",
  input: nothing,
  handler: () => ({ content: [text("This is a simple text response for testing.")] }),
});

export const imageContent = defineTool({
  name: "conformance_test_image_content",
  title: "Image",
  description: "Returns one image block.",
  effect: "read",
  input: nothing,
  handler: () => ({ content: [SAMPLE_IMAGE] }),
});

export const audioContent = defineTool({
  name: "conformance_test_audio_content",
  title: "Audio",
  description: "Returns one audio block.",
  effect: "read",
  input: nothing,
  handler: () => ({ content: [SAMPLE_AUDIO] }),
});

export const embeddedResource = defineTool({
  name: "conformance_test_embedded_resource",
  title: "Embedded resource",
  description: "Returns one embedded resource.",
  effect: "read",
  input: nothing,
  handler: () => ({
    content: [
      embedded("test://embedded-resource", "text/plain", "This is an embedded resource content."),
    ],
  }),
});

export const multipleContentTypes = defineTool({
  name: "conformance_test_multiple_content_types",
  title: "Mixed content",
  description: "Returns a text, an image and an embedded resource.",
  effect: "read",
  input: nothing,
  handler: () => ({
    content: [
      text("Multiple content types test:"),
      SAMPLE_IMAGE,
      embedded(
        "test://mixed-content-resource",
        "application/json",
        JSON.stringify({ test: "data", value: 123 }),
      ),
    ],
  }),
});

export const errorHandling = defineTool({
  name: "conformance_test_error_handling",
  title: "Failure",
  description: "Always fails.",
  effect: "read",
  input: nothing,
  handler(): never {
    throw new FairleadError(
      "upstream_rejected",
      "This tool intentionally returns an error for testing.",
    );
  },
});
