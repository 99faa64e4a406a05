import { createPrincipal, createTestEngine } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { text } from "../content.ts";
import type { CallContext } from "../context.ts";
import { defineTool } from "../tool.ts";
import type { Action } from "./request.ts";

const BERTH = { title: "Berth", description: "One berth.", mimeType: "application/json" };

const getBerth = defineTool({
  name: "harbour_get_berth",
  title: "Get a berth",
  description: "Get one berth.",
  effect: "read",
  cache: { ttlMs: 5_000 },
  input: z.object({ berth_id: z.coerce.number().int(), pier: z.string().default("north") }),
  output: z.object({ berth_id: z.number(), pier: z.string(), notes: z.array(z.string()) }),
  pages: "notes",
  handler: ({ berth_id, pier }) => ({
    ...{ berth_id, pier },
    notes: Array.from({ length: 20 }, (_, index) => `note ${index} of this berth`),
  }),
});
const getChart = defineTool({
  name: "harbour_get_chart",
  title: "Get the chart",
  description: "Get the chart as an image.",
  effect: "read",
  input: z.object({ torn: z.string().default("no") }),
  handler: ({ torn }) => ({
    content: [{ type: "image", data: "aGk=", mimeType: "image/png" }],
    isError: torn === "yes",
  }),
});

const harbour = defineConnector({
  id: "harbour",
  title: "Harbour",
  description: "A harbour.",
  settings: z.object({}),
  createClient: () => undefined,
  tools: [getBerth, getChart],
  resources: [
    { ...BERTH, name: "berth", uri: "harbour://berths/{berth_id}", tool: "harbour_get_berth" },
    {
      ...BERTH,
      name: "pier_berth",
      uri: "harbour://piers/{pier}/{number}",
      tool: "harbour_get_berth",
      arguments: ({ pier, number }) => ({ pier, berth_id: number }),
      complete: {
        pier: (typed) => ["north", "south"].filter((name) => name.startsWith(typed)),
        number: (_typed, _ctx, { pier }) =>
          Array.from({ length: pier === "south" ? 2 : 250 }, (_, index) => String(index + 1)),
      },
    },
    {
      ...BERTH,
      name: "chart",
      mimeType: "image/png",
      uri: "harbour://charts/{torn}",
      tool: "harbour_get_chart",
      contents: ({ content }, uri, { torn }) => {
        const [image] = content;
        return image?.type === "image"
          ? [
              { uri, mimeType: image.mimeType, blob: image.data },
              { uri, text: `torn: ${torn}` },
            ]
          : [];
      },
    },
  ],
  prompts: [
    {
      name: "harbour_welcome",
      title: "Welcome",
      description: "Greets a ship.",
      arguments: z.object({ ship: z.string(), flag: z.string().default("none") }),
      complete: { ship: async (typed) => [`${typed}go`] },
      messages: ({ ship, flag }, ctx: CallContext<undefined>) => [
        { role: "user", content: text(`Ahoy ${ship} (${flag}), says ${ctx.principal.label}.`) },
      ],
    },
    {
      name: "harbour_farewell",
      title: "Farewell",
      description: "Sees a ship off.",
      messages: () => [{ role: "user", content: text("Fair winds.") }],
    },
  ],
});

async function setUp() {
  return await createTestEngine([harbour], { config: { resultTokenBudget: 25 } });
}

const { call } = await setUp();

const nobody = createPrincipal({ scopes: new Set() });

describe("reading a resource", () => {
  const read = (uri: string): Action => ({ kind: "resource", uri });

  test("gives what its tool answers, as JSON, and how long that stays true", async () => {
    const reply = await call(read("harbour://berths/7"));
    expect(reply).toMatchObject({
      kind: "resource",
      contents: [{ uri: "harbour://berths/7", mimeType: "application/json" }],
      ttlMs: 5_000,
    });
    const [contents] = reply.kind === "resource" ? reply.contents : [];
    const json = JSON.parse(contents !== undefined && "text" in contents ? contents.text : "");
    expect(json).toMatchObject({ berth_id: 7, pier: "north" });
  });

  test("gives all of it, however long", async () => {
    const reply = await call(read("harbour://berths/7"));
    expect(JSON.stringify(reply)).toContain("note 19");
    expect(JSON.stringify(reply)).not.toContain("next_cursor");
  });

  test("turns the variables of its address into arguments", async () => {
    const reply = await call(read("harbour://piers/old%20town/8"));
    expect(JSON.stringify(reply)).toContain('\\"berth_id\\":8,\\"pier\\":\\"old town\\"');
  });

  test("gives contents of its own where it makes them", async () => {
    const uri = "harbour://charts/no";
    expect(await call(read(uri))).toEqual({
      kind: "resource",
      contents: [
        { uri, mimeType: "image/png", blob: "aGk=" },
        { uri, text: "torn: no" },
      ],
      ttlMs: 0,
    });
  });

  test("fails when its tool answers with an error", async () => {
    const error = await failureOf(call(read("harbour://charts/yes")));
    expect(error).toMatchObject({
      code: "upstream_rejected",
      message: "harbour://charts/yes could not be read.",
    });
  });

  test("fails when a variable does not fit the tool", async () => {
    const error = await failureOf(call(read("harbour://berths/seven")));
    expect(error.code).toBe("invalid_input");
  });

  test("needs the scope of its tool", async () => {
    const error = await failureOf(call(read("harbour://berths/7"), { principal: nobody }));
    expect(error).toMatchObject({ code: "forbidden", details: { scope: "harbour:read" } });
  });

  test("fails for an address nobody answers for, and repeats it", async () => {
    const error = await failureOf(call(read("harbour://buoys/7")));
    expect(error).toMatchObject({
      code: "not_found",
      details: { reason: "unknown_target", uri: "harbour://buoys/7" },
    });
  });

  test("is recorded under its template, not under the address with its values", async () => {
    const { call, events } = await setUp();
    await call(read("harbour://berths/7"));
    expect(events).toMatchObject([
      { action: "resource", name: "harbour://berths/{berth_id}", effect: "read", outcome: "ok" },
    ]);
  });
});

