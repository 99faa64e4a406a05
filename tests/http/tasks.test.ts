import { setInMotion } from "@fairlead/core/consent/waiting";
import { isRecord } from "@fairlead/core/is-record";
import { SYSTEM_CLOCK } from "@fairlead/core/ports";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import type { Shared } from "@fairlead/core/storage/shared";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import { createPrincipal } from "@fairlead/testkit/engine";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Caller, createCaller, openSession, type Stream } from "./src/caller.ts";
import { createDock, type Dock } from "./src/dock.ts";
import { type Changes, type Json, legacy, META, modern } from "./src/requests.ts";
import { type Running, type StartOptions, start } from "./src/start.ts";
import { twin } from "./src/twin.ts";
import type { Answer } from "./src/wire.ts";

/** All of them may do everything in their tenant, administer it too. */
const PEOPLE = { ann: "ten_acme", boss: "ten_acme", eve: "ten_other" } as const;
const PATH = "/mcp/dock";
const TASKS = { extensions: { "io.modelcontextprotocol/tasks": {} } };
const HOUR_MS = 3_600_000;
const ACCEPT = { action: "accept", content: { berth: "3" } };

let dock: Dock;
let shared: Shared;
let store: Store;
let here: Running;
/** Another replica of the same installation. */
let there: Running;
let callers: Caller[];

function startReplica(options: Partial<StartOptions> = {}): Promise<Running> {
  const people = Object.entries(PEOPLE).map(([name, tenant_id]) => [
    `key-of-${name}`,
    createPrincipal({ id: `prn_${name}`, tenant_id, label: name, kind: "operator_key" }),
  ]);
  return start({
    connectors: [dock.connector, twin],
    ...{ store, shared, people: Object.fromEntries(people) },
    ...options,
  });
}

beforeEach(async () => {
  dock = createDock();
  shared = createMemoryShared(SYSTEM_CLOCK);
  store = await createSqliteStore(":memory:");
  callers = [];
  here = await startReplica();
  there = await startReplica();
});

afterEach(async () => {
  for (const caller of callers) caller.close();
  await here.close();
  await there.close();
  await store.close();
});

function as(name: keyof typeof PEOPLE, at = here, path = PATH): Caller {
  const caller = createCaller(at.port, { Authorization: `Bearer key-of-${name}` }, path);
  callers.push(caller);
  return caller;
}

async function session(name: keyof typeof PEOPLE, capabilities: Json = {}): Promise<Caller> {
  const caller = await openSession(as(name), here.port, capabilities, PATH);
  callers.push(caller);
  return caller;
}

interface Message {
  result?: Json;
  error?: { code: number; message: string; data?: Json };
}

function messageOf({ text }: Pick<Answer, "text">): Message {
  const events = text.split("\n").filter((line) => line.startsWith("data: "));
  return JSON.parse(events.at(-1)?.slice("data: ".length) ?? text);
}

function resultOf(answer: Answer): Json {
  const { result } = messageOf(answer);
  if (result === undefined) throw new Error(`No result: ${answer.text}`);
  return result;
}

const withTasks = (more: Json = {}, changes: Changes = {}): Changes => ({
  ...changes,
  meta: { [META.capabilities]: { ...TASKS, ...more }, ...changes.meta },
});

/** A request of a client of 2026-07-28 that follows tasks. */
function ask(
  caller: Caller,
  method: string,
  params: Json & { taskId: string },
  capabilities: Json = {},
): Promise<Answer> {
  const changes = withTasks(capabilities, { headers: { "Mcp-Name": params.taskId } });
  return caller.modern(method, params, changes);
}

async function taskOf(caller: Caller, name: string, args: Json, more: Json = {}): Promise<string> {
  const answer = await caller.modern("tools/call", { name, arguments: args }, withTasks(more));
  const { resultType, taskId } = resultOf(answer);
  expect(resultType, answer.text).toBe("task");
  return String(taskId);
}

async function legacyTaskOf(caller: Caller, name: string, args: Json): Promise<string> {
  const answer = await caller.legacy("tools/call", { name, arguments: args, task: {} });
  const { task } = resultOf(answer) as { task: Json };
  expect(task.status, answer.text).toBe("working");
  return String(task.taskId);
}

const get = async (caller: Caller, taskId: string): Promise<Json> =>
  resultOf(await ask(caller, "tasks/get", { taskId }));

async function until(caller: Caller, taskId: string, status: string): Promise<Json> {
  await expect
    .poll(async () => (await get(caller, taskId)).status, { timeout: 8_000 })
    .toBe(status);
  return get(caller, taskId);
}

