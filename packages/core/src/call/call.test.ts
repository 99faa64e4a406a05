import {
  createPrincipal,
  createTestEngine,
  type TestEngineOptions,
} from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import type { CallContext } from "../context.ts";
import { FairleadError } from "../errors.ts";
import { Secret } from "../secret.ts";
import { createSqliteStore } from "../storage/sqlite.ts";
import { defineTool } from "../tool.ts";

interface Client {
  token(): Promise<string>;
}

/** A harbour whose tools note what they were called with. */
function createHarbour() {
  const calls: { tool: string; input: unknown; client: Client | undefined }[] = [];
  const note = (tool: string, input: unknown, ctx: CallContext<Client>) =>
    void calls.push({ tool, input, client: ctx.client });

  const getTide = defineTool({
    name: "harbour_get_tide",
    title: "Get the tide",
    description: "Get the tide at a pier.",
    effect: "read",
    input: z.object({ pier: z.string().default("north"), metres: z.number().max(20).optional() }),
    output: z.object({ pier: z.string(), level: z.string() }),
    handler({ pier, metres }, ctx: CallContext<Client>) {
      note("get_tide", { pier, metres }, ctx);
      return { pier, level: "low" };
    },
  });
  const getKey = defineTool({
    name: "harbour_get_key",
    title: "Get the key",
    description: "Get the key of the gate.",
    effect: "read",
    cache: { ttlMs: 60_000 },
    input: z.object({ reveal: z.boolean().default(false) }),
    output: z.object({ key: z.string() }),
    revealsSecret: ({ reveal }) => reveal,
    handler({ reveal }, ctx: CallContext<Client>) {
      note("get_key", { reveal }, ctx);
      return { key: reveal ? "hunter2" : "[masked]" };
    },
  });
  const getRules = defineTool({
    name: "harbour_get_rules",
    title: "Get the rules",
    description: "Get the rules of the harbour. Needs no account.",
    effect: "read",
    needsConnection: false,
    input: z.object({}),
    output: z.object({ rules: z.string() }),
    handler(_input, ctx: CallContext<Client>) {
      note("get_rules", {}, ctx);
      return { rules: "No swimming." };
    },
  });
  const bookBerth = defineTool({
    name: "harbour_book_berth",
    title: "Book a berth",
    description: "Book a berth for a night.",
    effect: "write",
    input: z.object({}),
    handler(input, ctx: CallContext<Client>) {
      note("book_berth", input, ctx);
      return { content: [{ type: "text", text: "Booked." }] };
    },
  });
  const scrapShip = defineTool({
    name: "harbour_scrap_ship",
    title: "Scrap a ship",
    description: "Scrap a ship for good.",
    effect: "destroy",
    input: z.object({}),
    handler(input, ctx: CallContext<Client>) {
      note("scrap_ship", input, ctx);
      return { content: [] };
    },
  });
  const sink = defineTool({
    name: "harbour_sink",
    title: "Sink",
    description: "Fails in a way that is given.",
    effect: "read",
    needsConnection: false,
    input: z.object({ how: z.enum(["known", "unforeseen", "misshapen"]) }),
    output: z.object({ depth: z.number() }),
    handler({ how }) {
      if (how === "known") throw new FairleadError("upstream_rejected", "The harbour said no.");
      if (how === "unforeseen") throw new TypeError("token pier-7 is not a function");
      return JSON.parse('{"depth":"pier-7"}') as { depth: number };
    },
  });
  const harbour = defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    credential: z.object({ token: z.instanceof(Secret) }),
    settings: z.object({}),
    createClient: ({ withCredential }): Client => ({
      token: () => withCredential(({ token }) => token?.reveal() ?? ""),
    }),
    tools: [getTide, getKey, getRules, bookBerth, scrapShip, sink],
  });
  return { harbour, calls };
}

async function setUp(options: TestEngineOptions = {}) {
  const { harbour, calls } = createHarbour();
  return { ...(await createTestEngine([harbour], options)), harbour, calls };
}

async function connected(options: TestEngineOptions = {}) {
  const engine = await setUp(options);
  await engine.connect("harbour");
  return engine;
}

const reader = createPrincipal({ scopes: new Set(["harbour:read"]) });

