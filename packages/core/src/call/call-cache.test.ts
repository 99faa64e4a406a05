import { createPrincipal, createTestEngine } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { FairleadError } from "../errors.ts";
import { Secret } from "../secret.ts";
import { defineTool } from "../tool.ts";

const SECOND = 1_000;

/** A harbour whose tide is read at most once a minute, and twenty seconds late if need be. */
async function setUp() {
  let level = 0;
  let isBroken = false;
  const reads: string[] = [];
  const getTide = defineTool({
    name: "harbour_get_tide",
    title: "Get the tide",
    description: "Get the tide at a pier.",
    effect: "read",
    cache: { ttlMs: 60 * SECOND, staleMs: 20 * SECOND },
    input: z.object({ pier: z.string().default("north") }),
    output: z.object({ level: z.number(), levels: z.array(z.number()) }),
    pages: "levels",
    async handler({ pier }) {
      if (isBroken) throw new FairleadError("upstream_unavailable", "The gauge is broken.");
      reads.push(pier);
      level += 1;
      return { level, levels: Array.from({ length: 50 }, (_, index) => index) };
    },
  });
  const harbour = defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    credential: z.object({ token: z.instanceof(Secret) }),
    settings: z.object({}),
    createClient: () => undefined,
    tools: [getTide],
    resources: [
      {
        name: "tide",
        title: "Tide",
        description: "The tide at a pier.",
        mimeType: "application/json",
        uri: "harbour://tides/{pier}",
        tool: "harbour_get_tide",
        complete: {
          pier: (typed) => ["north", "northeast", "south"].filter((name) => name.startsWith(typed)),
        },
      },
    ],
  });
  const engine = await createTestEngine([harbour], { config: { resultTokenBudget: 20 } });
  const tide = async (given: object = {}, changes = {}) => {
    const { structured } = await engine.callTool("harbour_get_tide", given, changes);
    return (structured as { level: number }).level;
  };
  return {
    ...engine,
    reads,
    tide,
    breakGauge() {
      isBroken = true;
    },
  };
}

async function connected() {
  const engine = await setUp();
  await engine.connect("harbour");
  return engine;
}

test("an answer that is still true is given without asking again", async () => {
  const { clock, reads, tide } = await connected();
  expect(await tide()).toBe(1);
  clock.advance(59 * SECOND);
  expect(await tide()).toBe(1);
  expect(reads).toHaveLength(1);
});

test("many callers at once cost one read", async () => {
  const { reads, tide } = await connected();
  const levels = await Promise.all(Array.from({ length: 30 }, () => tide()));
  expect(new Set(levels)).toEqual(new Set([1]));
  expect(reads).toHaveLength(1);
});

test("an old answer is given while a new one is fetched", async () => {
  const { clock, tide } = await connected();
  await tide();
  clock.advance(60 * SECOND);
  expect(await tide()).toBe(1);
  await vi.waitFor(async () => expect(await tide()).toBe(2));
});

test("an answer that is too old is not given any more", async () => {
  const { clock, tide } = await connected();
  await tide();
  clock.advance(80 * SECOND);
  expect(await tide()).toBe(2);
});

test("an old answer hides for a while that the upstream is away, and then no more", async () => {
  const { breakGauge, clock, tide } = await connected();
  await tide();
  breakGauge();
  clock.advance(79 * SECOND);
  expect(await tide()).toBe(1);
  clock.advance(SECOND);
  expect((await failureOf(tide())).code).toBe("upstream_unavailable");
});

test("arguments that mean the same share an answer, others do not", async () => {
  const { reads, tide } = await connected();
  await tide();
  await tide({ pier: "north" });
  await tide({ pier: "south" });
  expect(reads).toEqual(["north", "south"]);
});

test("an answer is never given to another tenant", async () => {
  const { connect, reads, tide } = await connected();
  await connect("harbour", { tenant_id: "ten_other" });
  await tide();
  await tide({}, { principal: createPrincipal({ tenant_id: "ten_other" }) });
  expect(reads).toHaveLength(2);
});

test("an answer is never given for another connection", async () => {
  const { connect, reads, tide } = await connected();
  await connect("harbour", { id: "con_second", label: "second" });
  await tide({ connection: "main" });
  await tide({ connection: "second" });
  expect(reads).toHaveLength(2);
});

test("an answer is forgotten when its connection changes", async () => {
  const { connect, reads, tide } = await connected();
  await tide();
  await connect("harbour", { version: 2 });
  await tide();
  expect(reads).toHaveLength(2);
});

test("who may not call the tool gets no kept answer either", async () => {
  const { tide } = await connected();
  await tide();
  const principal = createPrincipal({ scopes: new Set() });
  expect((await failureOf(tide({}, { principal }))).code).toBe("forbidden");
});

test("a kept answer still costs the caller a token", async () => {
  const { shared, tide } = await connected();
  await tide();
  await tide();
  const bucket = { capacity: 1_000, refillPerSecond: 100 };
  expect((await shared.peek("calls ten_acme prn_ann", bucket)).remaining).toBe(998);
});

test("the pages of an answer are cut from one read", async () => {
  const { callTool, reads } = await connected();
  const first = await callTool("harbour_get_tide");
  const { next_cursor } = first.structured as { next_cursor: string };
  await callTool("harbour_get_tide", { cursor: next_cursor });
  expect(reads).toHaveLength(1);
});

test("a resource and the tool it is a view of share an answer", async () => {
  const { call, reads, tide } = await connected();
  await tide();
  const reply = await call({ kind: "resource", uri: "harbour://tides/north" });
  expect(reply).toMatchObject({ kind: "resource", ttlMs: 60 * SECOND });
  expect(reads).toHaveLength(1);
});

test("completions of a resource are worked out anew each time", async () => {
  const { call } = await connected();
  const complete = async (typed: string) => {
    const reply = await call({
      kind: "completion",
      ref: { type: "ref/resource", uri: "harbour://tides/{pier}" },
      argument: { name: "pier", value: typed },
      others: {},
    });
    return reply.kind === "completion" ? reply.completion.values : [];
  };
  await call({ kind: "subscription", uri: "harbour://tides/north" });
  expect(await complete("no")).toEqual(["north", "northeast"]);
  expect(await complete("s")).toEqual(["south"]);
});