async function approve(taskId: string): Promise<void> {
  const operation = await store.operations.find("ten_acme", taskId);
  const plan = await store.plans.find("ten_acme", String(operation?.plan_id));
  if (plan === undefined) throw new Error("It waits for no plan.");
  await store.approvals.add({
    ...{ plan_id: plan.id, tenant_id: "ten_acme", principal_id: "prn_somebody" },
    ...{ on_behalf_of: null, decision: "approve", way: "page", reason: null, at: Date.now() },
  });
  await store.transaction((tx) => setInMotion(tx, plan, Date.now()));
}

describe("whose tasks", () => {
  const METHODS = ["tasks/get", "tasks/update", "tasks/cancel"];
  const LEGACY_METHODS = ["tasks/get", "tasks/result", "tasks/cancel"];
  const FORGED = [
    "",
    "opn_",
    "opn_000000000000000000000000",
    "__proto__",
    "x".repeat(5_000),
    "%00",
  ];

  test("nobody but the caller that made one finds it, neither by guessing nor as an administrator", async () => {
    const taskId = await taskOf(as("ann"), "move", { crate: "a" }, { elicitation: {} });
    await until(as("ann"), taskId, "input_required");
    const answers: Message[] = [];
    for (const name of ["boss", "eve"] as const) {
      for (const method of METHODS) {
        const more = method === "tasks/update" ? { inputResponses: { where: ACCEPT } } : {};
        answers.push(messageOf(await ask(as(name), method, { taskId, ...more })));
      }
      for (const method of LEGACY_METHODS)
        answers.push(messageOf(await as(name).legacy(method, { taskId })));
      expect(resultOf(await as(name).legacy("tasks/list"))).toEqual({ tasks: [] });
    }
    expect(new Set(answers.map(({ error }) => error?.code))).toEqual(new Set([-32602]));
    expect((await get(as("ann"), taskId)).status).toBe("input_required");
    expect(dock.done).toEqual([]);
  });

  test.for(FORGED)("there is no task %j", async (taskId) => {
    const ann = as("ann");
    for (const method of METHODS) {
      const forged = await ask(ann, method, { taskId, inputResponses: {} });
      expect(messageOf(forged).error?.code, `${method} ${forged.text}`).toBeLessThan(-32600);
      expect(forged.text).not.toContain("-32603");
    }
    for (const method of LEGACY_METHODS)
      for (const id of [taskId, `tsk_${taskId}`])
        expect(messageOf(await ann.legacy(method, { taskId: id })).error?.code).toBe(-32602);
  });

  test("what is not even a text names no task", async () => {
    for (const taskId of [undefined, null, 7, ["opn_1"], { id: "opn_1" }])
      expect(messageOf(await as("ann").legacy("tasks/get", { taskId })).error?.code).toBe(-32602);
  });

  test("one that was made on an endpoint is not there on another", async () => {
    const taskId = await taskOf(as("ann"), "load", { crate: "a" });
    const elsewhere = as("ann", here, "/mcp/twin");
    expect(messageOf(await ask(elsewhere, "tasks/get", { taskId })).error?.code).toBe(-32602);
    expect(resultOf(await elsewhere.legacy("tasks/list"))).toEqual({ tasks: [] });
    // It may look, and neither begin nor end such work.
    const reader = as("ann", here, `${PATH}?readonly=true`);
    expect(messageOf(await ask(reader, "tasks/cancel", { taskId })).error?.code).toBe(-32602);
    const everywhere = as("ann", here, "/mcp");
    expect(await get(everywhere, taskId)).toMatchObject({ taskId, status: "working" });
  });

  test("a client that does not say that it takes tasks is told what it lacks", async () => {
    const ann = as("ann");
    const taskId = await taskOf(ann, "load", { crate: "a" });
    for (const method of METHODS) {
      const answer = await ann.modern(method, { taskId }, { headers: { "Mcp-Name": taskId } });
      expect([answer.status, messageOf(answer).error]).toMatchObject([
        400,
        { code: -32021, data: { requiredCapabilities: TASKS } },
      ]);
    }
    const called = await ann.modern("tools/call", { name: "move", arguments: { crate: "b" } });
    expect(messageOf(called).error?.code).toBe(-32021);
  });
});

