import { createPrincipal, createTestEngine } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { createStoredPolicy } from "@fairlead/testkit/policy";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Action } from "../call/request.ts";
import { defineConnector } from "../connector.ts";
import { defineTool } from "../tool.ts";

// Rules on the path of every action, through the whole engine.

const BERTHS = ["1", "2", "7"];

const harbour = defineConnector<unknown, unknown>({
  id: "harbour",
  title: "Harbour",
  description: "A harbour.",
  settings: z.object({}),
  createClient: () => ({}),
  tools: [
    defineTool({
      name: "harbour_get_berth",
      title: "…",
      description: "…",
      effect: "read",
      input: z.object({ berth_id: z.coerce.number().int() }),
      cache: { ttlMs: 60_000 },
      output: z.object({ berth_id: z.int() }),
      handler: ({ berth_id }) => ({ berth_id }),
    }),
    defineTool({
      name: "harbour_list_berths",
      title: "…",
      description: "…",
      effect: "read",
      input: z.object({}),
      output: z.object({ berths: z.array(z.string()) }),
      handler: () => ({ berths: BERTHS }),
    }),
  ],
  resources: [
    {
      name: "berth",
      title: "…",
      description: "…",
      mimeType: "application/json",
      uri: "harbour://berths/{berth_id}",
      tool: "harbour_get_berth",
      complete: { berth_id: () => BERTHS },
    },
  ],
  prompts: [
    {
      name: "harbour_welcome",
      title: "…",
      description: "…",
      arguments: z.object({ ship: z.string() }),
      complete: { ship: () => ["Ada", "Bea"] },
      messages: () => [],
    },
  ],
});

const GET = `action == Fairlead::Action::"harbour_get_berth"`;
const WELCOME = `action == Fairlead::Action::"harbour_welcome"`;
const template = "harbour://berths/{berth_id}";

const get = (berth_id: number): Action => ({
  kind: "tool",
  name: "harbour_get_berth",
  arguments: { berth_id },
});
const read = (berth_id: number): Action => ({
  kind: "resource",
  uri: `harbour://berths/${berth_id}`,
});
const welcome = (ship: string): Action => ({
  kind: "prompt",
  name: "harbour_welcome",
  arguments: { ship },
});
const subscribe: Action = { kind: "subscription", uri: "harbour://berths/7" };
const completeBerth: Action = {
  kind: "completion",
  ref: { type: "ref/resource", uri: template },
  argument: { name: "berth_id", value: "" },
  others: {},
};
const completeShip: Action = {
  kind: "completion",
  ref: { type: "ref/prompt", name: "harbour_welcome" },
  argument: { name: "ship", value: "" },
  others: {},
};

async function createHarbour(...texts: string[]) {
  const engine = await createTestEngine([harbour]);
  const { store, changes, connect } = engine;
  for (const tenant_id of ["ten_acme", "ten_bolt"]) {
    if ((await store.tenants.find(tenant_id)) !== undefined) continue;
    const tenant = { id: tenant_id, name: tenant_id, status: "active" as const, tier: null };
    await store.tenants.insert({ ...tenant, repository: null, created_at: 0 });
  }
  await connect("harbour");
  const put = async (number: number, text: string) => {
    await store.policies.insert(createStoredPolicy(number, text));
    await store.changes.append({ tenant_id: "ten_acme", topic: "policy", ref: `pol_${number}` });
    await changes.nudge();
  };
  for (const [index, text] of texts.entries()) await put(index + 1, text);
  return { ...engine, put };
}

