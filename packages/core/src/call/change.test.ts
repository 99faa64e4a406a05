import { createTestEngine, type TestEngine } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { FairleadError } from "../errors.ts";
import { createSqliteStore } from "../storage/sqlite.ts";
import type { Store } from "../storage/store.ts";
import { defineTool, operationOf, type ToolContext } from "../tool.ts";
import { markEffectLeaving } from "./current.ts";
import type { Reply } from "./request.ts";

/** An upstream in memory: berths that can be booked, and how often anything was done to them. */
interface Quay {
  ships: Map<number, string>;
  effects: number;
  /** Called once the effect was done, before it is answered. */
  afterEffect: () => void | Promise<void>;
  beforeEffect: () => void | Promise<void>;
  progress: "running" | "completed" | "failed";
}

function createQuay(): Quay {
  return {
    ships: new Map([[1, "Larkspur"]]),
    effects: 0,
    afterEffect: () => {},
    beforeEffect: () => {},
    progress: "completed",
  };
}

const opened: TestEngine[] = [];
afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.close();
});

async function open(quay: Quay, options: Parameters<typeof createTestEngine>[1] = {}) {
  const berth = z.number().int();
  const change = async (work: () => void) => {
    await quay.beforeEffect();
    markEffectLeaving();
    quay.effects += 1;
    work();
    await quay.afterEffect();
  };
  const harbour = defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    credential: z.object({ token: z.string() }),
    settings: z.object({}),
    createClient: () => quay,
    marksEffects: true,
    followOperation: async (client: Quay) =>
      client.progress === "running"
        ? { status: "running", progress: 0.5, message: "tugging", againInMs: 1_000 }
        : client.progress === "completed"
          ? { status: "completed", result: { berth: 1 } }
          : { status: "failed", message: "The tug sank." },
    tools: [
      defineTool({
        name: "harbour_book_berth",
        title: "Book a berth",
        description: "Books a berth.",
        effect: "write",
        input: z.object({ berth, ship: z.string() }),
        output: z.object({ berth, ship: z.string() }),
        lane: ({ berth }) => `berth ${berth}`,
        spends: () => ({ creates: 1 }),
        plan: ({ berth }) => ({
          summary: `Books berth ${berth}.`,
          changes: [{ on: `berth ${berth}`, does: "is booked" }],
          undo: { kind: "reversible", how: "Clear the berth." },
          state: { ship: quay.ships.get(berth) ?? null },
        }),
        undo: ({ input }) => ({
          tool: "harbour_clear_berth",
          arguments: { berth: input.berth },
          summary: "Clears the berth again.",
        }),
        async handler({ berth, ship }) {
          await change(() => quay.ships.set(berth, ship));
          return { berth, ship };
        },
        reconcile: {
          settleMs: 60_000,
          find: async ({ berth, ship }) =>
            quay.ships.get(berth) === ship
              ? { found: "happened", output: { berth, ship } }
              : { found: "nothing" },
        },
      }),
      defineTool({
        name: "harbour_clear_berth",
        title: "Clear a berth",
        description: "Clears a berth.",
        effect: "destroy",
        input: z.object({ berth }),
        output: z.object({ berth }),
        spends: () => ({ deletes: 1 }),
        plan: ({ berth }) => ({
          summary: `Clears berth ${berth}.`,
          changes: [{ on: `berth ${berth}`, does: "is cleared" }],
          loses: ["the booking"],
          undo: { kind: "irreversible", how: "Book it again." },
          state: { ship: quay.ships.get(berth) ?? null },
        }),
        async handler({ berth }) {
          await change(() => quay.ships.delete(berth));
          return { berth };
        },
      }),
      defineTool({
        name: "harbour_tug",
        title: "Tug",
        description: "Tugs a ship; takes long.",
        effect: "write",
        input: z.object({ berth }),
        output: operationOf(z.object({ berth })),
        async handler({ berth }, ctx: ToolContext<Quay>) {
          await change(() => {});
          return ctx.follow({ tug: berth }, "The tug is on its way.");
        },
      }),
    ],
  });
  const engine = await createTestEngine([harbour], options);
  opened.push(engine);
  await engine.connect("harbour");
  return engine;
}

const BOOK = { berth: 2, ship: "Teasel" };
const CLEAR = { berth: 1 };
const FORMS = { client: { capabilities: { elicitation: { form: {} } } } };