describe("a task's life", () => {
  test("is the same at every replica, and after a restart", async () => {
    const taskId = await taskOf(as("ann"), "load", { crate: "a" });
    const running = { taskId, status: "working", ttlMs: null, pollIntervalMs: expect.any(Number) };
    expect(await get(as("ann"), taskId)).toMatchObject(running);
    expect(await get(as("ann", there), taskId)).toMatchObject(running);
    await here.close();
    here = await startReplica();
    expect(await get(as("ann"), taskId)).toMatchObject(running);
    dock.finish("a");
    const ended = await until(as("ann"), taskId, "completed");
    expect(ended).toMatchObject({
      resultType: "complete",
      result: {
        resultType: "complete",
        structuredContent: { operation_id: taskId, status: "completed", result: { crate: "a" } },
      },
    });
    expect(ended.ttlMs).toBeGreaterThanOrEqual(HOUR_MS);
    expect(ended).not.toHaveProperty("pollIntervalMs");
    expect(await get(as("ann", there), taskId)).toEqual(ended);
    expect(dock.done).toEqual(["load a"]);
  });

  test("waits for approval as one that works, and goes on once it was given", async () => {
    const ann = as("ann");
    const taskId = await taskOf(ann, "sink", { crate: "a" });
    expect(await get(ann, taskId)).toMatchObject({
      ...{ status: "working", ttlMs: null },
      statusMessage: expect.stringContaining("Waits for approval"),
    });
    expect(dock.done).toEqual([]);
    await approve(taskId);
    const { result } = await until(ann, taskId, "completed");
    expect(result).toMatchObject({ structuredContent: { crate: "a" } });
    expect(dock.done).toEqual(["sink a"]);
  });

  test("asks a person first where the client can, and is then answered at once", async () => {
    const ann = as("ann");
    const call = { name: "sink", arguments: { crate: "a" } };
    const capable = withTasks({ elicitation: {} });
    const { resultType, requestState } = resultOf(await ann.modern("tools/call", call, capable));
    expect(resultType).toBe("input_required");
    const inputResponses = { fairlead_consent: { action: "accept", content: { approve: true } } };
    const again = { ...call, requestState, inputResponses };
    expect(resultOf(await ann.modern("tools/call", again, capable))).toMatchObject({
      ...{ resultType: "complete", structuredContent: { crate: "a" } },
    });
  });

  test("an unknown outcome works on, and says that it waits for evidence", async () => {
    const ann = as("ann");
    const args = { crate: "a", idempotency_key: "lost" };
    const lost = await ann.modern("tools/call", { name: "lose", arguments: args }, withTasks());
    expect(resultOf(lost)).toMatchObject({ isError: true });
    const taskId = await taskOf(ann, "lose", args);
    expect(await get(ann, taskId)).toMatchObject({
      ...{ status: "working", ttlMs: null },
      statusMessage: expect.stringContaining("no answer proves"),
    });
    expect(resultOf(await ask(ann, "tasks/cancel", { taskId }))).toMatchObject({
      resultType: "complete",
    });
    expect((await get(ann, taskId)).status).toBe("working");
  });

  test("takes answers to what it asks, in any number of pieces, and nothing else", async () => {
    const ann = as("ann");
    const taskId = await taskOf(ann, "move", { crate: "a" }, { elicitation: {} });
    const { inputRequests } = await until(ann, taskId, "input_required");
    expect(inputRequests).toMatchObject({ where: { method: "elicitation/create" } });
    for (const inputResponses of [{}, { other: ACCEPT }, { where: "there" }, { where: null }]) {
      const answer = await ask(ann, "tasks/update", { taskId, inputResponses });
      expect(messageOf(answer).error?.code ?? resultOf(answer).resultType).toBe("complete");
    }
    expect((await get(ann, taskId)).status).toBe("input_required");
    const missing = await ask(ann, "tasks/update", { taskId });
    expect(messageOf(missing).error?.code).toBe(-32602);
    await ask(ann, "tasks/update", { taskId, inputResponses: { where: ACCEPT } });
    await until(ann, taskId, "completed");
    const late = await ask(ann, "tasks/update", { taskId, inputResponses: { where: ACCEPT } });
    expect(resultOf(late).resultType).toBe("complete");
    expect(dock.done).toEqual(["move a"]);
  });

  test("ends by a word of its client before it begins, and not under way where nobody can stop it", async () => {
    const ann = as("ann");
    const waiting = await taskOf(ann, "sink", { crate: "a" });
    const running = await taskOf(ann, "load", { crate: "b" });
    for (const taskId of [waiting, running]) {
      const { resultType, ...rest } = resultOf(await ask(ann, "tasks/cancel", { taskId }));
      expect([resultType, Object.keys(rest)]).toEqual(["complete", ["_meta"]]);
    }
    expect((await get(ann, waiting)).status).toBe("cancelled");
    expect((await get(ann, running)).status).toBe("working");
    const audited = here.log().match(/"fairlead_cancel_operation"/g);
    expect(audited).toHaveLength(2);
  });

  test("is announced to who listens, wherever it changed, and to nobody else", async () => {
    const taskId = await taskOf(as("ann"), "load", { crate: "a" });
    const notifications = { taskIds: [taskId] };
    const listen = (name: "ann" | "boss") =>
      as(name, there).stream(modern("subscriptions/listen", { notifications }, withTasks()));
    const [own, others] = [await listen("ann"), await listen("boss")];
    const acknowledged = ({ method }: Json) => String(method).endsWith("acknowledged");
    expect(await own.message(acknowledged)).toMatchObject({ params: { notifications } });
    expect(await others.message(acknowledged)).toMatchObject({ params: { notifications: {} } });
    dock.finish("a");
    const ended = await own.message(isTold("completed"));
    expect(ended).toMatchObject({ method: "notifications/tasks", params: { taskId } });
    expect(JSON.stringify(others.messages())).not.toContain(taskId);
  });
});

