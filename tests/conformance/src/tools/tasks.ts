import { setTimeout as sleep } from "node:timers/promises";
import { text } from "@fairlead/core/content";
import { FairleadError } from "@fairlead/core/errors";
import { defineTool, operationOf } from "@fairlead/core/tool";
import { z } from "zod";
import { fieldOf, form } from "../questions.ts";

const nothing = z.object({});
const said = z.object({ text: z.string() });
const SECOND_MS = 1_000;

export const greet = defineTool({
  name: "conformance_greet",
  title: "Greet",
  description: "Greets by name, at once.",
  effect: "read",
  input: z.object({ name: z.string().describe("Whom to greet.") }),
  handler: ({ name }) => ({ content: [text(`Hello, ${name}!`)] }),
});

export const slowCompute = defineTool({
  name: "conformance_slow_compute",
  title: "Compute slowly",
  description: "Takes as many seconds as it is told, and can be stopped.",
  effect: "write",
  input: z.object({
    seconds: z.number().min(0).max(600).describe("How long it takes."),
    label: z.string().default("").describe("What it is called."),
  }),
  output: operationOf(said),
  handler: ({ seconds, label }, ctx) =>
    ctx.follow({ ends_at: ctx.now() + seconds * SECOND_MS, text: `${label} is computed` }),
});

/** Asks before it goes on as a task (SEP-2663, "Multi Round-Trip Requests"). */
export const toolWithTask = defineTool({
  name: "conformance_test_tool_with_task",
  title: "Ask, then take long",
  description: "Asks for a name, and then takes a second to greet.",
  effect: "write",
  input: nothing,
  output: operationOf(said),
  handler(_input, ctx) {
    const { user_name } = ctx.ask({
      user_name: form("What is your name?", { name: { type: "string" } }),
    });
    const who = fieldOf(user_name, "user_name", "name");
    return ctx.follow({ ends_at: ctx.now() + SECOND_MS, text: `Hello, ${who}!` });
  },
});

export const failingJob = defineTool({
  name: "conformance_failing_job",
  title: "Fail as a tool does",
  description: "Goes on as a task, and is refused after a second.",
  effect: "write",
  needsTasks: true,
  input: nothing,
  async handler(_input, ctx) {
    await sleep(SECOND_MS, undefined, { signal: ctx.signal });
    throw new FairleadError("upstream_rejected", "The job could not be done.");
  },
});

export const protocolErrorJob = defineTool({
  name: "conformance_protocol_error_job",
  title: "Fail inside",
  description: "Goes on as a task, and breaks.",
  effect: "write",
  needsTasks: true,
  input: nothing,
  handler() {
    throw new Error("This one breaks on purpose.");
  },
});

export const confirmDelete = defineTool({
  name: "conformance_confirm_delete",
  title: "Ask while it runs",
  description: "Goes on as a task, and asks before it deletes a file that is not there.",
  effect: "write",
  needsTasks: true,
  input: z.object({ filename: z.string().describe("The file.") }),
  handler({ filename }, ctx) {
    const { confirm } = ctx.ask({
      confirm: form(`Delete ${filename}?`, { confirm: { type: "boolean" } }),
    });
    return { content: [text(`${filename}: ${fieldOf(confirm, "confirm", "confirm")}`)] };
  },
});

export const multiInput = defineTool({
  name: "conformance_multi_input",
  title: "Ask two things while it runs",
  description: "Goes on as a task, and asks for two names at once.",
  effect: "write",
  needsTasks: true,
  input: nothing,
  handler(_input, ctx) {
    const { first, second } = ctx.ask({
      first: form("Who is first?", { name: { type: "string" } }),
      second: form("Who is second?", { name: { type: "string" } }),
    });
    const names = [fieldOf(first, "first", "name"), fieldOf(second, "second", "name")];
    return { content: [text(names.join(", then "))] };
  },
});