describe("finding", () => {
  test("calls the tool that is named, with its arguments parsed and defaulted", async () => {
    const { callTool, calls } = await connected();
    const answer = await callTool("harbour_get_tide");
    expect(answer.structured).toEqual({ pier: "north", level: "low" });
    expect(calls).toMatchObject([{ tool: "get_tide", input: { pier: "north" } }]);
  });

  test("calls a tool by its short name on the endpoint of its connector", async () => {
    const { callTool, fairlead } = await connected();
    const view = fairlead.view({ endpoint: "harbour" });
    expect((await callTool("get_tide", {}, { view })).isError).toBe(false);
  });

  test("does not know a tool that no connector has", async () => {
    const { callTool } = await connected();
    const error = await failureOf(callTool("harbour_raise_flag"));
    expect(error).toMatchObject({ code: "not_found", details: { reason: "unknown_target" } });
    expect(error.message).toBe(
      'There is no tool "harbour_raise_flag" on this endpoint. See tools/list.',
    );
  });

  test("says what a tool is called here when it has another name elsewhere", async () => {
    const { callTool, fairlead } = await connected();
    const view = fairlead.view({ endpoint: "harbour" });
    expect((await failureOf(callTool("get_tide"))).message).toContain('"harbour_get_tide"');
    expect((await failureOf(callTool("harbour_get_tide", {}, { view }))).message).toBe(
      'On this endpoint the tool is called "get_tide".',
    );
  });

  test("does not know a tool that the view leaves out", async () => {
    const { callTool, calls, fairlead } = await connected();
    const view = fairlead.view({ endpoint: "all", readonly: true });
    const error = await failureOf(callTool("harbour_book_berth", {}, { view }));
    expect(error.code).toBe("not_found");
    expect(calls).toEqual([]);
  });

  test.each(["constructor", "__proto__", "toString"])(
    "does not take %j, which every object has, for a tool",
    async (name) => {
      const { callTool } = await connected();
      expect((await failureOf(callTool(name))).code).toBe("not_found");
    },
  );
});

describe("scopes", () => {
  test("let a caller do what they name", async () => {
    const { callTool } = await connected();
    expect((await callTool("harbour_get_tide", {}, { principal: reader })).isError).toBe(false);
  });

  test("keep a caller from all else, before its arguments are looked at", async () => {
    const { callTool, calls } = await connected();
    const given = { misspelt: true };
    const error = await failureOf(callTool("harbour_book_berth", given, { principal: reader }));
    expect(error).toMatchObject({ code: "forbidden", details: { scope: "harbour:write" } });
    expect(calls).toEqual([]);
  });

  test("decide what is listed, too", async () => {
    const { fairlead } = await connected();
    const { tools } = await fairlead.lists(fairlead.view({ endpoint: "all" }), reader);
    expect(tools).toContain("harbour_get_tide");
    expect(tools).not.toContain("harbour_book_berth");
  });
});

describe("the caller's limit", () => {
  const options = { config: { callerBucket: { capacity: 2, refillPerSecond: 0.3 } } };

  test("refuses who has used it up, and says when to come back", async () => {
    const { callTool } = await connected(options);
    await callTool("harbour_get_tide");
    await callTool("harbour_get_tide");
    const error = await failureOf(callTool("harbour_get_tide"));
    expect(error).toMatchObject({
      code: "rate_limited",
      message: "The limit of this caller is used up. Try again in 4 s.",
      details: { retry_after_s: 4, reason: "call_limit" },
    });
  });

  test("admits again after the time it named", async () => {
    const { callTool, clock } = await connected(options);
    await callTool("harbour_get_tide");
    await callTool("harbour_get_tide");
    clock.advance(4_000);
    expect((await callTool("harbour_get_tide")).isError).toBe(false);
  });

  test("is not shared by two principals of a tenant", async () => {
    const { callTool } = await connected(options);
    await callTool("harbour_get_tide");
    await callTool("harbour_get_tide");
    const principal = createPrincipal({ id: "prn_bob" });
    expect((await callTool("harbour_get_tide", {}, { principal })).isError).toBe(false);
  });

  test("is not shared by two tenants whose principals have one name", async () => {
    const { callTool } = await connected(options);
    await callTool("harbour_get_rules");
    await callTool("harbour_get_rules");
    const principal = createPrincipal({ tenant_id: "ten_other" });
    expect((await callTool("harbour_get_rules", {}, { principal })).isError).toBe(false);
  });
});

describe("arguments", () => {
  test("that are misspelt are refused, and the message lists those there are", async () => {
    const { callTool, calls } = await connected();
    const error = await failureOf(callTool("harbour_get_tide", { peir: "north" }));
    expect(error.code).toBe("invalid_input");
    expect(error.message).toContain('"peir"');
    expect(error.message).toContain("Arguments: pier, metres.");
    expect(calls).toEqual([]);
  });

  test("of the wrong kind are refused, each with its place", async () => {
    const { callTool } = await connected();
    const error = await failureOf(callTool("harbour_get_tide", { pier: 7, metres: 21 }));
    expect(error.details?.issues).toMatchObject([{ path: "pier" }, { path: "metres" }]);
    expect(error.message).toMatch(/^Invalid arguments for harbour_get_tide: pier: .+; metres: /);
  });
});

