/** A server in a process of its own: told to stop by SIGTERM, asked for its memory by a message. */
import { setTimeout as sleep } from "node:timers/promises";
import { defineConnector } from "@fairlead/core/connector";
import { defineTool } from "@fairlead/core/tool";
import { z } from "zod";
import { start } from "./start.ts";

const nap = defineTool({
  name: "child_nap",
  title: "Nap",
  description: "Takes a while.",
  effect: "read",
  input: z.object({ ms: z.number(), n: z.number() }),
  output: z.object({ n: z.number() }),
  async handler({ ms, n }) {
    process.send?.({ started: n });
    await sleep(ms);
    return { n };
  },
});

const server = await start({
  connectors: [
    defineConnector({
      id: "child",
      title: "Child",
      description: "Takes a while.",
      settings: z.object({}),
      createClient: () => ({}),
      tools: [nap],
    }),
  ],
});

process.once("SIGTERM", async () => {
  await server.close();
  process.disconnect();
});

process.on("message", () => {
  globalThis.gc?.();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  process.send?.({ bytes: heapUsed + external + arrayBuffers });
});

process.send?.({ port: server.port });
