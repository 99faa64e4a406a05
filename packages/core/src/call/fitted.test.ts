import { createPrincipal, createTestEngine, type TestEngine } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { defineTool } from "../tool.ts";
import { shortened } from "./fitted.ts";

const opened: TestEngine[] = [];
afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.close();
});

const LINES = Array.from({ length: 500 }, (_, at) => `line ${at} of the log`);

async function open() {
  const harbour = defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    settings: z.object({}),
    createClient: () => undefined,
    tools: [
      defineTool({
        name: "harbour_read_log",
        title: "Read the log",
        description: "Reads the log.",
        effect: "read",
        needsConnection: false,
        input: z.object({}),
        output: z.object({ name: z.string(), lines: z.array(z.string()) }),
        handler: () => ({ name: "log", lines: LINES }),
      }),
    ],
  });
  const engine = await createTestEngine([harbour], { config: { resultTokenBudget: 500 } });
  opened.push(engine);
  return engine;
}

async function readLong({ callTool }: TestEngine) {
  const { content, structured } = await callTool("harbour_read_log");
  const link = content.find(({ type }) => type === "resource_link");
  if (link?.type !== "resource_link") throw new Error("There is no link.");
  return { structured, uri: link.uri, result_id: link.uri.split("/").at(-1) ?? "", content };
}

test("an answer over the budget is cut, and the whole of it kept for its caller", async () => {
  const engine = await open();
  const { structured, uri, result_id, content } = await readLong(engine);
  const cut = structured as { name: string; lines: string[] };
  expect(cut.name).toBe("log");
  expect(cut.lines).toEqual(LINES.slice(0, cut.lines.length));
  expect(JSON.stringify(cut).length).toBeLessThanOrEqual(500 * 2);
  expect(JSON.stringify(content).length).toBeLessThan(500 * 4);
  const reply = await engine.call({ kind: "resource", uri });
  if (reply.kind !== "resource") throw new Error("no resource");
  const [whole] = reply.contents;
  expect(JSON.parse((whole as { text: string }).text)).toEqual({ name: "log", lines: LINES });
  let text = "";
  for (let offset: number | null = 0; offset !== null; ) {
    const part = await engine.callTool("fairlead_get_result", { result_id, offset });
    const { text: more, next_offset } = part.structured as {
      text: string;
      next_offset: number | null;
    };
    text += more;
    offset = next_offset;
  }
  expect(JSON.parse(text)).toEqual({ name: "log", lines: LINES });
});

test("nobody else reads it, in the tenant or out of it", async () => {
  const engine = await open();
  const { uri } = await readLong(engine);
  for (const changes of [{ id: "prn_ben" }, { tenant_id: "ten_umbra" }]) {
    const principal = createPrincipal(changes);
    const failure = await failureOf(engine.call({ kind: "resource", uri }, { principal }));
    expect(failure).toMatchObject({ code: "not_found", details: { reason: "result" } });
  }
});

test("it is authorised again as the tool that gave it", async () => {
  const engine = await open();
  const { uri } = await readLong(engine);
  const principal = createPrincipal({ scopes: new Set(["other:read"]) });
  const failure = await failureOf(engine.call({ kind: "resource", uri }, { principal }));
  expect(failure.code).toBe("forbidden");
});

test("it lapses after an hour", async () => {
  const engine = await open();
  const { uri } = await readLong(engine);
  engine.clock.advance(3_600_001);
  expect((await failureOf(engine.call({ kind: "resource", uri }))).code).toBe("not_found");
});

test("what is longest is cut first, and every name stays", () => {
  const value = {
    short: "abc",
    long: "x".repeat(1_000),
    list: Array.from({ length: 100 }, () => 7),
  };
  const cut = shortened(value, 300) as typeof value;
  expect(Object.keys(cut)).toEqual(["short", "long", "list"]);
  expect(cut.short).toBe("abc");
  expect(JSON.stringify(cut).length).toBeLessThanOrEqual(320);
  expect(cut.list.length).toBeGreaterThan(10);
});