describe("the argument `connection`", () => {
  async function connectedTwice() {
    const engine = await setUp();
    for (const name of ["north", "south"]) {
      await engine.connect("harbour", {
        id: `con_${name}`,
        label: name,
        credential: { token: new Secret(`token of ${name}`) },
      });
    }
    return engine;
  }

  test("is not needed where there is one connection", async () => {
    const { callTool, calls } = await connected();
    await callTool("harbour_get_tide");
    expect(await calls[0]?.client?.token()).toBe("pier-7");
  });

  test.each(["con_south", "south"])("picks the connection %j by id or label", async (named) => {
    const { callTool, calls } = await connectedTwice();
    await callTool("harbour_get_tide", { connection: named });
    expect(await calls[0]?.client?.token()).toBe("token of south");
  });

  test("is not among the arguments that the handler gets", async () => {
    const { callTool, calls } = await connectedTwice();
    await callTool("harbour_get_tide", { connection: "south", pier: "east" });
    expect(calls[0]?.input).toEqual({ pier: "east", metres: undefined });
  });

  test("is asked for where there are several", async () => {
    const { callTool, calls } = await connectedTwice();
    const error = await failureOf(callTool("harbour_get_tide"));
    expect(error.code).toBe("invalid_input");
    expect(error.message).toContain("north (con_north), south (con_south)");
    expect(calls).toEqual([]);
  });

  test("has to name one that is there", async () => {
    const { callTool } = await connectedTwice();
    const error = await failureOf(callTool("harbour_get_tide", { connection: "east" }));
    expect(error.code).toBe("invalid_input");
  });

  test("cannot name one of another tenant", async () => {
    const { callTool, connect, calls } = await connected();
    await connect("harbour", { id: "con_theirs", tenant_id: "ten_other", label: "theirs" });
    const error = await failureOf(callTool("harbour_get_tide", { connection: "con_theirs" }));
    expect(error.code).toBe("invalid_input");
    expect(error.message).not.toContain("theirs (con_theirs)");
    expect(calls).toEqual([]);
  });

  test("cannot help where nothing is connected", async () => {
    const { callTool } = await setUp();
    const error = await failureOf(callTool("harbour_get_tide"));
    expect(error).toMatchObject({ code: "not_found", details: { reason: "no_connection" } });
  });

  test("is not needed by a tool that needs no connection", async () => {
    const { callTool, calls } = await setUp();
    await callTool("harbour_get_rules");
    expect(calls).toMatchObject([{ tool: "get_rules", client: undefined }]);
  });
});

describe("secrets", () => {
  const revealing = { reveal: true };

  test("are shown to who holds the scope for them", async () => {
    const { call, callTool } = await connected();
    expect((await callTool("harbour_get_key", revealing)).structured).toEqual({ key: "hunter2" });
    const action = { kind: "tool", name: "harbour_get_key", arguments: revealing } as const;
    expect(await call(action)).toMatchObject({ holdsSecret: true });
  });

  test("are not shown to who lacks it, though the tool is allowed", async () => {
    const { callTool, calls } = await connected();
    const error = await failureOf(callTool("harbour_get_key", revealing, { principal: reader }));
    expect(error).toMatchObject({ code: "forbidden", details: { scope: "harbour:secrets" } });
    expect(calls).toEqual([]);
    const masked = await callTool("harbour_get_key", {}, { principal: reader });
    expect(masked.structured).toEqual({ key: "[masked]" });
  });

  test("are never kept, though the tool's other answers are", async () => {
    const { callTool, calls } = await connected();
    for (const given of [{}, {}, revealing, revealing]) await callTool("harbour_get_key", given);
    expect(calls.map(({ input }) => input)).toEqual([
      { reveal: false },
      { reveal: true },
      { reveal: true },
    ]);
  });

  test("are in no audit event", async () => {
    const { callTool, events } = await connected();
    await callTool("harbour_get_key", revealing);
    expect(JSON.stringify(events)).not.toContain("hunter2");
    expect(JSON.stringify(events)).not.toContain("pier-7");
  });
});

describe("consent", () => {
  test("is not asked for a write", async () => {
    const { callTool, calls } = await connected();
    expect((await callTool("harbour_book_berth")).content).toEqual([
      { type: "text", text: "Booked." },
    ]);
    expect(calls).toHaveLength(1);
  });

  test("is needed for what destroys, and nothing happens without it", async () => {
    const { callTool, calls } = await connected();
    expect((await failureOf(callTool("harbour_scrap_ship"))).code).toBe("consent_required");
    expect(calls).toEqual([]);
  });
});

