import { setTimeout as sleep } from "node:timers/promises";
import { isRecord } from "@fairlead/core/is-record";
import { SYSTEM_CLOCK } from "@fairlead/core/ports";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import type { Shared } from "@fairlead/core/storage/shared";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import { until } from "@fairlead/testkit/clock";
import { createPrincipal } from "@fairlead/testkit/engine";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Caller, createCaller, openSession } from "./src/caller.ts";
import { open, rawRequest } from "./src/raw.ts";
import { type Json, legacy, modern } from "./src/requests.ts";
import { createSlow, type Slow } from "./src/slow.ts";
import { spawn } from "./src/spawn.ts";
import { type Running, type StartOptions, start } from "./src/start.ts";
import { twin } from "./src/twin.ts";
import { type Answer, createWire } from "./src/wire.ts";

const PEOPLE = { ann: "ten_acme", bob: "ten_acme", eve: "ten_other" } as const;
const CAN_BE_ASKED = { elicitation: {}, sampling: {} };

let slow: Slow;
let shared: Shared;
let store: Store;
let here: Running;
/** Another replica of the same installation. */
let there: Running;
let callers: Caller[];

async function startReplica(options: Partial<StartOptions> = {}): Promise<Running> {
  const people = Object.entries(PEOPLE).map(([name, tenant_id]) => [
    `key-of-${name}`,
    createPrincipal({ id: `prn_${name}`, tenant_id, label: name }),
  ]);
  return start({
    connectors: [slow.connector, twin],
    ...{ store, shared },
    people: Object.fromEntries(people),
    ...options,
  });
}

