import { type CallChanges, createPrincipal, createTestEngine } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import type { CallContext } from "../context.ts";
import type { InputRequest, InputResponses } from "../interaction.ts";
import { defineTool } from "../tool.ts";
import type { Action } from "./request.ts";

const MINUTE = 60_000;

function question(message: string): InputRequest {
  return {
    method: "elicitation/create",
    params: { message, requestedSchema: { type: "object", properties: {} } },
  };
}

const accept = (content: Record<string, unknown>) => ({ action: "accept", content });

/** Asks for a berth, then for a night, and puts by what it reckoned in between. */
const bookBerth = defineTool({
  name: "harbour_book_berth",
  title: "Book a berth",
  description: "Book a berth for a night.",
  effect: "write",
  toolset: "berths",
  input: z.object({ ship: z.string() }),
  output: z.object({ ship: z.string(), answers: z.unknown(), state: z.unknown() }),
  handler({ ship }, ctx: CallContext<undefined>) {
    ctx.ask({ berth: question("Which berth?") }, { step: 1, price: 10 });
    const answers = ctx.ask(
      { berth: question("Which berth?"), night: question("Which night?") },
      { step: 2, price: 20 },
    );
    return { ship, answers, state: ctx.state };
  },
});
const greet = defineTool({
  name: "harbour_greet",
  title: "Greet",
  description: "Greet a ship.",
  effect: "read",
  input: z.object({ ship: z.string() }),
  handler: () => ({ content: [] }),
});

const harbour = defineConnector({
  id: "harbour",
  title: "Harbour",
  description: "A harbour.",
  settings: z.object({}),
  createClient: () => undefined,
  tools: [bookBerth, greet],
});

const BOOK: Action = { kind: "tool", name: "harbour_book_berth", arguments: { ship: "Argo" } };

async function setUp() {
  const engine = await createTestEngine([harbour]);
  /** Calls with what an earlier round brought. */
  async function round(
    inputResponses?: InputResponses,
    requestState?: string,
    changes: CallChanges = {},
    action: Action = BOOK,
  ) {
    const client = {
      capabilities: { elicitation: {} },
      ...(inputResponses === undefined ? {} : { inputResponses }),
      ...(requestState === undefined ? {} : { requestState }),
    };
    return engine.call(action, { client, ...changes });
  }
  async function firstState(): Promise<string> {
    const reply = await round();
    if (reply.kind !== "input_required") throw new Error("It should have asked.");
    return reply.requestState;
  }
  return { ...engine, round, firstState };
}

test("a handler that asks ends the call with its question", async () => {
  const { events, round } = await setUp();
  expect(await round()).toEqual({
    kind: "input_required",
    requests: { berth: question("Which berth?") },
    requestState: expect.any(String),
  });
  expect(events).toMatchObject([{ outcome: "input_required", name: "harbour_book_berth" }]);
});

test("a question that is answered is not asked again, and answers add up over rounds", async () => {
  const { firstState, round } = await setUp();
  const second = await round({ berth: accept({ berth: 7 }) }, await firstState());
  if (second.kind !== "input_required") throw new Error("It should have asked again.");
  expect(Object.keys(second.requests)).toEqual(["night"]);

  const third = await round({ night: accept({ night: "Friday" }) }, second.requestState);
  expect(third).toMatchObject({
    kind: "tool",
    answer: {
      structured: {
        ship: "Argo",
        answers: { berth: accept({ berth: 7 }), night: accept({ night: "Friday" }) },
        state: { step: 2, price: 20 },
      },
    },
  });
});

test("answers may come with the first call", async () => {
  const { round } = await setUp();
  const responses = { berth: accept({ berth: 7 }), night: accept({ night: "Friday" }) };
  expect(await round(responses)).toMatchObject({
    kind: "tool",
    answer: { structured: { answers: responses } },
  });
});

test("a handler reads its questions' answers alone", async () => {
  const { round } = await setUp();
  const responses = { berth: accept({}), night: accept({}), tip: accept({ euros: 100 }) };
  const reply = await round(responses);
  expect(reply).toMatchObject({
    answer: { structured: { answers: { berth: accept({}), night: accept({}) } } },
  });
  expect(JSON.stringify(reply)).not.toContain("euros");
});

test.each([{ berth: "seven" }, { berth: null }, { berth: [7] }])(
  "answers that are no objects are refused: %j",
  async (responses) => {
    const error = await failureOf((await setUp()).round(responses));
    expect(error).toMatchObject({
      code: "invalid_input",
      details: { reason: "invalid_input_responses" },
    });
  },
);

describe("what a handler put by", () => {
  const ANSWER = { berth: accept({ berth: 7 }) };
  const refused = { code: "invalid_input", details: { reason: "invalid_request_state" } };

  test("cannot be read by the client", async () => {
    const { firstState } = await setUp();
    const parts = (await firstState()).split(".");
    const text = parts.map((part) => Buffer.from(part, "base64url").toString("latin1")).join("");
    expect(text).not.toContain("price");
  });

  test("cannot be changed by the client", async () => {
    const { firstState, round } = await setUp();
    const state = await firstState();
    const middle = Math.floor(state.length / 2);
    const other = state[middle] === "A" ? "B" : "A";
    const tampered = `${state.slice(0, middle)}${other}${state.slice(middle + 1)}`;
    expect(await failureOf(round(ANSWER, tampered))).toMatchObject(refused);
  });

  test("is good for a quarter of an hour, and no longer", async () => {
    const { clock, firstState, round } = await setUp();
    const state = await firstState();
    clock.advance(15 * MINUTE - 1);
    expect((await round(ANSWER, state)).kind).toBe("input_required");
    clock.advance(1);
    expect(await failureOf(round(ANSWER, state))).toMatchObject(refused);
  });

  test.each([
    ["another principal", createPrincipal({ id: "prn_bob" })],
    ["another tenant", createPrincipal({ tenant_id: "ten_other" })],
  ])("is of no use to %s", async (_who, principal) => {
    const { firstState, round } = await setUp();
    const state = await firstState();
    expect(await failureOf(round(ANSWER, state, { principal }))).toMatchObject(refused);
  });

  test("is of no use for other arguments", async () => {
    const { firstState, round } = await setUp();
    const action = { ...BOOK, arguments: { ship: "Nautilus" } };
    const state = await firstState();
    expect(await failureOf(round(ANSWER, state, {}, action))).toMatchObject(refused);
  });

  test("is of no use for another tool", async () => {
    const { firstState, round } = await setUp();
    const action = { ...BOOK, name: "harbour_greet" };
    const state = await firstState();
    const error = await failureOf(round(ANSWER, state, {}, action));
    expect(error).toMatchObject(refused);
    expect(error.message).toContain("harbour_greet");
  });

  test("is of no use on another endpoint", async () => {
    const { fairlead, firstState, round } = await setUp();
    const view = fairlead.view({ endpoint: "all", toolsets: ["berths"] });
    const state = await firstState();
    expect(await failureOf(round(ANSWER, state, { view }))).toMatchObject(refused);
  });

  test("is not taken from a token that was sealed for something else", async () => {
    const { fairlead, round } = await setUp();
    const session = await fairlead.sealer.seal("session", { bound: "…" }, MINUTE);
    expect(await failureOf(round(ANSWER, session))).toMatchObject(refused);
  });

  test("opens on a replica that has the same master key", async () => {
    const state = await (await setUp()).firstState();
    expect((await (await setUp()).round(ANSWER, state)).kind).toBe("input_required");
  });
});