describe("a rule on an argument", () => {
  const rule = `forbid(principal, ${GET}, resource) when { context.input.berth_id == 7 };`;

  test.each<[string, Action, Action]>([
    ["a tool", get(7), get(1)],
    ["a resource that is a view of it", read(7), read(1)],
  ])("refuses %s with that argument, and no other", async (_what, refused, allowed) => {
    const { call } = await createHarbour(rule);
    expect((await failureOf(call(refused))).details).toMatchObject({
      reason: "policy",
      policy_ids: ["pol_1"],
    });
    await expect(call(allowed)).resolves.toBeDefined();
  });

  test("refuses completions, which would tell what it hides", async () => {
    const { call } = await createHarbour(rule);
    expect((await failureOf(call(completeBerth))).code).toBe("forbidden");
  });

  test("refuses a subscription to what it hides", async () => {
    const { call } = await createHarbour(rule);
    expect((await failureOf(call(subscribe))).code).toBe("forbidden");
  });

  test("counts for a spelling that the tool takes for the same", async () => {
    const { call } = await createHarbour(rule);
    for (const berth_id of ["7", " 7 ", "7.0", "0x7", [7]]) {
      const action: Action = { kind: "tool", name: "harbour_get_berth", arguments: { berth_id } };
      expect((await failureOf(call(action))).code).toBe("forbidden");
    }
  });

  test("leaves the tool listed", async () => {
    const { fairlead } = await createHarbour(rule);
    const lists = await fairlead.lists(fairlead.view({ endpoint: "all" }), createPrincipal());
    expect(lists.tools).toContain("harbour_get_berth");
  });
});

describe("a rule on an action alone", () => {
  test.each<[string, string, Action]>([
    ["a tool", GET, get(1)],
    ["a resource", GET, read(1)],
    ["a subscription", GET, subscribe],
    ["a completion of a resource", GET, completeBerth],
    ["a prompt", WELCOME, welcome("Ada")],
    ["a completion of a prompt", WELCOME, completeShip],
  ])("refuses %s", async (_what, action, refused) => {
    const { call, events } = await createHarbour(`forbid(principal, ${action}, resource);`);
    expect((await failureOf(call(refused))).details).toMatchObject({ policy_id: "pol_1" });
    expect(events.at(-1)).toMatchObject({ outcome: "forbidden", policy_id: "pol_1" });
  });

  test("takes tool, resources and prompt off the lists", async () => {
    const { fairlead } = await createHarbour(
      `forbid(principal, ${GET}, resource);`,
      `forbid(principal, ${WELCOME}, resource);`,
    );
    const lists = await fairlead.lists(fairlead.view({ endpoint: "all" }), createPrincipal());
    expect(lists.tools).not.toContain("harbour_get_berth");
    expect([lists.resourceTemplates, lists.prompts]).toEqual(["[]", "[]"]);
  });
});

test("asks a rule on a prompt's argument", async () => {
  const { call } = await createHarbour(
    `forbid(principal, ${WELCOME}, resource) when { context.input.ship == "Ada" };`,
  );
  expect((await failureOf(call(welcome("Ada")))).code).toBe("forbidden");
  await expect(call(welcome("Bea"))).resolves.toBeDefined();
});

test("asks a rule on the connection that was picked, and on the time of the call", async () => {
  const { call, connect, clock } = await createHarbour(
    `forbid(principal, action, resource) when { resource.label == "main" && context.hour == 9 };`,
  );
  await connect("harbour", { id: "con_other", label: "other" });
  const on = (connection: string): Action => ({
    kind: "tool",
    name: "harbour_get_berth",
    arguments: { berth_id: 1, connection },
  });
  expect((await failureOf(call(on("main")))).code).toBe("forbidden");
  expect((await failureOf(call(on("con_main")))).code).toBe("forbidden");
  await expect(call(on("other"))).resolves.toBeDefined();
  clock.advance(3_600_000);
  await expect(call(on("main"))).resolves.toBeDefined();
});

test("puts a new rule in force for the next call, and for that tenant alone", async () => {
  const { call, put, connect } = await createHarbour();
  const bea = createPrincipal({ id: "prn_bea", tenant_id: "ten_bolt" });
  await connect("harbour", { id: "con_bolt", tenant_id: "ten_bolt" });
  await expect(call(get(1))).resolves.toBeDefined();
  await put(1, `forbid(principal, action, resource);`);
  expect((await failureOf(call(get(1)))).code).toBe("forbidden");
  await expect(call(get(1), { principal: bea })).resolves.toBeDefined();
});

test("asks rules also where an answer is cached", async () => {
  const { call, put } = await createHarbour();
  await call(get(7));
  await put(1, `forbid(principal, ${GET}, resource) when { context.input.berth_id == 7 };`);
  expect((await failureOf(call(get(7)))).code).toBe("forbidden");
});
