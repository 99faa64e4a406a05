import { setTimeout as pause } from "node:timers/promises";
import { text } from "@fairlead/core/content";
import { defineTool } from "@fairlead/core/tool";
import { z } from "zod";

/** Long enough for a client to see the messages of a call one after the other. */
const STEP_MS = 50;

const nothing = z.object({});

export const toolWithLogging = defineTool({
  name: "conformance_test_tool_with_logging",
  title: "Log messages",
  description: "Sends three log messages at level info while it runs.",
  effect: "read",
  input: nothing,
  async handler(_input, ctx) {
    ctx.log("info", "Tool execution started");
    await pause(STEP_MS, undefined, { signal: ctx.signal });
    ctx.log("info", "Tool processing data");
    await pause(STEP_MS, undefined, { signal: ctx.signal });
    ctx.log("info", "Tool execution completed");
    return { content: [text("The tool sent three log messages.")] };
  },
});

export const loggingTool = defineTool({
  name: "conformance_test_logging_tool",
  title: "Log at every level",
  description: "Logs one message per level, none of which may reach a client that named no level.",
  effect: "read",
  input: nothing,
  handler(_input, ctx) {
    for (const level of ["debug", "info", "warning", "error", "emergency"] as const) {
      ctx.log(level, `A message of level ${level}`);
    }
    return { content: [text("The tool logged at every level.")] };
  },
});

export const toolWithProgress = defineTool({
  name: "conformance_test_tool_with_progress",
  title: "Progress",
  description: "Reports progress at 0, 50 and 100 of 100.",
  effect: "read",
  input: nothing,
  async handler(_input, ctx) {
    ctx.progress(0, 100);
    await pause(STEP_MS, undefined, { signal: ctx.signal });
    ctx.progress(50, 100);
    await pause(STEP_MS, undefined, { signal: ctx.signal });
    ctx.progress(100, 100);
    return { content: [text("The tool reported progress three times.")] };
  },
});

/** A client that loses the stream of this call should get its answer all the same (SEP-1699). */
export const reconnection = defineTool({
  name: "conformance_test_reconnection",
  title: "Slow answer",
  description: "Answers after a short while.",
  effect: "read",
  input: nothing,
  async handler(_input, ctx) {
    await pause(2 * STEP_MS, undefined, { signal: ctx.signal });
    return { content: [text("The tool answered after a while.")] };
  },
});

export const triggerToolChange = defineTool({
  name: "conformance_test_trigger_tool_change",
  title: "Announce a change of the tools",
  description: "Tells subscribers that the list of tools changed.",
  effect: "write",
  input: nothing,
  handler(_input, ctx) {
    ctx.listChanged("tools");
    return { content: [text("A change of the tools was announced.")] };
  },
});

export const triggerPromptChange = defineTool({
  name: "conformance_test_trigger_prompt_change",
  title: "Announce a change of the prompts",
  description: "Tells subscribers that the list of prompts changed.",
  effect: "write",
  input: nothing,
  handler(_input, ctx) {
    ctx.listChanged("prompts");
    return { content: [text("A change of the prompts was announced.")] };
  },
});
