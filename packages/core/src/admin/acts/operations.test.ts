import { createTestAdmin, signedIn, type TestAdmin, toPrincipal } from "@fairlead/testkit/admin";
import { failureOf } from "@fairlead/testkit/failure-of";
import { operationRow, unknownEffect } from "@fairlead/testkit/plans";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../../connector.ts";
import { OPERATION_STATES } from "../../operations/operation-of.ts";
import type { OperationRow } from "../../storage/write-records.ts";
import { defineTool } from "../../tool.ts";

const harbour = defineConnector({
  id: "harbour",
  title: "Harbour",
  description: "A harbour.",
  settings: z.object({}),
  createClient: () => undefined,
  tools: [
    defineTool({
      name: "harbour_delete_berth",
      title: "Delete a berth",
      description: "Deletes a berth.",
      effect: "destroy",
      input: z.object({ berth_id: z.number() }),
      spends: ({ berth_id }) => ({ deletes: berth_id }),
      handler: () => ({ content: [] }),
    }),
  ],
});

let ground: TestAdmin;
let now: number;

beforeEach(async () => {
  const effectBudgets = { principal: { deletes: 10 }, tenant: {} };
  ground = await createTestAdmin({ connectors: [harbour], effectBudgets });
  now = ground.clock.now();
});
afterEach(() => ground.close());

const insert = (changes: Partial<OperationRow> = {}) =>
  ground.store.operations.insert(operationRow({ now, ...changes }));
type As = Parameters<TestAdmin["act"]>[2];
interface Shape {
  id: string;
  status: string;
  state: string;
  result: unknown;
  error: unknown;
}
async function listed(input: Record<string, unknown> = {}, as: As = "admin") {
  const found = await ground.act<{ operations: Shape[] }>("operations.list", input, as);
  return found.operations.map(({ id }) => id).sort();
}

test("shows an operation in the original server's shape, and its own beside it", async () => {
  await insert();
  const shown = await ground.act("operations.get", { id: "opn_1" }, "operator");
  expect(shown).toMatchInlineSnapshot(`
    {
      "connection_id": "con_1",
      "connector": "harbour",
      "created_at": 1773480600000,
      "ended_at": null,
      "error": null,
      "error_code": null,
      "expires_at": 1773484200000,
      "id": "opn_1",
      "message": "Waits for approval.",
      "plan_id": "pln_1",
      "principal_id": "prn_operator",
      "progress": 0,
      "result": null,
      "state": "awaiting_approval",
      "status": "queued",
      "steps": [],
      "tool": "harbour_delete_berth",
      "updated_at": 1773480600000,
      "upstream": null,
    }
  `);
});

test("shows a result as the original server does, and an error as a text", async () => {
  const sealed_result = await ground.vault.seal(
    "ten_acme",
    "operation opn_1",
    Buffer.from(JSON.stringify({ value: { freed: 7 } })),
  );
  await insert({ state: "completed", progress: 1, sealed_result, ended_at: now });
  const error = JSON.stringify({ code: "upstream_rejected", message: "The berth is taken." });
  await insert({ id: "opn_2", state: "failed", error, ended_at: now });
  expect(await ground.act("operations.get", { id: "opn_1" })).toMatchObject({
    ...{ status: "completed", error: null },
    result: { status: "success", result: { freed: 7 }, error: null },
  });
  expect(await ground.act("operations.get", { id: "opn_2" })).toMatchObject({
    ...{ status: "failed", result: null, error: "The berth is taken." },
    error_code: "upstream_rejected",
  });
  const { operations } = await ground.act<{ operations: Shape[] }>("operations.list");
  expect(operations.map(({ result }) => result)).toEqual([null, null]);
});

test.each([
  ["awaiting_approval", "queued"],
  ["queued", "queued"],
  ["running", "running"],
  ["input_required", "running"],
  ["unknown", "running"],
  ["completed", "completed"],
  ["failed", "failed"],
  ["cancelled", "cancelled"],
] as const)("%s is %s to who knows the original server", async (state, status) => {
  await insert({ state });
  const shown = await ground.act<Shape>("operations.get", { id: "opn_1" });
  expect([shown.state, shown.status]).toEqual([state, status]);
});

