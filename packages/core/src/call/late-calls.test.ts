import { createTestEngine } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { createTally } from "../observe/tally.ts";
import { defineTool } from "../tool.ts";
import { currentCall } from "./current.ts";

/** A harbour whose gauge is one request away, as the egress guard counts them. */
async function setUp() {
  const waiting: (() => void)[] = [];
  const leave = () => {
    const call = currentCall();
    if (call !== undefined) call.upstreamCalls += 1;
  };
  const base = {
    title: "Tide",
    description: "The tide.",
    effect: "read" as const,
    input: z.object({}),
    output: z.object({ ok: z.boolean() }),
  };
  const harbour = defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    settings: z.object({}),
    createClient: () => undefined,
    tools: [
      defineTool({
        ...base,
        name: "harbour_get_tide",
        cache: { ttlMs: 60_000, staleMs: 20_000 },
        async handler() {
          leave();
          // As an upstream does: it answers after the old answer was given.
          await new Promise<void>((resolve) => setImmediate(resolve));
          return { ok: true };
        },
      }),
      defineTool({
        ...base,
        name: "harbour_sound",
        async handler() {
          leave();
          await new Promise<void>((resolve) => waiting.push(resolve));
          return { ok: true };
        },
      }),
    ],
  });
  const tally = createTally();
  const engine = await createTestEngine([harbour], { config: { deadlineMs: 30_000 }, tally });
  return { ...engine, tally, waiting };
}

test("what a refresh behind an old answer asks the upstream is counted", async () => {
  const { callTool, clock, tally } = await setUp();
  await callTool("harbour_get_tide");
  expect(tally.lateCalls.get("harbour")).toBeUndefined();
  clock.advance(60_000);
  await callTool("harbour_get_tide");
  await vi.waitFor(() => expect(tally.lateCalls.get("harbour")).toBe(1));
});

test("what a call asked that ended at its deadline is counted", async () => {
  const { callTool, clock, tally, waiting } = await setUp();
  const failure = failureOf(callTool("harbour_sound"));
  await vi.waitFor(() => expect(waiting).toHaveLength(1));
  clock.advance(30_000);
  expect((await failure).code).toBe("timeout");
  for (const end of waiting) end();
  await vi.waitFor(() => expect(tally.lateCalls.get("harbour")).toBe(1));
});
