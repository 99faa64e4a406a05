import { text } from "@fairlead/core/content";
import { FairleadError } from "@fairlead/core/errors";
import { defineTool } from "@fairlead/core/tool";
import { z } from "zod";
import { fieldOf, form, listRoots, rootUris, sampledText, sampling } from "../questions.ts";

const nothing = z.object({});
const nameForm = form("What is your name?", { name: { type: "string" } });
const okForm = form("Please confirm", { ok: { type: "boolean" } });
const greetingRequest = sampling("Generate a greeting", 50);

export const basicElicitation = defineTool({
  name: "conformance_test_input_required_result_elicitation",
  title: "Ask for a name",
  description: "Greets the person at the client by name.",
  effect: "read",
  input: nothing,
  handler(_input, ctx) {
    const { user_name } = ctx.ask({ user_name: nameForm });
    return { content: [text(`Hello, ${fieldOf(user_name, "user_name", "name")}!`)] };
  },
});

export const basicSampling = defineTool({
  name: "conformance_test_input_required_result_sampling",
  title: "Ask the model",
  description: "Asks the client's model for the capital of France.",
  effect: "read",
  input: nothing,
  handler(_input, ctx) {
    const { capital_question } = ctx.ask({
      capital_question: sampling("What is the capital of France?", 100),
    });
    return { content: [text(sampledText(capital_question, "capital_question"))] };
  },
});

export const basicListRoots = defineTool({
  name: "conformance_test_input_required_result_list_roots",
  title: "Ask for the roots",
  description: "Lists the roots of the client.",
  effect: "read",
  input: nothing,
  handler(_input, ctx) {
    const { client_roots } = ctx.ask({ client_roots: listRoots });
    return { content: [text(`Roots: ${rootUris(client_roots, "client_roots")}`)] };
  },
});

const CONFIRMING = "confirming";

export const requestState = defineTool({
  name: "conformance_test_input_required_result_request_state",
  title: "Keep a state",
  description: "Puts a state by while the person at the client confirms.",
  effect: "read",
  input: nothing,
  handler(_input, ctx) {
    ctx.ask({ confirm: okForm }, CONFIRMING);
    if (ctx.state !== CONFIRMING) throw new FairleadError("invalid_input", "The state is gone.");
    return { content: [text("state-ok")] };
  },
});

/** The suite brings its state back altered. The engine notices before this handler runs. */
export const tamperedState = defineTool({
  name: "conformance_test_input_required_result_tampered_state",
  title: "Keep a state safe",
  description: "Puts a state by that nobody may alter.",
  effect: "read",
  input: nothing,
  handler(_input, ctx) {
    ctx.ask({ confirm: okForm }, CONFIRMING);
    return { content: [text("The state came back as it left.")] };
  },
});

export const multipleInputs = defineTool({
  name: "conformance_test_input_required_result_multiple_inputs",
  title: "Ask three things at once",
  description: "Asks for a name, a greeting and the roots in one round.",
  effect: "read",
  input: nothing,
  handler(_input, ctx) {
    const { user_name, greeting, client_roots } = ctx.ask({
      user_name: nameForm,
      greeting: greetingRequest,
      client_roots: listRoots,
    });
    const who = fieldOf(user_name, "user_name", "name");
    const words = sampledText(greeting, "greeting");
    return { content: [text(`${words} ${who}, at ${rootUris(client_roots, "client_roots")}`)] };
  },
});

export const multiRound = defineTool({
  name: "conformance_test_input_required_result_multi_round",
  title: "Ask twice",
  description: "Asks for a name, and then for a favourite colour.",
  effect: "read",
  input: nothing,
  handler(_input, ctx) {
    const { step1 } = ctx.ask({
      step1: form("Step 1: What is your name?", { name: { type: "string" } }),
    });
    const { step2 } = ctx.ask({
      step2: form("Step 2: What is your favorite color?", { color: { type: "string" } }),
    });
    const who = fieldOf(step1, "step1", "name");
    return { content: [text(`${who} likes ${fieldOf(step2, "step2", "color")}.`)] };
  },
});

export const capabilities = defineTool({
  name: "conformance_test_input_required_result_capabilities",
  title: "Ask only what can be answered",
  description: "Asks for whatever the client declared that it can answer.",
  effect: "read",
  input: nothing,
  handler(_input, ctx) {
    const answers = ctx.ask({
      ...(ctx.canAsk("elicitation/create") ? { user_name: nameForm } : {}),
      ...(ctx.canAsk("sampling/createMessage") ? { greeting: greetingRequest } : {}),
      ...(ctx.canAsk("roots/list") ? { client_roots: listRoots } : {}),
    });
    return { content: [text(`Answered: ${Object.keys(answers).join(", ") || "nothing"}`)] };
  },
});
