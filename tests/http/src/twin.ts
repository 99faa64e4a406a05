import { defineConnector } from "@fairlead/core/connector";
import { text } from "@fairlead/core/content";
import { FairleadError } from "@fairlead/core/errors";
import { defineTool } from "@fairlead/core/tool";
import { z } from "zod";

/** What both servers offer, so that whatever differs in their answers is the servers' own. */
export const SCHEMAS = {
  echo: z.strictObject({ text: z.string(), times: z.number().int().optional() }),
  echoed: z.object({ text: z.string() }),
  nothing: z.strictObject({}),
  steps: z.strictObject({ steps: z.number().int().min(0).max(5).default(2) }),
  region: z.strictObject({
    region: z.string().meta({ "x-mcp-header": "Region" }),
    floor: z.number().int().optional().meta({ "x-mcp-header": "Floor" }),
    dry: z.boolean().optional().meta({ "x-mcp-header": "Dry" }),
  }),
  bag: z.looseObject({ items: z.unknown() }),
  counted: z.object({ keys: z.array(z.string()), polluted: z.boolean() }),
  note: z.object({ id: z.string(), note: z.string() }),
  noteId: z.strictObject({ note_id: z.string() }),
  greet: z.object({ name: z.string(), tone: z.string().optional() }),
} as const;

export const QUESTION = {
  method: "elicitation/create",
  params: {
    mode: "form",
    message: "Who are you?",
    requestedSchema: { type: "object", properties: { name: { type: "string" } } },
  },
} as const;

/** The smallest PNG there is. */
export const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=";

export const NAMES = ["ada", "alan", "barbara"];

export const repeated = ({ text, times = 1 }: z.output<typeof SCHEMAS.echo>) => ({
  text: text.repeat(Math.max(0, Math.min(times, 10))),
});

export const counted = (bag: Record<string, unknown>) => ({
  keys: Object.keys(bag).sort(),
  polluted: "polluted" in {},
});

const echo = defineTool({
  name: "twin_echo",
  title: "Echo",
  description: "Says it again.",
  effect: "read",
  input: SCHEMAS.echo,
  output: SCHEMAS.echoed,
  handler: repeated,
});

const fail = defineTool({
  name: "twin_fail",
  title: "Fail",
  description: "Always fails.",
  effect: "read",
  input: SCHEMAS.nothing,
  output: SCHEMAS.echoed,
  handler: () => {
    throw new FairleadError("upstream_rejected", "The upstream said no.");
  },
});

const work = defineTool({
  name: "twin_work",
  title: "Work",
  description: "Works in steps and tells of each.",
  effect: "write",
  input: SCHEMAS.steps,
  handler: ({ steps }, ctx) => {
    for (let step = 1; step <= steps; step += 1) {
      ctx.progress(step, steps, `step ${step}`);
      ctx.log("info", `step ${step}`);
    }
    return { content: [text("done")] };
  },
});

const picture = defineTool({
  name: "twin_picture",
  title: "Picture",
  description: "Shows a pixel.",
  effect: "read",
  input: SCHEMAS.nothing,
  handler: () => ({
    content: [{ type: "image" as const, data: PIXEL, mimeType: "image/png" }, text("A pixel.")],
  }),
});

const region = defineTool({
  name: "twin_region",
  title: "Region",
  description: "Has arguments that travel in headers too.",
  effect: "read",
  input: SCHEMAS.region,
  output: SCHEMAS.echoed,
  handler: (input) => ({ text: JSON.stringify(input) }),
});

const bag = defineTool({
  name: "twin_bag",
  title: "Bag",
  description: "Takes anything and names its keys.",
  effect: "read",
  input: SCHEMAS.bag,
  output: SCHEMAS.counted,
  handler: counted,
});

const ask = defineTool({
  name: "twin_ask",
  title: "Ask",
  description: "Asks for a name first.",
  effect: "read",
  input: SCHEMAS.nothing,
  output: SCHEMAS.echoed,
  handler: (_input, ctx) => {
    const { who } = ctx.ask({ who: { ...QUESTION } });
    return { text: JSON.stringify(who) };
  },
});

const getNote = defineTool({
  name: "twin_get_note",
  title: "Get a note",
  description: "Reads one note.",
  effect: "read",
  input: SCHEMAS.noteId,
  output: SCHEMAS.note,
  handler: ({ note_id }) => ({ id: note_id, note: `This is ${note_id}.` }),
});

const getMotto = defineTool({
  name: "twin_get_motto",
  title: "Get the motto",
  description: "Reads the motto.",
  effect: "read",
  input: SCHEMAS.nothing,
  output: SCHEMAS.note,
  handler: () => ({ id: "motto", note: "Festina lente." }),
});

export const twin = defineConnector({
  id: "twin",
  title: "Twin",
  description: "What the official SDK's server offers as well.",
  settings: z.object({}),
  createClient: () => ({}),
  tools: [echo, fail, work, picture, region, bag, ask, getNote, getMotto],
  resources: [
    {
      name: "motto",
      title: "Motto",
      description: "The motto.",
      mimeType: "application/json",
      uri: "twin://motto",
      tool: "twin_get_motto",
    },
    {
      name: "note",
      title: "Note",
      description: "One note.",
      mimeType: "application/json",
      uri: "twin://notes/{note_id}",
      tool: "twin_get_note",
      complete: { note_id: (value) => NAMES.filter((name) => name.startsWith(value)) },
    },
  ],
  prompts: [
    {
      name: "twin_greet",
      title: "Greet",
      description: "A greeting.",
      arguments: SCHEMAS.greet,
      complete: { name: (value) => NAMES.filter((name) => name.startsWith(value)) },
      messages: ({ name }) => [{ role: "user", content: text(`Greet ${name}.`) }],
    },
  ],
});