beforeEach(async () => {
  slow = createSlow();
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

function as(name: keyof typeof PEOPLE, at: Running = here): Caller {
  const caller = createCaller(at.port, { Authorization: `Bearer key-of-${name}` });
  callers.push(caller);
  return caller;
}

async function session(name: keyof typeof PEOPLE, capabilities: Json = {}): Promise<Caller> {
  const caller = await openSession(as(name), here.port, capabilities);
  callers.push(caller);
  return caller;
}

function resultOf({ text }: Pick<Answer, "text">): Json {
  const parsed: unknown = JSON.parse(text);
  if (!isRecord(parsed) || !isRecord(parsed.result)) throw new Error(`No result: ${text}`);
  return parsed.result;
}

function codeOf({ text }: Answer): unknown {
  const parsed: unknown = JSON.parse(text);
  return isRecord(parsed) && isRecord(parsed.error) ? parsed.error.code : undefined;
}

const waiting = (ticket: string) => ({ name: "wait", arguments: { ticket } });
const asking = (by: string) => ({ name: "ask", arguments: { ticket: "x", by } });
const page = (name: string) => `slow://pages/${name}`;
const touching = (name: string, lists = false) => ({
  name: "touch",
  arguments: { uri: page(name), lists },
});
const isUpdateOf = (name: string) => (message: Json) =>
  isRecord(message.params) && message.params.uri === page(name);
const methodsOf = (messages: Json[]) => messages.map(({ method }) => method).filter(Boolean);
const urisOf = (messages: Json[]) =>
  messages.flatMap(({ params }) => (isRecord(params) && "uri" in params ? [params.uri] : []));

test("ends the call of a modern client that closes its connection", async () => {
  const { raw } = await as("ann").stream(modern("tools/call", waiting("a")));
  await slow.started("a");
  raw.destroy();
  expect(await slow.aborted("a")).toBe("cancelled");
});

test("ends a modern client's read when it closes its connection", async () => {
  const { raw } = await as("ann").stream(modern("resources/read", { uri: page("slow1") }));
  await slow.started("slow1");
  raw.destroy();
  expect(await slow.aborted("slow1")).toBe("cancelled");
});

test("ends the call of a legacy client that closes its connection", async () => {
  const { raw } = await as("ann").stream(legacy("tools/call", waiting("a")));
  await slow.started("a");
  raw.destroy();
  expect(await slow.aborted("a")).toBe("cancelled");
});

test("ends a legacy client's reads and batches when it closes its connection", async () => {
  const reading = await as("ann").stream(legacy("resources/read", { uri: page("slow1") }));
  const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: waiting("batched") };
  const batch = await as("ann").stream(legacy("", undefined, { body: JSON.stringify([call]) }));
  await slow.started("slow1");
  await slow.started("batched");
  reading.raw.destroy();
  batch.raw.destroy();
  expect(await slow.aborted("slow1")).toBe("cancelled");
  expect(await slow.aborted("batched")).toBe("cancelled");
});

test.for(["here", "there"])(
  "ends a legacy call by a notification that arrives %s, without an answer to it",
  async (where) => {
    const ann = await session("ann");
    const answer = ann.legacy("tools/call", waiting("a"), { message: { id: "call-1" } });
    await slow.started("a");
    const messenger = where === "here" ? ann : ann.at(there.port);
    const sent = await messenger.notify("notifications/cancelled", { requestId: "call-1" });
    expect(sent.status).toBe(202);
    expect(await slow.aborted("a")).toBe("cancelled");
    expect(await answer).toMatchObject({ status: 200, text: "" });
  },
);

test("ends a legacy read by a notification, without an answer to it", async () => {
  const ann = await session("ann");
  const answer = ann.legacy("resources/read", { uri: page("slow1") }, { message: { id: 7 } });
  await slow.started("slow1");
  await ann.notify("notifications/cancelled", { requestId: 7 });
  expect(await slow.aborted("slow1")).toBe("cancelled");
  expect(await answer).toMatchObject({ status: 200, text: "" });
});

test("does not let one session end the calls of another, though their ids are the same", async () => {
  const ann = await session("ann");
  const other = await session("ann");
  const bob = await session("bob");
  const answer = ann.legacy("tools/call", waiting("a"), { message: { id: 1 } });
  await slow.started("a");
  for (const caller of [other, bob]) {
    await caller.notify("notifications/cancelled", { requestId: 1 });
  }
  await ann.notify("notifications/cancelled", { requestId: "1" });
  slow.release("a");
  expect(resultOf(await answer).structuredContent).toEqual({ ticket: "a" });
});

test("does not know the session of another principal, not even in the same tenant", async () => {
  const ann = await session("ann");
  for (const name of ["bob", "eve"] as const) {
    const headers = { ...as(name).headers, "Mcp-Session-Id": ann.headers["Mcp-Session-Id"]! };
    const thief = createCaller(here.port, headers);
    callers.push(thief);
    const answers = [await thief.legacy("tools/list"), await thief.post([]), await thief.end()];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(answers.map(codeOf)).toEqual([-32001, -32001, -32001]);
  }
  expect((await ann.legacy("ping")).status).toBe(200);
});

test("does not know a session after its end, on any replica", async () => {
  const ann = await session("ann");
  const annThere = ann.at(there.port);
  expect((await annThere.legacy("ping")).status).toBe(200);
  expect((await ann.end()).status).toBe(200);
  for (const caller of [ann, annThere]) {
    expect((await caller.legacy("ping")).status).toBe(404);
    expect((await caller.legacy("tools/call", waiting("a"))).status).toBe(404);
    expect((await caller.end()).status).toBe(404);
  }
});

test("does not know a session whose token was changed in any of its parts", async () => {
  const ann = await session("ann");
  const token = ann.headers["Mcp-Session-Id"]!;
  const parts = token.split(".");
  expect(parts).toHaveLength(5);
  const changed = parts.map((part, index) => {
    const other = part.startsWith("A") ? "B" : "A";
    return parts.with(index, `${other}${part.slice(1)}`).join(".");
  });
  for (const tampered of [...changed, `${token}x`, token.slice(0, -1), `${token}, ${token}`, ""]) {
    const thief = createCaller(here.port, { ...ann.headers, "Mcp-Session-Id": tampered });
    callers.push(thief);
    expect((await thief.legacy("ping")).status).toBe(404);
  }
});

test("does not know the session of another installation", async () => {
  const elsewhere = await createSqliteStore(":memory:");
  const stranger = await startReplica({ store: elsewhere });
  try {
    const ann = await session("ann");
    expect((await ann.at(stranger.port).legacy("ping")).status).toBe(404);
  } finally {
    await stranger.close();
    await elsewhere.close();
  }
});

test("keeps the log level of a session on every replica, and of that session alone", async () => {
  const [ann, other] = [await session("ann"), await session("ann")];
  const levels = async (caller: Caller) => {
    const answer = await caller.legacy("tools/call", { name: "tell" });
    const sent = [...answer.text.matchAll(/"level":"(\w+)"/g)];
    return sent.map(([, level]) => level);
  };
  expect(await levels(ann)).toEqual(["debug", "info", "warning", "error"]);
  await ann.legacy("logging/setLevel", { level: "warning" });
  expect(await levels(ann)).toEqual(["warning", "error"]);
  expect(await levels(ann.at(there.port))).toEqual(["warning", "error"]);
  expect(await levels(other)).toEqual(["debug", "info", "warning", "error"]);
});

const REPLIES = {
  elicitation: { action: "accept", content: { yes: true } },
  sampling: { role: "assistant", model: "m", content: { type: "text", text: "Yes." } },
};

test.for([
  ["elicitation", "here"],
  ["elicitation", "there"],
  ["sampling", "here"],
  ["sampling", "there"],
] as const)(
  "asks by %s on the stream of the call, and takes the reply that arrives %s",
  async ([by, where]) => {
    const ann = await session("ann", CAN_BE_ASKED);
    const stream = await ann.stream(legacy("tools/call", asking(by)));
    const question = await stream.message(({ method }) => method !== undefined);
    expect(question.method).toBe(
      by === "sampling" ? "sampling/createMessage" : "elicitation/create",
    );
    const messenger = where === "here" ? ann : ann.at(there.port);
    const reply = { jsonrpc: "2.0", id: question.id, result: REPLIES[by] };
    expect((await messenger.post(reply)).status).toBe(202);
    const answer = await stream.message(({ id }) => id === 1);
    expect(answer.result).toMatchObject({ structuredContent: { answer: REPLIES[by] } });
  },
);

test("takes no reply of another session, nor one to a question that was not asked", async () => {
  const ann = await session("ann", CAN_BE_ASKED);
  const others = [await session("ann", CAN_BE_ASKED), await session("bob"), await session("eve")];
  const stream = await ann.stream(legacy("tools/call", asking("elicitation")));
  const { id } = await stream.message(({ method }) => method !== undefined);
  const forged = { jsonrpc: "2.0", id, result: { action: "accept", content: { forged: true } } };
  for (const other of [...others, as("bob")]) {
    expect((await other.post(forged)).status).toBe(202);
    expect((await other.at(there.port).post(forged)).status).toBe(202);
  }
  await ann.post({ ...forged, id: `${String(id)}x` });
  await ann.post({ jsonrpc: "2.0", id, result: { action: "decline" } });
  const answer = await stream.message((message) => message.id === 1);
  expect(answer.result).toMatchObject({ structuredContent: { answer: { action: "decline" } } });
});

test("tells the caller when its client answers a question with an error", async () => {
  const ann = await session("ann", CAN_BE_ASKED);
  const stream = await ann.stream(legacy("tools/call", asking("sampling")));
  const { id } = await stream.message(({ method }) => method !== undefined);
  await ann.post({ jsonrpc: "2.0", id, error: { code: -1, message: "User said no" } });
  const answer = await stream.message((message) => message.id === 1);
  expect(JSON.stringify(answer.result)).toContain("User said no");
  expect(answer.result).toMatchObject({ isError: true });
});

test("ends a question when its call is cancelled", async () => {
  const ann = await session("ann", CAN_BE_ASKED);
  const stream = await ann.stream(legacy("tools/call", asking("elicitation")));
  const { id } = await stream.message(({ method }) => method !== undefined);
  await ann.notify("notifications/cancelled", { requestId: 1 });
  await stream.raw.until(/\r\n0\r\n\r\n/);
  await ann.post({ jsonrpc: "2.0", id, result: { action: "accept" } });
  expect(stream.messages()).toHaveLength(1);
});

test("asks nothing of a client without a session, or that does not know how", async () => {
  for (const caller of [as("ann"), await session("ann"), await session("ann", { roots: {} })]) {
    const answer = await caller.legacy("tools/call", asking("elicitation"));
    expect(resultOf(answer)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/^consent_required: /) }],
    });
  }
});

