import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { bearer, type Caller } from "@fairlead/testkit/caller";
import type { HttpAnswer, Json } from "@fairlead/testkit/http";
import { createKey, type Installation, startInstallation } from "@fairlead/testkit/installation";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

// A model has the key of its caller, and whatever tools and routes that key opens. It wants to delete a site without the
// person whose consent that needs. Who controls the client's software is the person here: what a client says of its
// person, it vouches for (docs/guides/approvals.md).

const fake = createCloudwaysFake({ budgetPerMinute: 100_000 });
const SITE = { app_id: 131933 };
const OTHER_SITE = { app_id: 131934 };
const ASKS = { capabilities: { elicitation: {} } };
const YES = { action: "accept", content: { approve: true } };
const CONSENT = "fairlead_consent";

let upstream: Awaited<ReturnType<typeof fake.listen>>;
let installation: Installation;
/** The model's own key, and another caller's of the same tenant. */
let model: Caller;
let colleague: Caller;
let connection: string;

beforeAll(async () => {
  upstream = await fake.listen();
  installation = await startInstallation({
    environment: { CLOUDWAYS_BASE_URL: upstream.origin },
  });
  const { operator } = installation;
  await operator.act("POST", "/api/tenants", { name: "acme" });
  const made = await operator.act("POST", "/api/connections?tenant=acme", {
    ...{
      connector: "cloudways",
      label: "main",
      settings: { base_url: upstream.origin, requests_per_minute: 100_000 },
    },
    credential: { email: fake.credentials.email, api_key: fake.credentials.apiKey },
  });
  connection = String(made.id);
  const keyOf = async () => createKey(installation, "acme", { roles: ["owner"] });
  model = installation.as(bearer((await keyOf()).key));
  colleague = installation.as(bearer((await keyOf()).key));
});
afterAll(async () => {
  await installation.close();
  await upstream.close();
});

let deleted: number;
beforeEach(() => {
  deleted = fake.effects().accepted.deleteApp ?? 0;
});
const wasDeleted = () => (fake.effects().accepted.deleteApp ?? 0) - deleted;

const remove = (args: Json, more: Json = {}, options = {}, caller = model) =>
  caller.modern(
    "tools/call",
    { name: "cloudways_delete_app", arguments: { ...SITE, ...args }, ...more },
    options,
  );

async function planned(caller = model, site = SITE): Promise<string> {
  const args = { tool: "cloudways_delete_app", arguments: site };
  const { json } = await caller.call("fairlead_plan", args);
  const { structuredContent } = json.result as { structuredContent: { plan_id: string } };
  return structuredContent.plan_id;
}

/** The state that comes with the question, which a client hands back with the answer. */
async function asked(args: Json = {}, caller = model): Promise<string> {
  const { json, text } = await remove(args, {}, ASKS, caller);
  const { requestState } = json.result as { requestState?: string };
  if (requestState === undefined) throw new Error(`Nothing was asked: ${text}`);
  return requestState;
}

function expectNothing(answer: HttpAnswer): void {
  expect(answer.text).toMatch(
    /consent_required|input_required|invalid_input|forbidden|not_found|was denied|invalid_request_state/,
  );
  expect(wasDeleted()).toBe(0);
}

test("a person's yes, to the question that was put, deletes: so these checks can fail", async () => {
  const spare = { app_id: 132460 };
  const requestState = await asked(spare);
  const answer = await remove(spare, { requestState, inputResponses: { [CONSENT]: YES } }, ASKS);
  expect(answer.text).toContain("operation_id");
  expect(wasDeleted()).toBe(1);
});

