import type { PromptDefinition } from "@fairlead/core/connector";
import { type ContentBlock, type PromptMessage, text } from "@fairlead/core/content";
import { z } from "zod";
import { fieldOf, form } from "./questions.ts";
import { embedded, SAMPLE_IMAGE } from "./samples.ts";

const WORDS = ["paris", "park", "party"];

export const prompts: readonly PromptDefinition<unknown>[] = [
  {
    name: "conformance_test_simple_prompt",
    title: "Simple prompt",
    description: "One message, no arguments.",
    messages: () => [fromUser(text("This is a simple prompt for testing."))],
  },
  {
    name: "conformance_test_prompt_with_arguments",
    title: "Prompt with arguments",
    description: "One message with two arguments in it.",
    arguments: z.object({
      arg1: z.string().describe("First test argument"),
      arg2: z.string().describe("Second test argument"),
    }),
    complete: { arg1: (value) => WORDS.filter((word) => word.startsWith(value)) },
    messages: ({ arg1, arg2 }) => [
      fromUser(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
    ],
  },
  {
    name: "conformance_test_prompt_with_embedded_resource",
    title: "Prompt with a resource",
    description: "A resource, and what to do with it.",
    arguments: z.object({ resourceUri: z.string().describe("URI of the resource to embed") }),
    messages: ({ resourceUri = "" }) => [
      fromUser(embedded(resourceUri, "text/plain", "Embedded resource content for testing.")),
      fromUser(text("Please process the embedded resource above.")),
    ],
  },
  {
    name: "conformance_test_prompt_with_image",
    title: "Prompt with an image",
    description: "An image, and what to do with it.",
    messages: () => [fromUser(SAMPLE_IMAGE), fromUser(text("Please analyze the image above."))],
  },
  {
    name: "conformance_test_input_required_result_prompt",
    title: "Prompt that asks",
    description: "Asks the person at the client for a context first.",
    messages(_input, ctx) {
      const { user_context } = ctx.ask({
        user_context: form("What context should the prompt use?", { context: { type: "string" } }),
      });
      const context = fieldOf(user_context, "user_context", "context");
      return [fromUser(text(`Use this context: ${context}`))];
    },
  },
];

function fromUser(content: ContentBlock): PromptMessage {
  return { role: "user", content };
}
