import { defineConnector } from "@fairlead/core/connector";
import { defineTool } from "@fairlead/core/tool";
import { z } from "zod";

const input = z.object({
  n: z.number().int().default(1),
  ratio: z.number().optional(),
  word: z.string().default("none"),
  any: z.unknown().optional(),
});

/** A connector that says what it was called with. */
export const probe = defineConnector({
  id: "probe",
  title: "Probe",
  description: "Says what it was called with.",
  settings: z.object({}),
  createClient: () => ({}),
  tools: [
    defineTool({
      name: "probe_say",
      title: "Say",
      description: "Says what it was called with.",
      effect: "read",
      input,
      output: z.object({ said: z.string(), polluted: z.boolean() }),
      handler: (given) => ({ said: JSON.stringify(given), polluted: "polluted" in {} }),
    }),
    defineTool({
      name: "probe_other",
      title: "Other",
      description: "Another one.",
      effect: "read",
      input,
      output: z.object({ said: z.string() }),
      handler: (given) => ({ said: JSON.stringify(given) }),
    }),
    defineTool({
      name: "probe_ask",
      title: "Ask",
      description: "Asks a question first.",
      effect: "read",
      input,
      output: z.object({ said: z.string() }),
      handler: (_given, ctx) => {
        const { who } = ctx.ask({
          who: {
            method: "elicitation/create",
            params: {
              mode: "form",
              message: "Who?",
              requestedSchema: { type: "object", properties: {} },
            },
          },
        });
        return { said: JSON.stringify(who) };
      },
    }),
  ],
});