test("finds them by state, tool, time and whose they are", async () => {
  for (const [at, state] of OPERATION_STATES.entries()) {
    await insert({ id: `opn_${state}`, state, created_at: now + at });
  }
  await insert({ id: "opn_x", tool: "harbour_book_berth", principal_id: "prn_viewer" });
  expect(await listed({ status: "queued" })).toEqual([
    "opn_awaiting_approval",
    "opn_queued",
    "opn_x",
  ]);
  expect(await listed({ status: "awaiting_approval" })).toEqual(["opn_awaiting_approval", "opn_x"]);
  expect(await listed({ status: "running" })).toEqual([
    ...["opn_input_required", "opn_running", "opn_unknown"],
  ]);
  expect(await listed({ status: "unknown" })).toEqual(["opn_unknown"]);
  expect(await listed({ tool: "harbour_book_berth" })).toEqual(["opn_x"]);
  expect(await listed({ principal_id: "prn_viewer" })).toEqual(["opn_x"]);
  const from = new Date(now + 6).toISOString();
  expect(await listed({ from })).toEqual(["opn_cancelled", "opn_unknown"]);
  expect(await listed({ to: new Date(now + 1).toISOString() })).toHaveLength(2);
  const first = await ground.act<{ operations: Shape[]; next_cursor: string }>("operations.list", {
    limit: 8,
  });
  expect(await listed({ cursor: first.next_cursor })).toHaveLength(1);
  expect((await failureOf(listed({ status: "asleep" }))).code).toBe("invalid_input");
});

test("are one's own; administrators see all of the tenant, the operator any tenant's", async () => {
  await insert();
  await insert({ id: "opn_2", principal_id: "prn_viewer" });
  await insert({ id: "opn_3", tenant_id: "ten_umbra" });
  expect(await listed({}, "viewer")).toEqual(["opn_2"]);
  expect(await listed({}, signedIn("developer"))).toEqual([]);
  expect(await listed({}, "owner")).toEqual(["opn_1", "opn_2"]);
  expect(await listed({ tenant: "umbra" }, "host")).toEqual(["opn_3"]);
  const { code } = await failureOf(listed({ principal_id: "prn_operator" }, "viewer"));
  expect(code).toBe("forbidden");
  for (const name of ["operations.get", "operations.cancel"]) {
    const said = [];
    for (const [id, as] of [
      ...[["opn_1", "viewer"] as const, ["opn_3", "owner"] as const],
      ...[
        ["opn_none", "owner"] as const,
        ["550e8400-e29b-41d4-a716-446655440000", "owner"] as const,
      ],
    ]) {
      const failure = await failureOf(ground.act(name, { id }, as));
      said.push(`${failure.code} ${failure.message.replace(id, "…")}`);
    }
    expect(new Set(said)).toEqual(
      new Set(["not_found There is no operation … here. An hour after its end one is forgotten."]),
    );
  }
});

test("who asked calls off what has not begun", async () => {
  await insert();
  expect(await ground.act("operations.cancel", { id: "opn_1" }, "operator")).toMatchObject({
    ...{ status: "cancelled", message: "Cancelled before it began.", ended_at: now },
    expires_at: now + 3_600_000,
  });
  expect(ground.moved).toMatchObject([{ id: "opn_1", state: "cancelled", version: 2 }]);
  expect(ground.events.at(-1)?.facts).toMatchObject({ was: "awaiting_approval", plan_id: "pln_1" });
});

test.each(["running", "unknown", "completed", "failed", "cancelled"] as const)(
  "what is %s is not called off",
  async (state) => {
    await insert({ state });
    const failure = await failureOf(ground.act("operations.cancel", { id: "opn_1" }));
    expect([failure.code, failure.details]).toEqual([
      "conflict",
      { reason: "not_cancellable", status: state },
    ]);
  },
);

