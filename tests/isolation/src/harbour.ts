import { defineConnector } from "@fairlead/core/connector";
import { text } from "@fairlead/core/content";
import type { CallContext } from "@fairlead/core/context";
import { FairleadError } from "@fairlead/core/errors";
import { Secret } from "@fairlead/core/secret";
import { defineTool, operationOf } from "@fairlead/core/tool";
import { z } from "zod";

/** Says what its connection holds: whatever crosses between tenants shows up in its answers. */
interface HarbourClient {
  name(): Promise<string>;
  /** Something that is kept, and shared between replicas. */
  kept(): Promise<string>;
}

type Ctx = CallContext<HarbourClient>;

const named = z.object({ name: z.string() });

const look = defineTool({
  name: "harbour_look",
  title: "Look",
  description: "Says whose harbour this is; kept for a minute.",
  effect: "read",
  cache: { ttlMs: 60_000, staleMs: 60_000 },
  input: z.object({ berth: z.string().default("1") }),
  output: named,
  handler: async (_input, ctx: Ctx) => ({ name: await ctx.client.name() }),
});

const remember = defineTool({
  name: "harbour_remember",
  title: "Remember",
  description: "Says what its client has kept.",
  effect: "read",
  input: z.object({}),
  output: named,
  handler: async (_input, ctx: Ctx) => ({ name: await ctx.client.kept() }),
});

const list = defineTool({
  name: "harbour_list_ships",
  title: "List ships",
  description: "Lists ships, in pages.",
  effect: "read",
  input: z.object({}),
  output: z.object({ ships: z.array(z.object({ ship: z.string() })) }),
  pages: "ships",
  handler: async (_input, ctx: Ctx) => {
    const name = await ctx.client.name();
    return { ships: Array.from({ length: 3_000 }, (_, n) => ({ ship: `${name} ship ${n}` })) };
  },
});

const ask = defineTool({
  name: "harbour_ask",
  title: "Ask",
  description: "Asks somebody first.",
  effect: "read",
  input: z.object({}),
  output: named,
  handler: async (_input, ctx: Ctx) => {
    const name = await ctx.client.name();
    ctx.ask({
      who: {
        method: "elicitation/create",
        params: {
          mode: "form",
          message: name,
          requestedSchema: { type: "object", properties: {} },
        },
      },
    });
    return { name };
  },
});

const touch = defineTool({
  name: "harbour_touch",
  title: "Touch",
  description: "Declares that a berth changed, and the lists with it.",
  effect: "write",
  input: z.object({ uri: z.string() }),
  output: z.object({ ok: z.boolean() }),
  handler: ({ uri }, ctx: Ctx) => {
    ctx.resourceUpdated(uri);
    for (const each of ["tools", "prompts", "resources"] as const) ctx.listChanged(each);
    return { ok: true };
  },
});

const tow = defineTool({
  name: "harbour_tow",
  title: "Tow",
  description: "Tows a ship; its operation is kept for an hour.",
  effect: "write",
  input: z.object({ ship: z.string() }),
  output: operationOf(named),
  handler: async (_input, ctx: Ctx) => ({
    operation_id: "",
    status: "completed" as const,
    result: { name: await ctx.client.name() },
  }),
});

const ship = z.object({ ship: z.string() });

const moor = defineTool({
  name: "harbour_moor",
  title: "Moor",
  description: "Moors a ship, which can be taken back; a lost one is never heard of again.",
  effect: "write",
  input: ship.extend({ lost: z.boolean().default(false) }),
  output: named,
  plan: async ({ ship }, ctx: Ctx) => ({
    summary: `Moors ${ship} at ${await ctx.client.name()}.`,
    changes: [{ on: ship, does: "is moored" }],
    undo: { kind: "reversible", how: "Cast it off." },
    state: { at: await ctx.client.name() },
  }),
  undo: ({ input: { ship } }) => ({
    tool: "harbour_cast_off",
    arguments: { ship },
    summary: `Casts ${ship} off again.`,
  }),
  handler: async ({ lost }, ctx: Ctx) => {
    if (lost) throw new FairleadError("upstream_unavailable", "The harbour fell silent.");
    return { name: await ctx.client.name() };
  },
});

const castOff = defineTool({
  name: "harbour_cast_off",
  title: "Cast off",
  description: "Casts a ship off.",
  effect: "destroy",
  input: ship,
  output: named,
  plan: async ({ ship }, ctx: Ctx) => ({
    summary: `Casts ${ship} off at ${await ctx.client.name()}.`,
    changes: [{ on: ship, does: "is cast off" }],
    undo: { kind: "irreversible", how: "There is none." },
    state: { at: await ctx.client.name() },
  }),
  handler: async (_input, ctx: Ctx) => ({ name: await ctx.client.name() }),
});

const readLog = defineTool({
  name: "harbour_read_log",
  title: "Read the log",
  description: "Reads the log, which is too long for an answer.",
  effect: "read",
  input: z.object({}),
  output: named.extend({ lines: z.array(z.string()) }),
  handler: async (_input, ctx: Ctx) => {
    const name = await ctx.client.name();
    return { name, lines: Array.from({ length: 3_000 }, (_, n) => `${name} saw ship ${n}`) };
  },
});

const complete = async (_value: string, ctx: Ctx) => [`${await ctx.client.name()} berth`];

export const harbour = defineConnector({
  id: "harbour",
  title: "Harbour",
  description: "A harbour that belongs to somebody.",
  credential: z.object({ name: z.instanceof(Secret) }),
  settings: z.object({}),
  createClient: ({ withCredential, cache }): HarbourClient => {
    const name = () => withCredential(({ name }) => name?.reveal() ?? "");
    const shared = cache.scoped("names ", { shared: true });
    return {
      name,
      kept: () => shared.get("name", { ttlMs: 60_000 }, new AbortController().signal, name),
    };
  },
  tools: [look, remember, list, ask, touch, tow, moor, castOff, readLog],
  resources: [
    {
      name: "berth",
      title: "Berth",
      description: "One berth.",
      mimeType: "application/json",
      uri: "harbour://berths/{berth}",
      tool: "harbour_look",
      complete: { berth: complete },
    },
  ],
  prompts: [
    {
      name: "harbour_greet",
      title: "Greet",
      description: "Greets by the harbour's name.",
      arguments: z.object({ berth: z.string() }),
      needsConnection: true,
      complete: { berth: complete },
      messages: async (_input, ctx: Ctx) => [
        { role: "user", content: text(`Greet ${await ctx.client.name()}.`) },
      ],
    },
  ],
});
