import { type CallChanges, createPrincipal, createTestEngine } from "@fairlead/testkit/engine";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import type { CallContext } from "../context.ts";
import { Secret } from "../secret.ts";
import { createMemoryShared } from "../storage/memory-shared.ts";
import { defineTool } from "../tool.ts";
import { changesChannel } from "./context.ts";
import type { ClientSide } from "./request.ts";

/** Runs `body` as the handler of a tool, and gives what it returned. */
async function setUp() {
  let body: (ctx: CallContext<{ token(): Promise<string> }>) => unknown = () => undefined;
  const work = defineTool({
    name: "harbour_work",
    title: "Work",
    description: "Works.",
    effect: "write",
    input: z.object({}),
    output: z.object({ result: z.unknown() }),
    handler: async (_input, ctx: CallContext<{ token(): Promise<string> }>) => ({
      result: await body(ctx),
    }),
  });
  const harbour = defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    credential: z.object({ token: z.instanceof(Secret) }),
    settings: z.object({}),
    createClient: ({ withCredential }) => ({
      token: () => withCredential(({ token }) => token?.reveal() ?? ""),
    }),
    tools: [work],
  });
  const engine = await createTestEngine([harbour]);
  async function run(given: typeof body, changes: CallChanges = {}): Promise<unknown> {
    body = given;
    await engine.connect("harbour");
    const { structured } = await engine.callTool("harbour_work", {}, changes);
    return (structured as { result: unknown }).result;
  }
  /** Runs `body` for a client that hears notifications. */
  async function heardBy(client: Partial<ClientSide>, given: typeof body) {
    const heard: { method: string; params: Record<string, unknown> }[] = [];
    const notify = (method: string, params: Record<string, unknown>) =>
      void heard.push({ method, params });
    await run(given, { client: { capabilities: {}, notify, ...client } });
    return heard;
  }
  return { ...engine, run, heardBy };
}

test("a handler sees who calls, on which connection, when, and with which client", async () => {
  const { clock, events, run } = await setUp();
  const seen = await run(async (ctx) => ({
    who: ctx.principal.id,
    connection: ctx.connection?.id,
    now: ctx.now(),
    token: await ctx.client.token(),
    request_id: ctx.request_id,
  }));
  expect(seen).toEqual({
    who: "prn_ann",
    connection: "con_main",
    now: clock.now(),
    token: "pier-7",
    request_id: events[0]?.request_id,
  });
});

test("a handler sees whether the client can be asked something", async () => {
  const { run } = await setUp();
  const canAsk = (ctx: CallContext<unknown>) => [
    ctx.canAsk("elicitation/create"),
    ctx.canAsk("roots/list"),
  ];
  const client = { capabilities: { elicitation: {} } };
  expect(await run(canAsk, { client })).toEqual([true, false]);
});

describe("progress", () => {
  test("reaches a client that asked for it", async () => {
    const { heardBy } = await setUp();
    const heard = await heardBy({ progressToken: 0 }, (ctx) => {
      ctx.progress(1);
      ctx.progress(2, 4, "half way");
    });
    expect(heard).toEqual([
      { method: "notifications/progress", params: { progressToken: 0, progress: 1 } },
      {
        method: "notifications/progress",
        params: { progressToken: 0, progress: 2, total: 4, message: "half way" },
      },
    ]);
  });

  test("does not reach a client that did not ask", async () => {
    expect(await (await setUp()).heardBy({}, (ctx) => ctx.progress(1))).toEqual([]);
  });
});

describe("log messages", () => {
  const logAll = (ctx: CallContext<unknown>) => {
    ctx.log("debug", "sounding");
    ctx.log("warning", { depth: 2 });
    ctx.log("emergency", "aground");
  };

  test("reach the client from the level it asked for", async () => {
    expect(await (await setUp()).heardBy({ logLevel: "warning" }, logAll)).toEqual([
      { method: "notifications/message", params: { level: "warning", data: { depth: 2 } } },
      { method: "notifications/message", params: { level: "emergency", data: "aground" } },
    ]);
  });

  test("do not reach a client that did not ask", async () => {
    expect(await (await setUp()).heardBy({}, logAll)).toEqual([]);
  });
});

test("a client that hears nothing before the answer does not disturb the handler", async () => {
  const client = { capabilities: {}, progressToken: "t", logLevel: "debug" } as const;
  const body = (ctx: CallContext<unknown>) => {
    ctx.progress(1);
    ctx.log("error", "…");
    return "done";
  };
  expect(await (await setUp()).run(body, { client })).toBe("done");
});

describe("changes", () => {
  test("are told to who listens in the same tenant", async () => {
    const { run, shared } = await setUp();
    const heard: unknown[] = [];
    await shared.subscribe(changesChannel("ten_acme"), (event) => heard.push(JSON.parse(event)));
    await run((ctx) => {
      ctx.resourceUpdated("harbour://berths/7");
      ctx.listChanged("tools");
    });
    expect(heard).toEqual([
      { kind: "resource_updated", uri: "harbour://berths/7" },
      { kind: "tools_list_changed" },
    ]);
  });

  test("are not told to another tenant", async () => {
    const { run, shared } = await setUp();
    await shared.subscribe(changesChannel("ten_other"), () => expect.unreachable());
    await run((ctx) => ctx.resourceUpdated("harbour://berths/7"));
  });

  test("that cannot be told do not spoil the call", async () => {
    const harbour = defineConnector({
      id: "harbour",
      title: "Harbour",
      description: "A harbour.",
      settings: z.object({}),
      createClient: () => undefined,
      tools: [
        defineTool({
          name: "harbour_work",
          title: "Work",
          description: "Works.",
          effect: "read",
          input: z.object({}),
          handler(_input, ctx: CallContext<undefined>) {
            ctx.listChanged("tools");
            return { content: [] };
          },
        }),
      ],
    });
    const shared = {
      ...createMemoryShared({ now: () => 0, after: () => () => {} }),
      publish: () => Promise.reject(new Error("Redis is away.")),
    };
    const { callTool } = await createTestEngine([harbour], { shared });
    expect((await callTool("harbour_work")).isError).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe("activity", () => {
  const activity = (ctx: CallContext<unknown>) => ctx.activity();

  test("begins with the first call", async () => {
    const { clock, run } = await setUp();
    const now = clock.now();
    expect(await run(activity)).toEqual({ first_seen_at: now, last_active_at: now });
  });

  test("is that before this call", async () => {
    const { clock, run } = await setUp();
    const first = clock.now();
    await run(activity);
    clock.advance(1_000);
    await run(activity);
    clock.advance(1_000);
    expect(await run(activity)).toEqual({ first_seen_at: first, last_active_at: first + 1_000 });
  });

  test("is that of the caller alone", async () => {
    const { clock, run } = await setUp();
    await run(activity);
    clock.advance(1_000);
    const bob = createPrincipal({ id: "prn_bob" });
    expect(await run(activity, { principal: bob })).toMatchObject({ first_seen_at: clock.now() });
  });
});
