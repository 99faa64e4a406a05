import { createPrincipal, createTestEngine, type TestEngine } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import type { ClientSide, Reply } from "../call/request.ts";
import { defineConnector } from "../connector.ts";
import { setInMotion } from "../consent/waiting.ts";
import type { ClientCapabilities, InputRequest } from "../interaction.ts";
import { defineTool, operationOf } from "../tool.ts";
import type { OperationView } from "./view.ts";

const opened: TestEngine[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

/** What the tug did, and whether it can be stopped. */
interface Tug {
  names: string[];
  moored: number[];
  canStop: boolean;
  stopped: number[];
}

const berth = z.number().int();
const ann = createPrincipal({ kind: "operator_key" });
const QUESTION: InputRequest = {
  method: "elicitation/create",
  params: { message: "Which one?", requestedSchema: { type: "object", properties: {} } },
};
const accept = { action: "accept", content: {} };

async function open() {
  const tug: Tug = { names: [], moored: [], canStop: true, stopped: [] };
  const harbour = defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    settings: z.object({}),
    createClient: () => tug,
    marksEffects: true,
    followOperation: async () => ({ status: "running", againInMs: 1_000 }),
    cancelOperation: async (client: Tug, pointer) => {
      if (client.canStop) client.stopped.push(Number(pointer.berth));
      return client.canStop;
    },
    tools: [
      defineTool({
        name: "harbour_name",
        title: "Name a ship",
        description: "Asks for two names.",
        effect: "write",
        needsTasks: true,
        input: z.object({ first: z.string() }),
        output: z.object({ first: z.string() }),
        handler({ first }, ctx) {
          ctx.ask({ second: QUESTION, third: QUESTION });
          tug.names.push(first);
          return { first };
        },
      }),
      defineTool({
        name: "harbour_tow",
        title: "Tow",
        description: "Takes long.",
        effect: "write",
        input: z.object({ berth }),
        output: operationOf(z.object({ berth })),
        handler: ({ berth }, ctx) => ctx.follow({ berth }),
      }),
      defineTool({
        name: "harbour_moor",
        title: "Moor",
        description: "Can be taken back.",
        effect: "write",
        input: z.object({ berth }),
        output: z.object({ berth }),
        undo: ({ input }) => ({
          tool: "harbour_unmoor",
          arguments: input,
          summary: "Lets it go.",
        }),
        handler: ({ berth }) => ({ berth }),
      }),
      defineTool({
        name: "harbour_unmoor",
        title: "Unmoor",
        description: "Lets a ship go.",
        effect: "destroy",
        input: z.object({ berth }),
        output: z.object({ berth }),
        handler({ berth }) {
          tug.moored.push(berth);
          return { berth };
        },
      }),
    ],
  });
  const engine = await createTestEngine([harbour], { works: true });
  opened.push(engine);
  const { clock, fairlead, store } = engine;
  const look = (id: string): Promise<OperationView> => fairlead.operations.get(ann, id);

  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      clock.advance(1_000);
      for (let turn = 0; turn < 20; turn += 1)
        await new Promise((resolve) => setImmediate(resolve));
    }
  }

  return {
    ...{ engine, tug, clock, fairlead, store, look, pass },
    call(name: string, given: object, client: Partial<ClientSide> = {}): Promise<Reply> {
      const side = { capabilities: { elicitation: {} }, takesTasks: true, ...client };
      return engine.call(
        { kind: "tool", name, arguments: given },
        { principal: ann, client: side },
      );
    },
    async until(id: string, status: OperationView["status"]): Promise<OperationView> {
      for (let second = 0; second < 60; second += 1) {
        const view = await look(id);
        if (view.status === status) return view;
        await pass(1_000);
      }
      throw new Error(`It is ${(await look(id)).status} and never became ${status}.`);
    },
    async approve({ plan_id }: OperationView): Promise<void> {
      const plan = await store.plans.find(ann.tenant_id, String(plan_id));
      if (plan === undefined) throw new Error("There is no such plan.");
      await store.approvals.add({
        ...{ plan_id: plan.id, tenant_id: ann.tenant_id, principal_id: "prn_boss" },
        ...{ on_behalf_of: null, decision: "approve", way: "page", reason: null, at: 1 },
      });
      await store.transaction((tx) => setInMotion(tx, plan, clock.now()));
    },
  };
}

