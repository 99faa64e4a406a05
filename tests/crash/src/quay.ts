import process from "node:process";
import { markEffectLeaving } from "@fairlead/core/call/current";
import { type Connector, defineConnector } from "@fairlead/core/connector";
import { FairleadError } from "@fairlead/core/errors";
import type { Fetch } from "@fairlead/core/ports";
import { defineTool, operationOf, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";

/** Two connectors with the same tools: one says when something leaves, of the other nobody knows. */
export const CONNECTORS = ["quay", "wharf"] as const;

/** With evidence and without, with a lane and without, and one that takes long. */
export const TOOLS = ["book", "berth", "hoist", "moor", "tug"] as const;
export type ToolName = `${(typeof CONNECTORS)[number]}_${(typeof TOOLS)[number]}`;

/** An upstream shows what it did after that time at the latest. */
export interface QuaySettings {
  url: string;
  settleMs: number;
}

interface Client {
  change(thing: string, lane: string | null, signal: AbortSignal): Promise<void>;
  isThere(thing: string, signal: AbortSignal): Promise<boolean>;
}

const input = z.object({ thing: z.string(), lane: z.string() });
const output = z.object({ thing: z.string() });
const DEADLINE_MS = 5_000;

export function createQuays({ url, settleMs }: QuaySettings): Connector[] {
  return CONNECTORS.map((id) => createQuay(id, url, settleMs));
}

function createQuay(id: (typeof CONNECTORS)[number], url: string, settleMs: number): Connector {
  const marksEffects = id === "quay";
  const common = { effect: "write", input, deadlineMs: DEADLINE_MS } as const;
  const words = (name: string) => ({
    ...{ name: `${id}_${name}`, title: name, description: `Does it: ${name}.` },
  });
  const lane = (given: z.output<typeof input>) => given.lane;
  const hasLane = (name: string) => name === "berth" || name === "moor";
  const handler =
    (name: string) =>
    async ({ thing, lane }: z.output<typeof input>, { client, signal }: ToolContext<Client>) => {
      await client.change(thing, hasLane(name) ? `${id} ${lane}` : null, signal);
      return { thing };
    };
  const reconcile = {
    settleMs,
    async find({ thing }: z.output<typeof input>, { client, signal }: ToolContext<Client>) {
      return (await client.isThere(thing, signal))
        ? ({ found: "happened", output: { thing } } as const)
        : ({ found: "nothing" } as const);
    },
  };
  return defineConnector({
    ...{ id, title: id, description: `A ${id}.`, marksEffects },
    ...{ credential: z.object({ token: z.string() }), settings: z.object({}) },
    createClient: ({ fetch }) => createClient(fetch, url, marksEffects),
    // Whatever was begun is done as soon as anybody asks.
    followOperation: async (_, { thing }) => ({ status: "completed", result: { thing } }),
    tools: [
      defineTool({ ...common, ...words("book"), output, handler: handler("book"), reconcile }),
      defineTool({
        ...{ ...common, ...words("berth"), output, lane, handler: handler("berth"), reconcile },
      }),
      defineTool({ ...common, ...words("hoist"), output, handler: handler("hoist") }),
      defineTool({ ...common, ...words("moor"), output, lane, handler: handler("moor") }),
      defineTool({
        ...{ ...common, ...words("tug"), output: operationOf(output) },
        async handler({ thing }, ctx: ToolContext<Client>) {
          await ctx.client.change(thing, null, ctx.signal);
          return ctx.follow({ thing });
        },
        reconcile: {
          settleMs,
          async find({ thing }, { client, signal }) {
            if (!(await client.isThere(thing, signal))) return { found: "nothing" };
            const done = { operation_id: "", status: "completed", result: { thing } } as const;
            return { found: "happened", output: done };
          },
        },
      }),
    ],
  });
}

function createClient(fetch: Fetch, url: string, marksEffects: boolean): Client {
  return {
    async change(thing, lane, signal) {
      if (marksEffects) markEffectLeaving();
      const body = JSON.stringify({ thing, lane, pid: process.pid });
      const { status } = await reach(fetch(url, { method: "POST", body, signal }));
      if (status === 422) throw new FairleadError("upstream_rejected", "Refused.");
      if (status !== 200) throw new FairleadError("upstream_unavailable", `Answered ${status}.`);
    },
    async isThere(thing, signal) {
      const response = await reach(fetch(`${url}/${encodeURIComponent(thing)}`, { signal }));
      return z.object({ isThere: z.boolean() }).parse(await response.json()).isThere;
    },
  };
}

async function reach(answer: Promise<Response>): Promise<Response> {
  try {
    return await answer;
  } catch (cause) {
    throw new FairleadError("upstream_unavailable", "The line went dead.", { cause });
  }
}