describe("a write", () => {
  test("is journaled, answered, and can be taken back", async () => {
    const quay = createQuay();
    const { callTool, store, events } = await open(quay);
    const answer = await callTool("harbour_book_berth", BOOK);
    expect(answer.structured).toMatchObject({
      ...BOOK,
      undo: { undo_id: expect.stringMatching(/^und_/) },
    });
    expect(quay.effects).toBe(1);
    const [row] = await rowsOf(store);
    expect(row).toMatchObject({ state: "done", open_hash: null, lane: null });
    expect(events).toMatchObject([{ name: "harbour_book_berth", outcome: "ok", target: row?.id }]);
    expect((await auditOf(store)).map(({ phase, outcome }) => [phase, outcome])).toEqual([
      ["intent", "ok"],
      [undefined, "ok"],
    ]);
  });

  test("with the same key happens once, and is answered alike", async () => {
    const quay = createQuay();
    const { callTool } = await open(quay);
    const first = await callTool("harbour_book_berth", { ...BOOK, idempotency_key: "k1" });
    const again = await callTool("harbour_book_berth", { ...BOOK, idempotency_key: "k1" });
    expect(again).toEqual(first);
    expect(quay.effects).toBe(1);
    const other = await failureOf(
      callTool("harbour_book_berth", { berth: 3, ship: "Teasel", idempotency_key: "k1" }),
    );
    expect(other).toMatchObject({ code: "conflict", details: { reason: "key_reused" } });
  });

  test("whose answer never came is openly unknown, and settled by evidence", async () => {
    const quay = createQuay();
    quay.afterEffect = () => {
      throw new FairleadError("upstream_unavailable", "The line went dead.");
    };
    const { callTool, clock, store, fairlead } = await open(quay, { works: true });
    const failure = await failureOf(
      callTool("harbour_book_berth", { ...BOOK, idempotency_key: "k1" }),
    );
    expect(failure).toMatchObject({ code: "outcome_unknown" });
    expect((await rowsOf(store))[0]).toMatchObject({ state: "unknown" });
    const repeated = await failureOf(
      callTool("harbour_book_berth", { ...BOOK, idempotency_key: "k1" }),
    );
    expect(repeated).toMatchObject({ code: "outcome_unknown", details: failure.details });
    expect(quay.effects).toBe(1);
    const operation_id = String(failure.details?.operation_id);
    await settle(clock, async () => (await rowsOf(store))[0]?.state === "done");
    const view = await fairlead.operations.get(principalOf(), operation_id);
    expect(view).toMatchObject({ status: "completed" });
    const answer = await callTool("harbour_book_berth", { ...BOOK, idempotency_key: "k1" });
    expect(answer.structured).toMatchObject(BOOK);
    expect(quay.effects).toBe(1);
  });

  test("that never left may be tried again under the same key", async () => {
    const quay = createQuay();
    let isAway = true;
    quay.beforeEffect = () => {
      if (isAway) throw new FairleadError("upstream_unavailable", "No line.");
    };
    const { callTool } = await open(quay);
    const key = { ...BOOK, idempotency_key: "k1" };
    expect((await failureOf(callTool("harbour_book_berth", key))).code).toBe(
      "upstream_unavailable",
    );
    isAway = false;
    expect((await callTool("harbour_book_berth", key)).structured).toMatchObject(BOOK);
    expect(quay.effects).toBe(1);
  });

  test("whose caller was told of a timeout while it was written down is not done any more", async () => {
    const quay = createQuay();
    const records = await createSqliteStore(":memory:");
    let onCommit = () => {};
    const store: Store = {
      ...records,
      async transaction(work) {
        const result = await records.transaction(work);
        onCommit();
        return result;
      },
    };
    const { callTool, clock } = await open(quay, { store });
    const key = { ...BOOK, idempotency_key: "k1" };
    onCommit = () => {
      onCommit = () => {};
      clock.advance(31_000);
    };
    expect((await failureOf(callTool("harbour_book_berth", key))).code).toBe("timeout");
    await settle(clock, async () => (await rowsOf(store))[0]?.state === "failed");
    expect(quay.effects).toBe(0);
    expect((await callTool("harbour_book_berth", key)).structured).toMatchObject(BOOK);
    expect(quay.effects).toBe(1);
    await records.close();
  });

  test("the same one, unnamed and still open, is not begun again", async () => {
    const quay = createQuay();
    const gate = Promise.withResolvers<void>();
    quay.afterEffect = () => gate.promise;
    const { callTool } = await open(quay);
    const first = callTool("harbour_book_berth", BOOK);
    while (quay.effects === 0) await new Promise((resolve) => setImmediate(resolve));
    const second = await failureOf(callTool("harbour_book_berth", BOOK));
    expect(second).toMatchObject({ code: "conflict", details: { reason: "open_request" } });
    gate.resolve();
    await first;
    expect(quay.effects).toBe(1);
  });
});

