import { createTestEngine } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import type { CallContext } from "../context.ts";
import { defineTool } from "../tool.ts";

/** A harbour whose work takes until the test ends it, and never minds its signal. */
async function setUp() {
  const begun: { signal: AbortSignal; end: () => void }[] = [];
  const waiting: (() => void)[] = [];
  const work = (_input: unknown, ctx: CallContext<undefined>) =>
    new Promise<{ done: boolean }>((resolve) => {
      begun.push({ signal: ctx.signal, end: () => resolve({ done: true }) });
      for (const notify of waiting.splice(0)) notify();
    });
  const base = {
    title: "Dredge",
    description: "Dredge the basin.",
    input: z.object({}),
    output: z.object({ done: z.boolean() }),
    handler: work,
  };
  const harbour = defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    settings: z.object({}),
    createClient: () => undefined,
    tools: [
      defineTool({ ...base, name: "harbour_dredge", effect: "read" }),
      defineTool({ ...base, name: "harbour_dredge_deep", effect: "read", deadlineMs: 120_000 }),
      defineTool({ ...base, name: "harbour_sound", effect: "read", cache: { ttlMs: 60_000 } }),
    ],
  });
  const engine = await createTestEngine([harbour], { config: { deadlineMs: 30_000 } });
  /** Resolves when so many handlers have begun. */
  async function untilBegun(count = 1): Promise<void> {
    while (begun.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
  }
  return { ...engine, begun, untilBegun };
}

describe("a deadline", () => {
  test("ends a call whose handler ignores its signal", async () => {
    const { callTool, clock, untilBegun } = await setUp();
    const failure = failureOf(callTool("harbour_dredge"));
    await untilBegun();
    clock.advance(30_000);
    const error = await failure;
    expect(error).toMatchObject({ code: "timeout", retryable: true });
    expect(error.message).toContain("No answer within 30.0 s.");
  });

  test("aborts the handler's signal", async () => {
    const { begun, callTool, clock, untilBegun } = await setUp();
    const failure = failureOf(callTool("harbour_dredge"));
    await untilBegun();
    clock.advance(30_000);
    await failure;
    expect(begun[0]?.signal.reason).toMatchObject({ code: "timeout" });
  });

  test("leaves a call alone that ends in time", async () => {
    const { begun, callTool, clock, untilBegun } = await setUp();
    const answer = callTool("harbour_dredge");
    await untilBegun();
    clock.advance(29_900);
    begun[0]?.end();
    expect((await answer).structured).toEqual({ done: true });
  });

  test("is the tool's own where it has one", async () => {
    const { begun, callTool, clock, untilBegun } = await setUp();
    const failure = failureOf(callTool("harbour_dredge_deep"));
    await untilBegun();
    clock.advance(119_900);
    expect(begun[0]?.signal.aborted).toBe(false);
    clock.advance(100);
    expect((await failure).code).toBe("timeout");
  });

  test("that passed is what the audit event says", async () => {
    const { callTool, clock, events, untilBegun } = await setUp();
    const failure = failureOf(callTool("harbour_dredge"));
    await untilBegun();
    clock.advance(30_000);
    await failure;
    expect(events).toMatchObject([{ outcome: "timeout", duration_ms: 30_000 }]);
  });
});

describe("a caller who cancels", () => {
  test("gets an end at once, and the handler's signal is aborted", async () => {
    const { begun, callTool, untilBegun } = await setUp();
    const caller = new AbortController();
    const failure = failureOf(callTool("harbour_dredge", {}, { signal: caller.signal }));
    await untilBegun();
    caller.abort();
    expect((await failure).code).toBe("cancelled");
    expect(begun[0]?.signal.aborted).toBe(true);
  });

  test("before the work began sets nothing off", async () => {
    const { begun, callTool } = await setUp();
    const caller = new AbortController();
    const failure = failureOf(callTool("harbour_dredge", {}, { signal: caller.signal }));
    caller.abort();
    expect((await failure).code).toBe("cancelled");
    expect(begun).toEqual([]);
  });

  test("before the call came sets nothing off", async () => {
    const { begun, callTool } = await setUp();
    const signal = AbortSignal.abort();
    expect((await failureOf(callTool("harbour_dredge", {}, { signal }))).code).toBe("cancelled");
    expect(begun).toEqual([]);
  });

  test("does not disturb others who wait for the same answer", async () => {
    const { begun, callTool, untilBegun } = await setUp();
    const caller = new AbortController();
    const failure = failureOf(callTool("harbour_sound", {}, { signal: caller.signal }));
    const answer = callTool("harbour_sound");
    await untilBegun();
    caller.abort();
    expect((await failure).code).toBe("cancelled");
    expect(begun[0]?.signal.aborted).toBe(false);
    begun[0]?.end();
    expect((await answer).structured).toEqual({ done: true });
    expect(begun).toHaveLength(1);
  });

  test("as the last of those who wait for an answer ends the work", async () => {
    const { begun, callTool, untilBegun } = await setUp();
    const callers = [new AbortController(), new AbortController()];
    const failures = callers.map(({ signal }) =>
      failureOf(callTool("harbour_sound", {}, { signal })),
    );
    await untilBegun();
    for (const caller of callers) caller.abort();
    await Promise.all(failures);
    expect(begun.map(({ signal }) => signal.aborted)).toEqual([true]);
  });

  test("is counted among the calls under way until then", async () => {
    const { callTool, fairlead, untilBegun } = await setUp();
    const caller = new AbortController();
    const failure = failureOf(callTool("harbour_dredge", {}, { signal: caller.signal }));
    await untilBegun();
    expect(fairlead.callsUnderWay).toBe(1);
    caller.abort();
    await failure;
    expect(fairlead.callsUnderWay).toBe(0);
  });
});

describe("draining", () => {
  test("is over at once when nothing is under way", async () => {
    expect(await (await setUp()).fairlead.drain(5_000)).toEqual({ aborted: 0 });
  });

  test("waits for what is under way", async () => {
    const { begun, callTool, fairlead, untilBegun } = await setUp();
    const answer = callTool("harbour_dredge");
    await untilBegun();
    const drained = fairlead.drain(5_000);
    begun[0]?.end();
    expect(await drained).toEqual({ aborted: 0 });
    expect((await answer).structured).toEqual({ done: true });
  });

  test("ends what is left when its time is up", async () => {
    const { begun, callTool, clock, fairlead, untilBegun } = await setUp();
    const failures = [callTool("harbour_dredge"), callTool("harbour_dredge")].map(failureOf);
    await untilBegun(2);
    const drained = fairlead.drain(5_000);
    clock.advance(5_000);
    expect(await drained).toEqual({ aborted: 2 });
    for (const error of await Promise.all(failures)) {
      expect(error).toMatchObject({ code: "cancelled", retryable: true });
      expect(error.message).toContain("shutting down");
    }
    expect(begun.every(({ signal }) => signal.aborted)).toBe(true);
  });
});