const settle = (outcome: string, as: As = "admin", more = {}) =>
  ground.act(
    "operations.settle",
    { id: "opn_1", outcome, note: "Seen in the panel.", ...more },
    as,
  );

test("settles as done what was found to have happened, and keeps its key from doing it again", async () => {
  await unknownEffect(ground, operationRow({ now }), { now });
  expect(await settle("happened")).toMatchObject({
    ...{ status: "completed", progress: 1, result: null },
    message: "It happened, as admin found: Seen in the panel.",
  });
  const journal = await ground.store.journal.find("ten_acme", "jrn_1");
  expect(journal).toMatchObject({
    ...{ state: "done", open_hash: null, lane: null, check_at: null },
    ...{ ended_at: now, settled_by: "prn_admin", sealed_outcome: expect.any(String) },
  });
  const kept = await ground.vault.open("ten_acme", "journal jrn_1", journal?.sealed_outcome ?? "");
  expect(JSON.parse(kept.toString())).toMatchObject({
    error: { code: "conflict", details: { reason: "settled", operation_id: "opn_1" } },
  });
  expect(ground.events.at(-1)).toMatchObject({
    ...{ name: "operations.settle", target: "opn_1" },
    facts: { outcome: "happened", note: "Seen in the panel.", journal_id: "jrn_1" },
  });
  expect(ground.moved).toMatchObject([{ id: "opn_1", state: "completed" }]);
});

test("settles as failed what did not happen, gives back what it took, and lets the key try again", async () => {
  const spent = { tenant_id: "ten_acme", principal_id: "prn_operator", budget: "deletes" as const };
  const period = new Date(now).toISOString().slice(0, 10);
  await ground.store.effectCounts.spend({ ...spent, period, expires_at: now + 1 }, 9, 10);
  await unknownEffect(ground, operationRow({ now }), { now });
  expect(await settle("did_not_happen", "terminal", { tenant: "acme" })).toMatchObject({
    ...{ status: "failed", error_code: "upstream_unavailable" },
    error: "It did not happen, as local user found: Seen in the panel.",
  });
  expect(await ground.store.journal.find("ten_acme", "jrn_1")).toMatchObject({
    ...{
      state: "failed",
      sealed_outcome: null,
      settled_by: "prn_local",
      open_hash: null,
      lane: null,
    },
  });
  expect((await ground.store.effectCounts.list("ten_acme", [period]))[0]?.used).toBe(2);
});

test("settles also what the upstream took and nobody can follow any more", async () => {
  const pointer = JSON.stringify({ operation_id: "596401" });
  await unknownEffect(ground, operationRow({ now, pointer }), { now });
  await ground.store.journal.move("ten_acme", "jrn_1", "unknown", { state: "done" });
  expect(await settle("happened")).toMatchObject({ status: "completed" });
  const journal = await ground.store.journal.find("ten_acme", "jrn_1");
  expect(journal).toMatchObject({ state: "done", settled_by: "prn_admin" });
});

test("is settled once, by an administrator, with a note, and only while nobody knows", async () => {
  await unknownEffect(ground, operationRow({ now }), { now });
  expect((await failureOf(settle("happened", "developer"))).code).toBe("forbidden");
  expect((await failureOf(settle("happened", "admin", { note: "" }))).code).toBe("invalid_input");
  const both = await Promise.allSettled([settle("happened"), settle("did_not_happen", "owner")]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect((await failureOf(settle("happened"))).details?.reason).toBe("not_unknown");
  await insert({ id: "opn_2", state: "running" });
  expect((await failureOf(settle("happened", "admin", { id: "opn_2" }))).code).toBe("conflict");
});

test("is not settled by the key that asked for it, but by its person", async () => {
  await unknownEffect(ground, operationRow({ now, principal_id: "prn_admin" }), { now });
  const key = { ...toPrincipal("admin"), credential: undefined as never };
  expect((await failureOf(settle("did_not_happen", key))).details?.reason).toBe("own_operation");
  expect(await settle("did_not_happen", signedIn("admin"))).toMatchObject({ status: "failed" });
});