function taskOf(reply: Reply): OperationView {
  if (reply.kind !== "task") throw new Error(`It was answered with ${reply.kind}.`);
  return reply.operation;
}

const NO_FORMS: ClientCapabilities = {};
const QUESTION_MS = 15 * 60_000;
const PLAN_MS = 3_600_000;

test("a tool that needs tasks begins after its answer, asks there, and ends with what it gave", async () => {
  const { call, until, look, fairlead, tug } = await open();
  const { operation_id, status } = taskOf(await call("harbour_name", { first: "Larkspur" }));
  expect(status).toBe("queued");
  const asking = await until(operation_id, "input_required");
  expect(Object.keys(asking.asks ?? {})).toEqual(["second", "third"]);
  await fairlead.operations.answer(ann, operation_id, { second: accept, toString: accept });
  const half = await look(operation_id);
  expect([half.status, Object.keys(half.asks ?? {})]).toEqual(["input_required", ["third"]]);
  expect(tug.names).toEqual([]);
  await fairlead.operations.answer(ann, operation_id, { third: accept });
  const { result, ended_at } = await until(operation_id, "completed");
  expect([result, ended_at]).toEqual([{ first: "Larkspur" }, expect.any(Number)]);
  expect(tug.names).toEqual(["Larkspur"]);
});

test("answers that come at the same time all count", async () => {
  const { call, until, fairlead, tug } = await open();
  const { operation_id } = taskOf(await call("harbour_name", { first: "Larkspur" }));
  await until(operation_id, "input_required");
  const answers = ["second", "third"].map((key) =>
    fairlead.operations.answer(ann, operation_id, { [key]: accept }),
  );
  await Promise.all(answers);
  await until(operation_id, "completed");
  expect(tug.names).toEqual(["Larkspur"]);
});

test("a client that does not follow tasks is told so, whichever tool led there", async () => {
  const { call } = await open();
  const direct = call("harbour_name", { first: "Larkspur" }, { takesTasks: false });
  expect(await failureOf(direct)).toMatchObject({
    code: "invalid_input",
    details: { reason: "needs_tasks" },
  });
  const named = { tool: "harbour_name", arguments: { first: "Larkspur" } };
  const planned = await call("fairlead_plan", named, { takesTasks: false });
  if (planned.kind !== "tool") throw new Error("no plan");
  const { plan_id } = planned.answer.structured as { plan_id: string };
  const applied = call("fairlead_apply", { plan_id }, { takesTasks: false });
  expect(await failureOf(applied)).toMatchObject({ details: { reason: "needs_tasks" } });
});

test("a question that its client cannot be asked ends it", async () => {
  const { call, until } = await open();
  const reply = await call("harbour_name", { first: "Vetch" }, { capabilities: NO_FORMS });
  const { error } = await until(taskOf(reply).operation_id, "failed");
  expect(error).toMatchObject({ code: "consent_required" });
});

test("ends when nobody answers, or approves, in time", async () => {
  const { call, until, pass, look, clock } = await open();
  const asking = taskOf(await call("harbour_name", { first: "Vetch" }));
  const waiting = taskOf(await call("harbour_unmoor", { berth: 1 }, { capabilities: NO_FORMS }));
  expect(waiting).toMatchObject({ status: "awaiting_approval", expires_at: null });
  await until(asking.operation_id, "input_required");
  const ends = async ({ operation_id }: OperationView, ms: number) => {
    clock.advance(ms);
    await pass(3_000);
    const { status, error, ended_at, expires_at } = await look(operation_id);
    expect([status, error?.code]).toEqual(["failed", "timeout"]);
    expect((expires_at ?? 0) - (ended_at ?? 0)).toBe(3_600_000);
  };
  await ends(asking, QUESTION_MS);
  expect((await look(waiting.operation_id)).status).toBe("awaiting_approval");
  await ends(waiting, PLAN_MS);
});