test("lets a modern client bring its answers to any replica, but nobody else, and to nothing else", async () => {
  const ann = as("ann");
  const first = resultOf(await ann.modern("tools/call", asking("elicitation")));
  expect(first.resultType).toBe("input_required");
  const { requestState } = first;
  const answered = (by: string) => ({
    ...asking(by),
    requestState,
    inputResponses: { it: REPLIES.elicitation },
  });
  const second = await ann.at(there.port).modern("tools/call", answered("elicitation"));
  expect(resultOf(second)).toMatchObject({
    resultType: "complete",
    structuredContent: { answer: REPLIES.elicitation },
  });
  expect(codeOf(await as("bob").modern("tools/call", answered("elicitation")))).toBe(-32602);
  expect(codeOf(await ann.modern("tools/call", answered("sampling")))).toBe(-32602);
});

test.for(["here", "there"])(
  "tells a legacy stream of what its session subscribed to, when it changes %s, and of nothing else",
  async (where) => {
    const ann = await session("ann");
    const eve = as("eve");
    const bob = as("bob", where === "here" ? here : there);
    for (const name of ["a", "b", "end"]) {
      await ann.at(there.port).legacy("resources/subscribe", { uri: page(name) });
    }
    await ann.legacy("resources/unsubscribe", { uri: page("b") });
    const stream = await ann.listen();
    await eve.modern("tools/call", touching("a", true));
    await bob.modern("tools/call", touching("b"));
    await bob.modern("tools/call", touching("c"));
    await bob.modern("tools/call", touching("a", true));
    await bob.modern("tools/call", touching("end"));
    await stream.message(isUpdateOf("end"));
    expect(urisOf(stream.messages())).toEqual([page("a"), page("end")]);
    expect(methodsOf(stream.messages()).sort()).toEqual([
      "notifications/prompts/list_changed",
      "notifications/resources/list_changed",
      "notifications/resources/updated",
      "notifications/resources/updated",
      "notifications/tools/list_changed",
    ]);
    stream.raw.destroy();
  },
);

