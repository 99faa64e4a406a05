import { type Connector, defineConnector } from "@fairlead/core/connector";
import { toFairleadError } from "@fairlead/core/errors";
import { defineTool } from "@fairlead/core/tool";
import { z } from "zod";

/** A connector whose calls last until the test lets them go. */
export interface Slow {
  connector: Connector;
  /** Resolves when the call with this ticket has begun. */
  started(ticket: string): Promise<void>;
  /** Resolves with the code the call was aborted for. */
  aborted(ticket: string): Promise<string>;
  release(ticket: string): void;
}

interface Ticket {
  started: PromiseWithResolvers<void>;
  released: PromiseWithResolvers<void>;
  aborted: PromiseWithResolvers<string>;
}

export function createSlow(): Slow {
  const tickets = new Map<string, Ticket>();
  const ticketOf = (name: string): Ticket => {
    let ticket = tickets.get(name);
    if (ticket === undefined) {
      ticket = {
        started: Promise.withResolvers(),
        released: Promise.withResolvers(),
        aborted: Promise.withResolvers(),
      };
      tickets.set(name, ticket);
    }
    return ticket;
  };
  const work = async (name: string, signal: AbortSignal): Promise<void> => {
    const ticket = ticketOf(name);
    signal.addEventListener("abort", () =>
      ticket.aborted.resolve(toFairleadError(signal.reason).code),
    );
    ticket.started.resolve();
    await Promise.race([ticket.released.promise, ticket.aborted.promise]);
    signal.throwIfAborted();
  };
  const input = z.object({ ticket: z.string() });
  const output = z.object({ ticket: z.string() });

  const wait = defineTool({
    name: "slow_wait",
    title: "Wait",
    description: "Waits until it is let go.",
    effect: "read",
    input,
    output,
    async handler({ ticket }, ctx) {
      await work(ticket, ctx.signal);
      return { ticket };
    },
  });

  const hang = defineTool({
    name: "slow_hang",
    title: "Hang",
    description: "Waits until it is let go, and hears of nothing else.",
    effect: "read",
    input,
    output,
    async handler({ ticket }) {
      await ticketOf(ticket).released.promise;
      return { ticket };
    },
  });

  const ask = defineTool({
    name: "slow_ask",
    title: "Ask",
    description: "Asks the client for something, by way of its person or its model.",
    effect: "read",
    input: z.object({ ticket: z.string(), by: z.enum(["elicitation", "sampling"]) }),
    output: z.object({ answer: z.unknown() }),
    handler: ({ by }, ctx) => {
      const { it } = ctx.ask({
        it:
          by === "elicitation"
            ? {
                method: "elicitation/create",
                params: { message: "Go on?", requestedSchema: { type: "object", properties: {} } },
              }
            : { method: "sampling/createMessage", params: { messages: [], maxTokens: 10 } },
      });
      return { answer: it };
    },
  });

  const touch = defineTool({
    name: "slow_touch",
    title: "Touch",
    description: "Declares that a page changed.",
    effect: "write",
    input: z.object({ uri: z.string(), lists: z.boolean().default(false) }),
    output: z.object({ ok: z.boolean() }),
    handler: ({ uri, lists }, ctx) => {
      ctx.resourceUpdated(uri);
      if (lists)
        for (const list of ["tools", "prompts", "resources"] as const) ctx.listChanged(list);
      return { ok: true };
    },
  });

  const tell = defineTool({
    name: "slow_tell",
    title: "Tell",
    description: "Logs at every level.",
    effect: "read",
    input: z.object({}),
    output: z.object({ ok: z.boolean() }),
    handler: (_input, ctx) => {
      for (const level of ["debug", "info", "warning", "error"] as const) ctx.log(level, level);
      return { ok: true };
    },
  });

  const getPage = defineTool({
    name: "slow_get_page",
    title: "Get a page",
    description: "Reads one page; a page called `slow…` waits until it is let go.",
    effect: "read",
    input: z.object({ page: z.string() }),
    output: z.object({ page: z.string() }),
    async handler({ page }, ctx) {
      if (page.startsWith("slow")) await work(page, ctx.signal);
      return { page };
    },
  });

  return {
    connector: defineConnector({
      id: "slow",
      title: "Slow",
      description: "Calls that last.",
      settings: z.object({}),
      createClient: () => ({}),
      tools: [wait, hang, ask, touch, tell, getPage],
      resources: [
        {
          name: "page",
          title: "Page",
          description: "One page.",
          mimeType: "application/json",
          uri: "slow://pages/{page}",
          tool: "slow_get_page",
        },
      ],
    }),
    started: (ticket) => ticketOf(ticket).started.promise,
    aborted: (ticket) => ticketOf(ticket).aborted.promise,
    release: (ticket) => ticketOf(ticket).released.resolve(),
  };
}