describe("a handler that fails", () => {
  test("says what it knows", async () => {
    const error = await failureOf((await setUp()).callTool("harbour_sink", { how: "known" }));
    expect(error).toMatchObject({ code: "upstream_rejected", message: "The harbour said no." });
  });

  test("with what nobody foresaw leaks nothing of it", async () => {
    const error = await failureOf((await setUp()).callTool("harbour_sink", { how: "unforeseen" }));
    expect(error.code).toBe("internal");
    expect(JSON.stringify([error.message, error.details])).not.toContain("pier-7");
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  test("to keep to its output schema leaks nothing of its answer", async () => {
    const error = await failureOf((await setUp()).callTool("harbour_sink", { how: "misshapen" }));
    expect(error.code).toBe("internal");
    expect(JSON.stringify([error.message, error.details])).not.toContain("pier-7");
  });
});

describe("the audit event", () => {
  test("of a success says who did what on which connection, and how long it took", async () => {
    const { callTool, clock, events } = await connected();
    await callTool(
      "harbour_get_tide",
      { pier: "east" },
      { trace_id: "0af7651916cd43dd8448eb211c80319c" },
    );
    expect(events).toEqual([
      {
        at: clock.now(),
        request_id: expect.stringMatching(/^[0-9a-f]{16}$/),
        trace_id: "0af7651916cd43dd8448eb211c80319c",
        surface: "http",
        tenant_id: "ten_acme",
        principal_id: "prn_ann",
        action: "tool",
        name: "harbour_get_tide",
        connector: "harbour",
        connection_id: "con_main",
        effect: "read",
        outcome: "ok",
        duration_ms: 0,
        bytes_out: 58,
      },
    ]);
  });

  test("has a trace of its own when the caller sent none", async () => {
    const { callTool, events } = await connected();
    await callTool("harbour_get_tide");
    expect(events[0]?.trace_id).toMatch(/^[0-9a-f]{32}$/);
  });

  test("carries the tool's full name, whatever it is called on the endpoint", async () => {
    const { callTool, events, fairlead } = await connected();
    await callTool("get_tide", {}, { view: fairlead.view({ endpoint: "harbour" }) });
    expect(events[0]?.name).toBe("harbour_get_tide");
  });

  test("of a refusal says what was refused", async () => {
    const { callTool, events } = await connected();
    await failureOf(callTool("harbour_book_berth", {}, { principal: reader }));
    expect(events).toMatchObject([
      { name: "harbour_book_berth", effect: "write", outcome: "forbidden" },
    ]);
  });

  test("of a failure says how it failed", async () => {
    const { callTool, events } = await setUp();
    await failureOf(callTool("harbour_sink", { how: "unforeseen" }));
    expect(events).toMatchObject([{ name: "harbour_sink", outcome: "internal" }]);
  });

  test("of a call for an unknown tool does not repeat the words of the caller", async () => {
    const { callTool, events } = await setUp();
    await failureOf(callTool("hunter2"));
    expect(events).toMatchObject([{ outcome: "not_found", connector: undefined }]);
    expect(JSON.stringify(events)).not.toContain("hunter2");
  });

  test("is one per call", async () => {
    const { callTool, events } = await connected();
    await callTool("harbour_get_tide");
    await failureOf(callTool("harbour_get_tide", { metres: 21 }));
    expect(events.map(({ outcome }) => outcome)).toEqual(["ok", "invalid_input"]);
    expect(new Set(events.map(({ request_id }) => request_id)).size).toBe(2);
  });
});

describe("activity", () => {
  test("is noted for every call, also for one that failed", async () => {
    const { callTool, clock, store, fairlead } = await setUp();
    const firstAt = clock.now();
    await callTool("harbour_get_rules");
    clock.advance(5_000);
    await failureOf(callTool("harbour_sink", { how: "known" }));
    await fairlead.close();
    expect(await store.activity.find("ten_acme", "prn_ann")).toEqual({
      first_seen_at: firstAt,
      last_active_at: firstAt + 5_000,
    });
  });

  test("that cannot be noted does not spoil the call", async () => {
    const real = await createSqliteStore(":memory:");
    const touch = () => Promise.reject(new Error("The disk is full."));
    const store = { ...real, activity: { ...real.activity, touch } };
    const { callTool, fairlead } = await setUp({ store });
    expect((await callTool("harbour_get_rules")).isError).toBe(false);
    await expect(fairlead.close()).resolves.toBeUndefined();
  });
});