test("tells two sessions of one principal each of its own subscriptions", async () => {
  const [first, second] = [await session("ann"), await session("ann")];
  await first.legacy("resources/subscribe", { uri: page("a") });
  await second.legacy("resources/subscribe", { uri: page("b") });
  const streams = [await first.listen(), await second.listen()];
  await as("ann").modern("tools/call", touching("a"));
  await as("ann").modern("tools/call", touching("b"));
  await streams[0]!.message(isUpdateOf("a"));
  await streams[1]!.message(isUpdateOf("b"));
  expect(streams.map((stream) => urisOf(stream.messages()))).toEqual([[page("a")], [page("b")]]);
  for (const { raw } of streams) raw.destroy();
});

test.for(["here", "there"])(
  "tells a modern stream of what it listens to, when it changes %s, and of nothing else",
  async (where) => {
    const notifications = {
      toolsListChanged: true,
      resourceSubscriptions: [page("a"), page("end"), "slow://nowhere"],
    };
    const request = modern("subscriptions/listen", { notifications }, { message: { id: "sub" } });
    const stream = await as("ann").stream(request);
    const acknowledged = await stream.message(() => true);
    expect(acknowledged.params).toMatchObject({
      notifications: { toolsListChanged: true, resourceSubscriptions: [page("a"), page("end")] },
    });
    const bob = as("bob", where === "here" ? here : there);
    await as("eve").modern("tools/call", touching("a", true));
    await bob.modern("tools/call", touching("b"));
    await bob.modern("tools/call", touching("a", true));
    await bob.modern("tools/call", touching("end"));
    await stream.message(isUpdateOf("end"));
    expect(urisOf(stream.messages())).toEqual([page("a"), page("end")]);
    expect(methodsOf(stream.messages())).toEqual([
      "notifications/subscriptions/acknowledged",
      "notifications/resources/updated",
      "notifications/tools/list_changed",
      "notifications/resources/updated",
    ]);
    for (const { params } of stream.messages()) {
      expect(params).toMatchObject({ _meta: { "io.modelcontextprotocol/subscriptionId": "sub" } });
    }
    stream.raw.destroy();
  },
);