describe("subscribing to a resource", () => {
  const subscribe = (uri: string): Action => ({ kind: "subscription", uri });

  test("is granted for an address somebody answers for", async () => {
    const { call, events } = await setUp();
    expect(await call(subscribe("harbour://berths/7"))).toEqual({ kind: "subscription" });
    expect(events).toMatchObject([{ action: "subscription", outcome: "ok" }]);
  });

  test("needs the scope of its tool", async () => {
    const work = call(subscribe("harbour://berths/7"), { principal: nobody });
    expect((await failureOf(work)).code).toBe("forbidden");
  });

  test("fails for an address nobody answers for", async () => {
    expect((await failureOf(call(subscribe("harbour://buoys/7")))).code).toBe("not_found");
  });
});

describe("getting a prompt", () => {
  const get = (name: string, given?: Record<string, string>): Action => ({
    kind: "prompt",
    name,
    arguments: given,
  });

  test("gives its messages, made from arguments and caller", async () => {
    expect(await call(get("harbour_welcome", { ship: "Argo" }))).toEqual({
      kind: "prompt",
      description: "Greets a ship.",
      messages: [{ role: "user", content: text("Ahoy Argo (none), says Ann.") }],
    });
  });

  test("needs no arguments where none are declared", async () => {
    const reply = await call(get("harbour_farewell"));
    expect(reply).toMatchObject({ messages: [{ content: text("Fair winds.") }] });
  });

  test("fails when an argument is missing, and names it", async () => {
    const error = await failureOf(call(get("harbour_welcome", {})));
    expect(error.code).toBe("invalid_input");
    expect(error.message).toMatch(/^Invalid arguments for prompt harbour_welcome: ship: /);
  });

  test("fails for a prompt nobody has", async () => {
    const error = await failureOf(call(get("harbour_sing")));
    expect(error.message).toBe(
      'There is no prompt "harbour_sing" on this endpoint. See prompts/list.',
    );
  });

  test("needs the scope to read", async () => {
    const work = call(get("harbour_farewell"), { principal: nobody });
    expect((await failureOf(work)).code).toBe("forbidden");
  });
});

describe("completing", () => {
  type Ref = (Action & { kind: "completion" })["ref"];
  const PIER: Ref = { type: "ref/resource", uri: "harbour://piers/{pier}/{number}" };
  const WELCOME: Ref = { type: "ref/prompt", name: "harbour_welcome" };
  const complete = (ref: Ref, name: string, value: string, others = {}): Action => ({
    kind: "completion",
    ref,
    argument: { name, value },
    others,
  });

  test("a variable of a resource gives what begins with what was typed", async () => {
    expect(await call(complete(PIER, "pier", "n"))).toEqual({
      kind: "completion",
      completion: { values: ["north"], total: 1, hasMore: false },
    });
  });

  test("knows the variables that stand already", async () => {
    const reply = await call(complete(PIER, "number", "", { pier: "south" }));
    expect(reply).toMatchObject({ completion: { values: ["1", "2"] } });
  });

  test("gives a hundred values and says that there are more", async () => {
    const reply = await call(complete(PIER, "number", ""));
    const completion = reply.kind === "completion" ? reply.completion : undefined;
    expect(completion?.values).toHaveLength(100);
    expect(completion).toMatchObject({ total: 250, hasMore: true });
  });

  test("an argument of a prompt needs none of the others", async () => {
    const reply = await call(complete(WELCOME, "ship", "Ar"));
    expect(reply).toMatchObject({ completion: { values: ["Argo"] } });
  });

  test("what nobody can complete gives nothing", async () => {
    const none = { completion: { values: [], total: 0, hasMore: false } };
    expect(await call(complete(WELCOME, "flag", "x"))).toMatchObject(none);
    expect(await call(complete(PIER, "colour", "x"))).toMatchObject(none);
  });

  test("fails for a prompt or template nobody has", async () => {
    const unknownPrompt = complete({ type: "ref/prompt", name: "harbour_sing" }, "a", "");
    const unknownTemplate = complete({ type: "ref/resource", uri: "harbour://x/{a}" }, "a", "");
    expect((await failureOf(call(unknownPrompt))).code).toBe("not_found");
    expect((await failureOf(call(unknownTemplate))).code).toBe("not_found");
  });

  test("needs the scope of what is completed", async () => {
    const work = call(complete(PIER, "pier", ""), { principal: nobody });
    expect((await failureOf(work)).code).toBe("forbidden");
  });
});
