import { type Connector, defineConnector } from "@fairlead/core/connector";
import { FairleadError } from "@fairlead/core/errors";
import type { InputRequest } from "@fairlead/core/interaction";
import { defineTool, operationOf } from "@fairlead/core/tool";
import { z } from "zod";

/** A connector whose work lasts as long as the test wants. */
export interface Dock {
  connector: Connector;
  /** Everything that was done, in order. */
  done: string[];
  /** Ends what is under way at this crate. */
  finish(crate: string): void;
}

const QUESTION: InputRequest = {
  method: "elicitation/create",
  params: {
    message: "Where to?",
    requestedSchema: { type: "object", properties: { berth: { type: "string" } } },
  },
};

export function createDock(): Dock {
  const done: string[] = [];
  const finished = new Set<string>();
  const input = z.object({ crate: z.string() });
  const output = z.object({ crate: z.string(), on: z.string().optional() });
  const plan = ({ crate }: z.output<typeof input>) => ({
    summary: `Works on ${crate}.`,
    changes: [{ on: `crate "${crate}"`, does: "is worked on" }],
    undo: { kind: "irreversible" as const, how: "There is none." },
    state: { crate },
  });
  const say = (what: string, crate: string) => {
    done.push(`${what} ${crate}`);
    return { crate };
  };

  const load = defineTool({
    name: "dock_load",
    title: "Load",
    description: "Takes as long as the test wants.",
    effect: "write",
    input,
    output: operationOf(output),
    handler({ crate }, ctx) {
      say("load", crate);
      return ctx.follow({ crate });
    },
  });
  const lose = defineTool({
    name: "dock_lose",
    title: "Lose",
    description: "Its answer never comes.",
    effect: "write",
    input,
    output: operationOf(output),
    handler: () => {
      throw new FairleadError("timeout", "No answer came.");
    },
  });
  const sink = defineTool({
    name: "dock_sink",
    title: "Sink",
    description: "A person has to agree.",
    effect: "destroy",
    input,
    output,
    plan,
    handler: ({ crate }) => say("sink", crate),
  });
  const weigh = defineTool({
    name: "dock_weigh",
    title: "Weigh",
    description: "The caller has to say it twice.",
    effect: "write",
    consent: "confirm",
    input,
    output,
    plan,
    handler: ({ crate }, { connection }) => ({ ...say("weigh", crate), on: connection?.label }),
  });
  const move = defineTool({
    name: "dock_move",
    title: "Move",
    description: "Asks while it runs.",
    effect: "write",
    needsTasks: true,
    input,
    output,
    handler({ crate }, ctx) {
      ctx.ask({ where: QUESTION });
      return say("move", crate);
    },
  });
  const look = defineTool({
    name: "dock_look",
    title: "Look",
    description: "Is answered at once.",
    effect: "read",
    input,
    output,
    handler: ({ crate }) => ({ crate }),
  });

  return {
    done,
    finish: (crate) => void finished.add(crate),
    connector: defineConnector({
      id: "dock",
      title: "Dock",
      description: "A dock.",
      settings: z.object({}),
      createClient: () => ({}),
      async followOperation(_client, { crate }) {
        return finished.has(String(crate))
          ? { status: "completed", result: { crate } }
          : { status: "running", progress: 0.5, message: "lifting", againInMs: 1_000 };
      },
      tools: [load, lose, sink, weigh, move, look],
    }),
  };
}