describe("what destroys", () => {
  test("cannot be done by a client that cannot ask: it gets the plan and where to approve it", async () => {
    const quay = createQuay();
    const { callTool } = await open(quay);
    const failure = await failureOf(callTool("harbour_clear_berth", CLEAR));
    expect(failure).toMatchObject({ code: "consent_required", details: { level: "person" } });
    expect(failure.message).toContain("fairlead approve pln_");
    expect(quay.effects).toBe(0);
    const plan_id = String(failure.details?.plan_id);
    const again = await failureOf(callTool("fairlead_apply", { plan_id }));
    expect(again).toMatchObject({ code: "consent_required", details: { plan_id } });
    expect(quay.effects).toBe(0);
  });

  test("is done once a person at the client agreed", async () => {
    const quay = createQuay();
    const { call } = await open(quay);
    const action = { kind: "tool", name: "harbour_clear_berth", arguments: CLEAR } as const;
    const asked = (await call(action, FORMS)) as Reply & { kind: "input_required" };
    expect(asked.requests.fairlead_consent).toMatchObject({
      params: { message: expect.stringContaining("Clears berth 1.") },
    });
    expect(quay.effects).toBe(0);
    const { requestState } = asked;
    const answered = (content: object) => ({
      client: {
        ...FORMS.client,
        requestState,
        inputResponses: { fairlead_consent: { action: "accept", content } },
      },
    });
    const done = await call(action, answered({ approve: true }));
    expect(done).toMatchObject({ kind: "tool", answer: { structured: { berth: 1 } } });
    expect(quay.effects).toBe(1);
    // The same state again changes nothing more.
    await call(action, answered({ approve: true }));
    expect(quay.effects).toBe(1);
  });

  test("is not done when the state has moved since it was planned", async () => {
    const quay = createQuay();
    const { callTool, store } = await open(quay);
    const failure = await failureOf(callTool("harbour_clear_berth", CLEAR));
    const plan_id = String(failure.details?.plan_id);
    await store.approvals.add({
      ...{ plan_id, tenant_id: "ten_acme", principal_id: "prn_boss", on_behalf_of: null },
      ...{ decision: "approve", way: "page", reason: null, at: 1 },
    });
    quay.ships.set(1, "Foxglove");
    const changed = await failureOf(callTool("fairlead_apply", { plan_id }));
    expect(changed).toMatchObject({
      code: "plan_changed",
      details: { differences: [{ path: "ship", was: "Larkspur", is: "Foxglove" }] },
    });
    quay.ships.set(1, "Larkspur");
    await callTool("fairlead_apply", { plan_id });
    await callTool("fairlead_apply", { plan_id });
    expect(quay.effects).toBe(1);
  });

  test("planning changes nothing, and shows what it takes of the budget", async () => {
    const quay = createQuay();
    const budgets = { principal: { deletes: 1 }, tenant: {} };
    const { callTool, store } = await open(quay, { config: { effectBudgets: budgets } });
    const plan = await callTool("fairlead_plan", { tool: "harbour_clear_berth", arguments: CLEAR });
    expect(plan.structured).toMatchObject({
      ...{ tool: "harbour_clear_berth", consent: "person", state_known: true },
      budgets: [{ budget: "deletes", takes: 1, used: 0, limit: 1 }],
    });
    expect(quay.effects).toBe(0);
    expect(await rowsOf(store)).toEqual([]);
  });

  test("beyond the budget is refused, and counts nothing", async () => {
    const quay = createQuay();
    const budgets = { principal: { creates: 1 }, tenant: {} };
    const { callTool } = await open(quay, { config: { effectBudgets: budgets } });
    await callTool("harbour_book_berth", BOOK);
    const refused = await failureOf(callTool("harbour_book_berth", { berth: 4, ship: "Vetch" }));
    expect(refused).toMatchObject({
      code: "rate_limited",
      details: { reason: "effect_budget", limit: 1 },
    });
    expect(quay.effects).toBe(1);
  });
});

describe("undo", () => {
  test("is a change like any other, and happens once", async () => {
    const quay = createQuay();
    const { callTool, store } = await open(quay);
    const booked = await callTool("harbour_book_berth", BOOK);
    const { undo } = booked.structured as { undo: { undo_id: string } };
    const asked = await failureOf(callTool("fairlead_undo", { undo_id: undo.undo_id }));
    expect(asked.code).toBe("consent_required");
    const plan_id = String(asked.details?.plan_id);
    await store.approvals.add({
      ...{ plan_id, tenant_id: "ten_acme", principal_id: "prn_boss", on_behalf_of: null },
      ...{ decision: "approve", way: "page", reason: null, at: 1 },
    });
    await callTool("fairlead_undo", { undo_id: undo.undo_id, confirm: plan_id });
    expect(quay.ships.has(2)).toBe(false);
    await callTool("fairlead_undo", { undo_id: undo.undo_id, confirm: plan_id });
    expect(quay.effects).toBe(2);
  });
});