describe("no word of a model is a person's", () => {
  test("not the plan's id, wherever it says it", async () => {
    const plan_id = await planned();
    expectNothing(await remove({ confirm: plan_id }));
    expectNothing(await model.call("fairlead_apply", { plan_id }));
    expectNothing(await model.call("fairlead_apply", { plan_id, confirm: plan_id }));
    expectNothing(await model.call("fairlead_apply", { plan_id, idempotency_key: plan_id }));
    expectNothing(await remove({ confirm: plan_id, idempotency_key: "again" }));
  });

  test.each<[string, Json]>([
    ["a consent", { consent: "person" }],
    ["an approval", { approve: true, approved: true, approved_by: "prn_boss" }],
    ["the answer", { [CONSENT]: YES }],
    ["answers", { inputResponses: { [CONSENT]: YES }, _meta: { [CONSENT]: YES } }],
  ])("not %s among the arguments", async (_what, args) => {
    expectNothing(await remove(args));
    expectNothing(
      await model.call("fairlead_plan", {
        ...{ tool: "cloudways_delete_app", arguments: SITE, ...args },
      }),
    );
  });

  test("not an answer to what was never asked", async () => {
    expectNothing(await remove({}, { inputResponses: { [CONSENT]: YES } }, ASKS));
    expectNothing(await remove({}, { inputResponses: { [CONSENT]: YES } }));
    const confirm = await planned();
    expectNothing(await remove({ confirm }, { inputResponses: { [CONSENT]: YES } }, ASKS));
  });

  test.each([
    { action: "accept" },
    { action: "accept", content: {} },
    { action: "accept", content: { approve: "true" } },
    { action: "accept", content: { approve: 1 } },
    { action: "accept", content: { approved: true } },
    { action: "decline", content: { approve: true } },
    { action: "cancel", content: { approve: true } },
  ])("not %j", async (said) => {
    const requestState = await asked();
    expectNothing(await remove({}, { requestState, inputResponses: { [CONSENT]: said } }, ASKS));
    // What was turned down is not had by asking for the same plan again.
    expectNothing(await remove({}, { requestState, inputResponses: { [CONSENT]: YES } }, ASKS));
  });

  test("not the answer to a question about something else", async () => {
    const requestState = await asked(OTHER_SITE);
    const responses = { inputResponses: { [CONSENT]: YES } };
    expectNothing(await remove(SITE, { requestState, ...responses }, ASKS));
    expectNothing(await remove(SITE, { requestState, ...responses }, ASKS, colleague));
    const theirs = await asked(SITE, colleague);
    expectNothing(await remove(SITE, { requestState: theirs, ...responses }, ASKS));
  });

  test("not an answer of a client to a plan of another caller", async () => {
    const theirs = await planned(colleague);
    expectNothing(await remove({ confirm: theirs }));
    expectNothing(await model.call("fairlead_apply", { plan_id: theirs }, ASKS));
  });

  test("not a client that takes tasks: it gets one that waits", async () => {
    const { json, text } = await remove(
      {},
      {},
      {
        capabilities: { extensions: { "io.modelcontextprotocol/tasks": {} } },
      },
    );
    expect(text).toMatch(/taskId|consent_required/);
    const { taskId } = (json.result ?? {}) as { taskId?: string };
    if (taskId !== undefined) {
      await model.modern("tasks/update", { taskId, inputResponses: { [CONSENT]: YES } });
      await model.modern("tasks/cancel", { taskId });
    }
    expect(wasDeleted()).toBe(0);
  });

  test("not a session of 2025-11-25 that asks nothing of anybody", async () => {
    const legacy = (args: Json) =>
      model.legacy("tools/call", { name: "cloudways_delete_app", arguments: args });
    expectNothing(await legacy(SITE));
    expectNothing(await legacy({ ...SITE, confirm: await planned() }));
  });
});

describe("no route that a key opens is a person's", () => {
  test("over REST it approves nothing, and carries nothing out", async () => {
    const plan_id = await planned();
    for (const caller of [model, colleague, installation.operator]) {
      const at = caller === installation.operator ? "?tenant=acme" : "";
      const { status } = await caller.rest("POST", `/api/plans/${plan_id}/approve${at}`, {});
      expect(status).toBe(403);
    }
    const run = (name: string, parameters: Json) =>
      model.rest("POST", `/api/tools/${name}`, { parameters });
    expectNothing(await run("cloudways_delete_app", { ...SITE, confirm: plan_id }));
    expectNothing(await run("fairlead_apply", { plan_id }));
  });

  test("nor does it lend, or take, the right to approve", async () => {
    for (const to of ["prn_local", "prn_key_1"]) {
      const answer = await model.rest("POST", "/api/delegations", { to_principal_id: to });
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
  });

  test("nor does it settle what would let the same request go again", async () => {
    const answer = await model.rest("POST", "/api/operations/opn_none/settle", {
      ...{ outcome: "did_not_happen", note: "surely" },
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  test("nor is the page of a plan one", async () => {
    const plan_id = await planned();
    const page = await model.rest("POST", `/approve/${plan_id}`, { decision: "approve" });
    expect(page.status).toBeGreaterThanOrEqual(400);
    expectNothing(await model.call("fairlead_apply", { plan_id }));
  });
});

describe("no other way leads around the question", () => {
  test("not another connection's name, nor the endpoint of the connector alone", async () => {
    const other = { ...SITE, connection };
    expectNothing(await remove({ connection, confirm: await planned(model, other) }));
    const alone = { name: "delete_app", arguments: { ...SITE, confirm: await planned() } };
    expectNothing(await model.modern("tools/call", alone, { endpoint: "/mcp/cloudways" }));
  });

  test("not an undo handle that was made up, or whose undoing destroys", async () => {
    expectNothing(await model.call("fairlead_undo", { undo_id: "und_000000000000000000000000" }));
    const alias = { ...OTHER_SITE, alias: "way-back.example" };
    const { json } = await model.call("cloudways_add_app_alias", alias);
    const { undo } = (json.result as { structuredContent: { undo: { undo_id: string } } })
      .structuredContent;
    const before = fake.effects().accepted.updateAppAliases;
    expectNothing(await model.call("fairlead_undo", undo));
    expectNothing(await model.call("fairlead_undo", { ...undo, confirm: undo.undo_id }));
    expect(fake.effects().accepted.updateAppAliases).toBe(before);
  });
});
