import { createTestEngine, type TestEngine } from "@fairlead/testkit/engine";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { FairleadError } from "../errors.ts";
import type { Store } from "../storage/store.ts";
import { defineTool } from "../tool.ts";

const opened: TestEngine[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

/** What the upstream did, and what it shows of it. */
interface Quay {
  booked: number[];
  shows: "happened" | "nothing" | "unclear" | "no answer";
  looks: number;
  /** What the reading before it was sent is handed to whoever looks. */
  before: unknown;
}

function harbourOf(quay: Quay) {
  return defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    settings: z.object({}),
    createClient: () => quay,
    tools: [
      defineTool({
        name: "harbour_book",
        title: "Book",
        description: "Books a berth.",
        effect: "write",
        input: z.object({ berth: z.number() }),
        output: z.object({ berth: z.number() }),
        text: ({ berth }, given) => `Berth ${berth} is booked, as ${given.berth} was asked for.`,
        lane: ({ berth }) => `berth ${berth}`,
        plan: ({ berth }) => ({
          summary: `Books berth ${berth}.`,
          changes: [],
          undo: { kind: "irreversible", how: "It stays." },
          state: { booked: [...quay.booked] },
        }),
        async handler({ berth }) {
          quay.booked.push(berth);
          // The process is killed before the answer comes.
          return new Promise<never>(() => {});
        },
        reconcile: {
          settleMs: 60_000,
          async find({ berth }, _, { state }) {
            quay.looks += 1;
            quay.before = state;
            if (quay.shows === "no answer")
              throw new FairleadError("upstream_unavailable", "The line is dead.");
            return quay.shows === "happened"
              ? { found: "happened", output: { berth } }
              : { found: quay.shows };
          },
        },
      }),
    ],
  });
}

/** One process that stops in the midst of a booking, and another that finds what it left. */
async function crash(shows: Quay["shows"]) {
  const quay: Quay = { booked: [], shows, looks: 0, before: undefined };
  const first = await createTestEngine([harbourOf(quay)], { seed: 1 });
  const { clock, shared } = first;
  const store: Store = first.store;
  void first.callTool("harbour_book", { berth: 4, idempotency_key: "k" }).catch(() => {});
  while (quay.booked.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const second = await createTestEngine([harbourOf(quay)], {
    store,
    shared,
    clock,
    seed: 2,
    works: true,
  });
  opened.push(second, first);
  const row = async () => {
    const { items } = await store.audit.list("ten_acme", { limit: 50 });
    const ids = items.map(({ body }) => JSON.parse(body).target?.value as string | undefined);
    const id = ids.find((each) => each?.startsWith("jrn_"));
    return id === undefined ? undefined : store.journal.find("ten_acme", id);
  };
  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      clock.advance(1_000);
      for (let turn = 0; turn < 12; turn += 1)
        await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const again = () => second.callTool("harbour_book", { berth: 4, idempotency_key: "k" });
  return { quay, second, row, pass, again };
}

/** Until the dead process is missed: its deadline, what it had after that, and a minute. */
const MISSED_MS = 125_000;

test("an effect whose process has gone is unknown, then settled by evidence, and never repeated", async () => {
  const { quay, second, row, pass, again } = await crash("happened");
  expect(await row()).toMatchObject({ state: "sent" });
  await expect(again()).rejects.toMatchObject({
    code: "conflict",
    details: { reason: "under_way" },
  });
  await pass(MISSED_MS);
  expect(await row()).toMatchObject({ state: "done", settled_by: "evidence", lane: null });
  const answer = await again();
  expect(answer.structured).toEqual({ berth: 4 });
  expect(answer.content).toEqual([
    { type: "text", text: "Berth 4 is booked, as 4 was asked for." },
  ]);
  expect(quay.booked).toEqual([4]);
  // Without what was there before, nobody could tell its trace from another one's.
  expect(quay.before).toEqual({ booked: [] });
  const listed = await second.callTool("fairlead_list_operations", { status: ["completed"] });
  expect(listed.structured).toMatchObject({ operations: [{ tool: "harbour_book" }] });
});

test("a missing trace proves nothing before its time, and then lets the same key try again", async () => {
  const { quay, row, pass, again } = await crash("nothing");
  await pass(MISSED_MS + 70_000);
  expect(await row()).toMatchObject({ state: "failed", sealed_outcome: null });
  expect(quay.booked).toEqual([4]);
  void again().catch(() => {});
  while (quay.booked.length < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(await row()).toMatchObject({ state: "sent" });
});

test("without evidence it stays unknown, is listed, and holds up nobody else for ever", async () => {
  const { quay, second, row, pass, again } = await crash("unclear");
  await pass(MISSED_MS + 130_000);
  expect(await row()).toMatchObject({ state: "unknown", check_at: null, lane: null });
  await expect(again()).rejects.toMatchObject({ code: "outcome_unknown" });
  const listed = await second.callTool("fairlead_list_operations", { status: ["unknown"] });
  expect(listed.structured).toMatchObject({
    operations: [{ tool: "harbour_book", status: "unknown" }],
  });
  const { looks } = quay;
  await pass(60_000);
  expect(quay.looks).toBe(looks);
  expect(quay.booked).toEqual([4]);
});

test("an upstream that cannot be asked for evidence is asked again, also after the settle time", async () => {
  const { quay, row, pass, again } = await crash("no answer");
  await pass(MISSED_MS + 130_000);
  expect(quay.looks).toBeGreaterThan(0);
  expect(await row()).toMatchObject({ state: "unknown", lane: null, check_at: expect.any(Number) });
  quay.shows = "happened";
  await pass(200_000);
  expect(await row()).toMatchObject({ state: "done", settled_by: "evidence", check_at: null });
  expect((await again()).structured).toEqual({ berth: 4 });
  expect(quay.booked).toEqual([4]);
});