test("answers every call under way when it closes, takes no new ones, and ends its streams", async () => {
  const ann = await session("ann");
  const wires = Array.from({ length: 50 }, () => createCaller(here.port, as("ann").headers));
  const answers = wires.map((caller, n) => {
    const send = n % 2 === 0 ? caller.modern : caller.legacy;
    return send("tools/call", waiting(`call-${n}`));
  });
  await Promise.all(wires.map((_, n) => slow.started(`call-${n}`)));
  const listening = { notifications: { toolsListChanged: true } };
  const modernStream = await as("ann").stream(modern("subscriptions/listen", listening));
  await modernStream.message(() => true);
  const legacyStream = await ann.listen();

  const closed = here.close();
  const ending = await modernStream.message(({ id }) => id === 1);
  expect(ending.result).toMatchObject({ resultType: "complete" });
  await modernStream.raw.until(/\r\n0\r\n\r\n/);
  await legacyStream.raw.until(/\r\n0\r\n\r\n/);
  await expect(as("bob").modern("tools/list")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  for (const [n] of wires.entries()) slow.release(`call-${n}`);
  const tickets = (await Promise.all(answers)).map((answer) => resultOf(answer).structuredContent);
  expect(tickets).toEqual(wires.map((_, n) => ({ ticket: `call-${n}` })));
  await closed;
  for (const caller of wires) caller.close();
  here = await startReplica();
});

test("answers a call of which only the headers had arrived when the server closed", async () => {
  const { headers } = as("ann");
  const changes = { path: "/mcp/slow", headers: { ...headers, Expect: "100-continue" } };
  const [head, body] = rawRequest(modern("tools/call", waiting("late"), changes)).split("\r\n\r\n");
  const raw = await open(here.port);
  raw.write(`${head}\r\n\r\n`);
  await raw.until(/ 100 Continue/);
  const closed = here.close();
  raw.write(`${body}`);
  await slow.started("late");
  await sleep(1_100); // longer than finished answers are given to leave
  slow.release("late");
  await raw.until(/"ticket":"late"/);
  await closed;
  here = await startReplica();
});

test("lets an answer leave that a slow reader has not yet taken when the server closes", async () => {
  const { headers } = as("ann");
  const raw = await open(here.port);
  raw.socket.pause();
  const text = "x".repeat(1_000_000);
  const params = { name: "echo", arguments: { text, times: 10 } };
  raw.write(rawRequest(modern("tools/call", params, { headers })));
  await until(() => here.log().includes('"name":"twin_echo"'));
  const closed = here.close();
  raw.socket.resume();
  await closed;
  await raw.closed;
  const [head = "", answer = ""] = raw.text.split("\r\n\r\n");
  expect(answer.length).toBe(Number(/content-length: (\d+)/i.exec(head)?.[1]));
  here = await startReplica();
});

test("gives a call that does not end an answer of its own when the time to close is up", async () => {
  const hasty = await startReplica({ http: { drainMs: 100 } });
  const answer = as("ann", hasty).modern("tools/call", waiting("endless"));
  await slow.started("endless");
  await hasty.close();
  expect(resultOf(await answer)).toMatchObject({
    isError: true,
    content: [{ text: expect.stringMatching(/^cancelled: /) }],
  });
});

test("answers a call that hangs with a timeout at its deadline, whatever its handler does", async () => {
  const hasty = await startReplica({ engine: { deadlineMs: 100 } });
  try {
    const ann = as("ann", hasty);
    const text = expect.stringMatching(/^timeout: /);
    for (const [index, caller] of [ann.modern, ann.legacy].entries()) {
      const answer = await caller("tools/call", { name: "hang", arguments: { ticket: "hung" } });
      expect(resultOf(answer)).toMatchObject({ isError: true, content: [{ text }] });
      const read = await caller("resources/read", { uri: page(`slow${index}`) });
      expect(codeOf(read)).toBe(-31504);
    }
    expect(await slow.aborted("slow1")).toBe("timeout");
  } finally {
    await hasty.close();
  }
});

test("loses none of 50 calls under way when the process is told to end", async () => {
  const child = await spawn();
  const wires = Array.from({ length: 50 }, () => createWire(child.port));
  const answers = wires.map((wire, n) => {
    const params = { name: "nap", arguments: { ms: 300, n } };
    return wire.send(modern("tools/call", params, { path: "/mcp/child" }));
  });
  await child.calls(50);
  child.process.kill("SIGTERM");
  const numbers = (await Promise.all(answers)).map((answer) => resultOf(answer).structuredContent);
  expect(numbers).toEqual(wires.map((_, n) => ({ n })));
  expect(await child.exited).toBe(0);
  for (const wire of wires) wire.close();
});
