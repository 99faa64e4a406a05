import { text } from "@fairlead/core/content";
import { defineTool } from "@fairlead/core/tool";
import { z } from "zod";
import { describeElicitation, form, sampledText, sampling } from "../questions.ts";

const nothing = z.object({});

export const samplingTool = defineTool({
  name: "conformance_test_sampling",
  title: "Sampling",
  description: "Asks the client's model.",
  effect: "read",
  input: z.object({ prompt: z.string().describe("What to ask the model.") }),
  handler({ prompt }, ctx) {
    const { response } = ctx.ask({ response: sampling(prompt, 100) });
    return { content: [text(`LLM response: ${sampledText(response, "response")}`)] };
  },
});

/** The suite calls this without declaring `sampling`, and wants to be told what is missing (SEP-2575). */
export const missingCapability = defineTool({
  name: "conformance_test_missing_capability",
  title: "Needs sampling",
  description: "Cannot work for a client without sampling.",
  effect: "read",
  input: nothing,
  handler(_input, ctx) {
    const { response } = ctx.ask({ response: sampling("Say anything.", 10) });
    return { content: [text(`LLM response: ${sampledText(response, "response")}`)] };
  },
});

export const elicitation = defineTool({
  name: "conformance_test_elicitation",
  title: "Elicitation",
  description: "Asks the person at the client for a name and an address.",
  effect: "read",
  input: z.object({ message: z.string().describe("What to tell the person.") }),
  handler({ message }, ctx) {
    const { user } = ctx.ask({
      user: form(message, {
        username: { type: "string", description: "User's response" },
        email: { type: "string", description: "User's email address" },
      }),
    });
    return describeElicitation(user, "user");
  },
});

/** Its answer may come on a stream, which must carry no request of ours (SEP-2575). */
export const streamingElicitation = defineTool({
  name: "conformance_test_streaming_elicitation",
  title: "Elicitation on a stream",
  description: "Reports progress, then asks the person at the client to confirm.",
  effect: "read",
  input: nothing,
  handler(_input, ctx) {
    ctx.progress(0, 1);
    const { confirm } = ctx.ask({ confirm: form("Go on?", { ok: { type: "boolean" } }) });
    return describeElicitation(confirm, "confirm");
  },
});

export const elicitationDefaults = defineTool({
  name: "conformance_test_elicitation_sep1034_defaults",
  title: "Elicitation with defaults",
  description: "Asks with a form whose fields all have a default (SEP-1034).",
  effect: "read",
  input: nothing,
  handler(_input, ctx) {
    const properties = {
      name: { type: "string", default: "John Doe" },
      age: { type: "integer", default: 30 },
      score: { type: "number", default: 95.5 },
      status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
      verified: { type: "boolean", default: true },
    };
    const { user } = ctx.ask({ user: form("Please check what we know of you.", properties, []) });
    return describeElicitation(user, "user");
  },
});

const OPTIONS = ["option1", "option2", "option3"];

export const elicitationEnums = defineTool({
  name: "conformance_test_elicitation_sep1330_enums",
  title: "Elicitation with choices",
  description: "Asks with a form that offers choices in all five ways (SEP-1330).",
  effect: "read",
  input: nothing,
  handler(_input, ctx) {
    const properties = {
      untitledSingle: { type: "string", enum: OPTIONS },
      titledSingle: { type: "string", oneOf: titled("First Option", "Second Option") },
      legacyEnum: {
        type: "string",
        enum: ["opt1", "opt2", "opt3"],
        enumNames: ["Option One", "Option Two", "Option Three"],
      },
      untitledMulti: { type: "array", items: { type: "string", enum: OPTIONS } },
      titledMulti: { type: "array", items: { anyOf: titled("First Choice", "Second Choice") } },
    };
    const { choices } = ctx.ask({ choices: form("Please choose.", properties, []) });
    return describeElicitation(choices, "choices");
  },
});

function titled(...titles: string[]): { const: string; title: string }[] {
  return titles.map((title, index) => ({ const: `value${index + 1}`, title }));
}