describe("a long tool", () => {
  test("answers an operation, which is followed to its end", async () => {
    const quay = createQuay();
    quay.progress = "running";
    const { callTool, clock } = await open(quay, { works: true });
    const { structured } = await callTool("harbour_tug", { berth: 1 });
    expect(structured).toMatchObject({ status: "running", operation_id: expect.any(String) });
    const { operation_id } = structured as { operation_id: string };
    const look = async () =>
      (await callTool("fairlead_get_operation", { operation_id })).structured as {
        status: string;
        progress: number;
      };
    await settle(clock, async () => (await look()).progress === 0.5);
    quay.progress = "completed";
    await settle(clock, async () => (await look()).status === "completed");
    expect(await look()).toMatchObject({ status: "completed", result: { berth: 1 }, progress: 1 });
  });

  test("is told to have been done also when its operation is forgotten", async () => {
    const quay = createQuay();
    const { callTool, clock, store } = await open(quay, { works: true });
    const key = { berth: 1, idempotency_key: "k1" };
    await callTool("harbour_tug", key);
    const look = async () => (await callTool("harbour_tug", key)).structured as { status: string };
    await settle(clock, async () => (await look()).status === "completed");
    await store.sweep(clock.now() + 3_700_000);
    const again = await failureOf(callTool("harbour_tug", key));
    expect(again).toMatchObject({ code: "conflict", details: { reason: "settled" } });
    expect(again.message).toContain("This was done before");
    expect(quay.effects).toBe(1);
  });

  test("becomes a task for a client that takes tasks", async () => {
    const quay = createQuay();
    const { call } = await open(quay);
    const action = { kind: "tool", name: "harbour_tug", arguments: { berth: 1 } } as const;
    const reply = await call(action, { client: { capabilities: {}, takesTasks: true } });
    expect(reply).toMatchObject({ kind: "task", operation: { status: "running" } });
  });

  test("that destroys waits for approval as a task, and goes on when approved", async () => {
    const quay = createQuay();
    const { call, clock, store, fairlead } = await open(quay, { works: true });
    const action = { kind: "tool", name: "harbour_clear_berth", arguments: CLEAR } as const;
    const reply = await call(action, { client: { capabilities: {}, takesTasks: true } });
    if (reply.kind !== "task") throw new Error("no task");
    const { operation_id, plan_id } = reply.operation;
    expect(reply.operation).toMatchObject({ status: "awaiting_approval" });
    await store.approvals.add({
      ...{ plan_id: plan_id ?? "", tenant_id: "ten_acme", principal_id: "prn_boss" },
      ...{ on_behalf_of: null, decision: "approve", way: "page", reason: null, at: 1 },
    });
    const row = await store.operations.find("ten_acme", operation_id);
    if (row === undefined) throw new Error("no row");
    await keepPrincipal(store);
    await store.operations.update({ ...row, state: "queued", due_at: 0, version: row.version + 1 });
    const look = () => fairlead.operations.get(principalOf(), operation_id);
    await settle(clock, async () => (await look()).ended_at !== null);
    expect(await look()).toMatchObject({ status: "completed", error: null, result: { berth: 1 } });
    expect(quay.effects).toBe(1);
  });
});

function principalOf() {
  return {
    ...{ id: "prn_ann", tenant_id: "ten_acme", kind: "service" as const, label: "Ann" },
    ...{ roles: ["owner" as const], scopes: new Set(["*"]) },
  };
}

async function keepPrincipal(store: TestEngine["store"]) {
  await store.principals.insert({
    ...{ id: "prn_ann", tenant_id: "ten_acme", kind: "service", label: "Ann", email: null },
    ...{ issuer: null, subject: null, roles: ["owner"], owner_id: null, tier: null },
    ...{ repository: null, status: "active", created_at: 0, created_by: "test" },
  });
}

async function rowsOf(store: TestEngine["store"]) {
  const audit = await auditOf(store);
  const ids = [...new Set(audit.map(({ target }) => target?.value))];
  const rows = await Promise.all(
    ids.map((id) => (id === undefined ? undefined : store.journal.find("ten_acme", id))),
  );
  return rows.filter((row) => row !== undefined);
}

async function auditOf(store: TestEngine["store"]) {
  const { items } = await store.audit.list("ten_acme", { limit: 100 });
  return items
    .map(
      ({ body }) =>
        JSON.parse(body) as {
          phase?: string;
          outcome: string;
          name: string;
          target?: { value: string };
        },
    )
    .filter(({ name }) => name.startsWith("harbour"))
    .reverse();
}

/** Moves the clock on until it is so. */
async function settle(clock: TestEngine["clock"], isSo: () => Promise<boolean>) {
  for (let step = 0; step < 400; step += 1) {
    if (await isSo()) return;
    clock.advance(500);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("It never came to that.");
}
