import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { defineConnector } from "@fairlead/core/connector";
import { defineTool } from "@fairlead/core/tool";
import { createTestEngine } from "@fairlead/testkit/engine";
import { expect, test } from "vitest";
import { z } from "zod";
import { META, MODERN_VERSION } from "../mcp/wire.ts";
import { runStdio } from "./run.ts";

const lift = defineTool({
  name: "crane_lift",
  title: "Lift",
  description: "Lifts a load.",
  effect: "read",
  needsConnection: false,
  input: z.object({ load: z.string() }),
  output: z.object({ lifted: z.string() }),
  handler: ({ load }) => ({ lifted: load }),
});

const crane = defineConnector({
  id: "crane",
  title: "Crane",
  description: "A crane.",
  settings: z.object({}),
  createClient: () => ({}),
  tools: [lift],
});

interface Message {
  id?: number;
  result?: Record<string, unknown>;
  error?: { code: number };
}

async function open() {
  const { fairlead } = await createTestEngine([crane]);
  const input = new PassThrough();
  const output = new PassThrough();
  const server = runStdio(fairlead, fairlead.view({ endpoint: "all" }), { input, output });
  let written = "";
  output.setEncoding("utf8").on("data", (text: string) => {
    written += text;
  });
  const messages = (): Message[] =>
    written
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  return {
    input,
    server,
    messages,
    say: (message: object) => input.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`),
    async heard(count: number): Promise<Message[]> {
      while (messages().length < count) await turn();
      return messages();
    },
  };
}

const INITIALIZE = {
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "tester", version: "1" },
  },
};
const INITIALIZED = { method: "notifications/initialized" };
const CALL = { method: "tools/call", params: { name: "crane_lift", arguments: { load: "ton" } } };

test("answers the opening, goes on with calls, and repeats nothing", async () => {
  const { say, heard, input, server, messages } = await open();
  say(INITIALIZE);
  say(INITIALIZED);
  say({ id: 2, method: "ping" });
  say({ id: 3, method: "tools/list" });
  say({ id: 4, ...CALL });
  say({ id: 5, method: "tools/list" });
  await heard(5);
  input.end();
  await server.ended;
  const answers = messages();
  expect(answers.map(({ id }) => id).sort()).toEqual([1, 2, 3, 4, 5]);
  const resultOf = (asked: number) => answers.find(({ id }) => id === asked)?.result;
  expect(resultOf(1)).toMatchObject({
    protocolVersion: "2025-06-18",
    serverInfo: { name: "fairlead" },
  });
  expect(resultOf(2)).toEqual({});
  expect(resultOf(4)?.structuredContent).toEqual({ lifted: "ton" });
  expect(resultOf(5)).toEqual(resultOf(3));
});

test("offers its newest revision to a client that asks for one it does not speak", async () => {
  const { say, heard, server, input } = await open();
  say({ ...INITIALIZE, params: { ...INITIALIZE.params, protocolVersion: "1999-01-01" } });
  const [answer] = await heard(1);
  expect(answer?.result?.protocolVersion).toBe("2025-11-25");
  input.end();
  await server.ended;
});

test("reads messages in whatever pieces they come", async () => {
  const { input, heard, server } = await open();
  const text = [INITIALIZE, INITIALIZED, { id: 2, method: "tools/list" }, { id: 3, ...CALL }]
    .map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)
    .join("");
  for (const piece of text.match(/.{1,7}/gs) ?? []) {
    input.write(piece);
    await turn();
  }
  const answers = await heard(3);
  expect(answers.map(({ id }) => id)).toEqual([1, 2, 3]);
  input.end();
  await server.ended;
});

test("leaves a client of the new era to the official server from the start", async () => {
  const { say, heard, server, input } = await open();
  const _meta = {
    [META.protocolVersion]: MODERN_VERSION,
    [META.clientInfo]: { name: "tester", version: "1" },
    [META.clientCapabilities]: {},
  };
  say({ id: 1, method: "tools/call", params: { ...CALL.params, _meta } });
  const [answer] = await heard(1);
  expect(answer?.result).toMatchObject({
    resultType: "complete",
    structuredContent: { lifted: "ton" },
  });
  input.end();
  await server.ended;
});

test("answers what was asked last, though the client has already closed its end", async () => {
  const { say, input, server, messages } = await open();
  say(INITIALIZE);
  say(INITIALIZED);
  say({ id: 2, ...CALL });
  input.end();
  await server.ended;
  await turn();
  expect(messages().map(({ id }) => id)).toEqual([1, 2]);
});

test("ends with a client that said nothing", async () => {
  const { input, server, messages } = await open();
  input.end();
  await server.ended;
  expect(messages()).toEqual([]);
});