const isTold = (status: string) => (message: Json) =>
  isRecord(message.params) && message.params.status === status;

test.for(["modern", "legacy"] as const)(
  "a %s client that takes no tasks waits with progress for what ends soon",
  async (era) => {
    const call = { name: "load", arguments: { crate: "a" } };
    const answer = as("ann")[era]("tools/call", call, { meta: { progressToken: "p" } });
    await expect.poll(() => dock.done).toEqual(["load a"]);
    dock.finish("a");
    expect(resultOf(await answer)).toMatchObject({
      structuredContent: { status: "completed", result: { crate: "a" } },
    });
  },
);

describe("a client of 2025-11-25", () => {
  test("follows a task to its result, which is what the call would have answered", async () => {
    const ann = await session("ann");
    const stream = await ann.listen();
    const taskId = await legacyTaskOf(ann, "load", { crate: "a" });
    const status = resultOf(await ann.legacy("tasks/get", { taskId }));
    expect(status).toMatchObject({ taskId, status: "working", ttl: null });
    const result = ann.legacy("tasks/result", { taskId });
    dock.finish("a");
    expect(resultOf(await result)).toMatchObject({
      structuredContent: { status: "completed", result: { crate: "a" } },
      _meta: { "io.modelcontextprotocol/related-task": { taskId } },
    });
    expect(await stream.message(isTold("completed"))).toMatchObject({
      method: "notifications/tasks/status",
      params: { taskId, ttl: expect.any(Number) },
    });
    const { tasks } = resultOf(await ann.legacy("tasks/list")) as { tasks: Json[] };
    expect(tasks).toMatchObject([{ taskId, status: "completed" }]);
    expect(messageOf(await ann.legacy("tasks/cancel", { taskId })).error?.code).toBe(-32602);
  });

  test("is asked once, although it listens in three places, on two replicas", async () => {
    const ann = await session("ann", { elicitation: {} });
    const streams: Stream[] = [await ann.listen(), await ann.at(there.port).listen()];
    const taskId = await legacyTaskOf(ann, "move", { crate: "a" });
    const waiting = await ann.stream(legacy("tasks/result", { taskId }, { message: { id: 9 } }));
    streams.push(waiting);
    const asked = () =>
      streams
        .flatMap((stream) => stream.messages())
        .filter(({ method }) => method === "elicitation/create");
    await expect.poll(() => asked().length, { timeout: 8_000 }).toBe(1);
    const [question] = asked();
    expect(question?.params).toMatchObject({
      _meta: { "io.modelcontextprotocol/related-task": { taskId } },
    });
    await ann.post({ jsonrpc: "2.0", id: question?.id, result: ACCEPT });
    await waiting.raw.until(/"structuredContent":\{"crate":"a"\}/);
    expect(asked()).toHaveLength(1);
    expect(dock.done).toEqual(["move a"]);
  });

  test("is asked what was asked while it listened nowhere", async () => {
    const ann = await session("ann", { elicitation: {} });
    const taskId = await legacyTaskOf(ann, "move", { crate: "a" });
    await until(ann, taskId, "input_required");
    const stream = await ann.listen();
    const question = await stream.message(({ method }) => method === "elicitation/create");
    await ann.post({ jsonrpc: "2.0", id: question.id, result: ACCEPT });
    await until(ann, taskId, "completed");
  });

  test("gets what is answered at once as a task that is over, and only from tools that can be tasks", async () => {
    const ann = await session("ann");
    const bad = await ann.legacy("tools/call", { name: "sink", arguments: {}, task: {} });
    const { task } = resultOf(bad) as { task: Json };
    const taskId = String(task.taskId);
    expect(resultOf(await ann.legacy("tasks/get", { taskId }))).toMatchObject({
      ...{ taskId, status: "failed", ttl: HOUR_MS },
    });
    expect(resultOf(await ann.legacy("tasks/result", { taskId }))).toMatchObject({
      ...{ isError: true, _meta: { "io.modelcontextprotocol/related-task": { taskId } } },
    });
    const { tasks } = resultOf(await ann.legacy("tasks/list")) as { tasks: Json[] };
    expect(tasks.map((each) => each.taskId)).toContain(taskId);
    const stranger = await as("boss").legacy("tasks/get", { taskId });
    expect(messageOf(stranger).error?.code).toBe(-32602);
    const call = { name: "look", arguments: { crate: "a" }, task: {} };
    expect(messageOf(await ann.legacy("tools/call", call)).error?.code).toBe(-32601);
  });

  test("is told of no task that another session of its caller made", async () => {
    const [ann, other] = [await session("ann"), await session("ann")];
    const stream = await other.listen();
    const taskId = await legacyTaskOf(ann, "load", { crate: "a" });
    dock.finish("a");
    await until(ann, taskId, "completed");
    expect(JSON.stringify(stream.messages())).not.toContain(taskId);
    stream.raw.destroy();
  });
});