test("the same request under the same key is the same operation, and is done once", async () => {
  const { call, until, approve, tug } = await open();
  const again = () =>
    call("harbour_unmoor", { berth: 1, idempotency_key: "k" }, { capabilities: NO_FORMS });
  const first = taskOf(await again());
  expect(taskOf(await again()).operation_id).toBe(first.operation_id);
  const other = taskOf(
    await call("harbour_unmoor", { berth: 2 }, { capabilities: NO_FORMS, idempotencyKey: "k" }),
  );
  expect(other.operation_id).not.toBe(first.operation_id);
  await approve(first);
  await until(first.operation_id, "completed");
  await approve(other);
  const { error } = await until(other.operation_id, "failed");
  expect(error).toMatchObject({ code: "conflict", details: { reason: "key_reused" } });
  expect(tug.moored).toEqual([1]);
});

test("what was done under its key meanwhile is its end", async () => {
  const { call, until, approve, engine, store, tug } = await open();
  const key = { capabilities: NO_FORMS, idempotencyKey: "k" };
  const waiting = taskOf(await call("harbour_unmoor", { berth: 1 }, key));
  const refused = await failureOf(
    engine.callTool(
      "harbour_unmoor",
      { berth: 1 },
      { principal: ann, client: { capabilities: {} } },
    ),
  );
  const plan_id = String(refused.details?.plan_id);
  await store.approvals.add({
    ...{ plan_id, tenant_id: ann.tenant_id, principal_id: "prn_boss", on_behalf_of: null },
    ...{ decision: "approve", way: "page", reason: null, at: 1 },
  });
  await call("harbour_unmoor", { berth: 1, confirm: plan_id }, { ...key, takesTasks: false });
  await approve(waiting);
  const { result } = await until(waiting.operation_id, "completed");
  expect(result).toEqual({ berth: 1 });
  expect(tug.moored).toEqual([1]);
});

test("an undo that waited for approval uses its handle up", async () => {
  const { call, until, approve, tug } = await open();
  const moored = await call("harbour_moor", { berth: 1 });
  if (moored.kind !== "tool") throw new Error("no answer");
  const { undo } = moored.answer.structured as { undo: { undo_id: string } };
  const undoing = () =>
    call("fairlead_undo", { undo_id: undo.undo_id }, { capabilities: NO_FORMS });
  const waiting = taskOf(await undoing());
  await approve(waiting);
  await until(waiting.operation_id, "completed");
  expect(await undoing()).toMatchObject({ kind: "tool", answer: { structured: { berth: 1 } } });
  expect(tug.moored).toEqual([1]);
});

test("what is under way is stopped where its upstream can stop it, and only there", async () => {
  const { call, until, fairlead, tug, look, pass } = await open();
  const { operation_id } = taskOf(await call("harbour_tow", { berth: 3 }));
  await until(operation_id, "running");
  tug.canStop = false;
  expect(await failureOf(fairlead.operations.cancel(ann, operation_id))).toMatchObject({
    code: "conflict",
    details: { reason: "not_cancellable" },
  });
  tug.canStop = true;
  const cancelled = await fairlead.operations.cancel(ann, operation_id);
  expect(cancelled).toMatchObject({ status: "cancelled", ended_at: expect.any(Number) });
  await pass(5_000);
  expect((await look(operation_id)).status).toBe("cancelled");
  expect(tug.stopped).toEqual([3]);
});