describe.each(["modern", "legacy"] as const)("reserved arguments of a %s client", (era) => {
  const call = (caller: Caller, name: string, args: Json, meta: Json = {}) =>
    caller[era]("tools/call", { name, arguments: args }, { meta });

  test("a key in _meta or in the arguments names a request, which is done once", async () => {
    const ann = as("ann");
    const inMeta = { "dev.fairlead/idempotencyKey": "k" };
    const idOf = async (answer: Promise<Answer>) =>
      (resultOf(await answer).structuredContent as Json).operation_id;
    const first = await idOf(call(ann, "load", { crate: "a" }, inMeta));
    expect(await idOf(call(ann, "load", { crate: "a" }, inMeta))).toBe(first);
    expect(await idOf(call(ann, "load", { crate: "a", idempotency_key: "k" }))).toBe(first);
    // Whose key it is counts, and what it was used for.
    expect(await idOf(call(as("boss"), "load", { crate: "b" }, inMeta))).not.toBe(first);
    expect((await call(ann, "load", { crate: "c" }, inMeta)).text).toContain("another request");
    for (const key of ["", 7, null]) {
      const bad = await call(ann, "load", { crate: "d" }, { "dev.fairlead/idempotencyKey": key });
      expect(bad.text).toContain("has to be a text");
    }
    expect(dock.done).toEqual(["load a", "load b"]);
  });

  test("confirm says that the plan is what is wanted, once", async () => {
    const ann = as("ann");
    const planned = await call(ann, "weigh", { crate: "a" });
    const plan_id = /pln_[0-9a-f]+/.exec(planned.text)?.[0];
    expect([planned.text.includes("consent_required"), dock.done]).toEqual([true, []]);
    const done = await call(ann, "weigh", { crate: "a", confirm: plan_id });
    expect(resultOf(done).structuredContent).toMatchObject({ crate: "a" });
    const other = await call(ann, "weigh", { crate: "b", confirm: plan_id });
    expect(resultOf(other).isError).toBe(true);
    expect(dock.done).toEqual(["weigh a"]);
  });

  test("connection picks one of several, by its label", async () => {
    const given = ["north", "south"].map((label) => ({
      ...{ connector: "dock", label, settings: {}, credential: {} },
    }));
    const local = await start({ connectors: [dock.connector], given });
    try {
      const anybody = createCaller(local.port, {}, PATH);
      callers.push(anybody);
      const lost = await call(anybody, "load", { crate: "a" });
      expect(lost.text).toContain("Name one with the argument");
      const weighed = { crate: "a", connection: "south" };
      const plan_id = /pln_[0-9a-f]+/.exec((await call(anybody, "weigh", weighed)).text)?.[0];
      const done = await call(anybody, "weigh", { ...weighed, confirm: plan_id });
      expect(resultOf(done).structuredContent).toMatchObject({ crate: "a", on: "south" });
    } finally {
      await local.close();
    }
  });
});
