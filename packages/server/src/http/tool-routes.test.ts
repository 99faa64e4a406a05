import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { bearer } from "@fairlead/testkit/caller";
import type { Json } from "@fairlead/testkit/http";
import { createKey, type Installation, startInstallation } from "@fairlead/testkit/installation";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

const fake = createCloudwaysFake({ operationSeconds: 0 });
let upstream: Awaited<ReturnType<typeof fake.listen>>;
let installation: Installation;

beforeAll(async () => {
  upstream = await fake.listen();
  installation = await startInstallation({
    environment: {
      CLOUDWAYS_EMAIL: fake.credentials.email,
      CLOUDWAYS_API_KEY: fake.credentials.apiKey,
      CLOUDWAYS_BASE_URL: upstream.origin,
    },
  });
});
afterAll(async () => {
  await installation.close();
  await upstream.close();
});
let before: Record<string, number>;
beforeEach(() => {
  before = { ...fake.effects().accepted };
});

const run = (name: string, parameters: Json, headers: Record<string, string> = {}) =>
  installation
    .as({ ...installation.operator.headers, ...headers })
    .rest("POST", `/api/tools/${name}`, { parameters });
const effectsOf = (name: string) => (fake.effects().accepted[name] ?? 0) - (before[name] ?? 0);
const dataOf = ({ json }: { json: Json }) => json.data as Json;

describe("discovery", () => {
  test("lists each tool in the shape of the original, with what that does not tell", async () => {
    const { json } = await installation.operator.rest("GET", "/api/tools");
    const { tools, categories } = json.data as { tools: Json[]; categories: string[] };
    expect(categories).toEqual(
      expect.arrayContaining(["apps", "cloudways", "fairlead", "servers"]),
    );
    expect(tools.find(({ name }) => name === "cloudways_backup_app")).toMatchObject({
      version: "0.1.0",
      tags: ["cloudways", "apps"],
      is_long_running: true,
      return_type: "object",
      effect: "write",
      parameters: expect.arrayContaining([
        {
          ...{ name: "app_id", required: true, parameter_type: "number" },
          ...{ description: expect.any(String), default: null, enum_values: null },
        },
      ]),
      input_schema: { type: "object" },
    });
  });

  test("keeps the tools of a category, and none of one that is not there", async () => {
    const of = async (category: string) =>
      dataOf(await installation.operator.rest("GET", `/api/tools?category=${category}`));
    const names = ((await of("servers")).tools as Json[]).map(({ name }) => name);
    expect(names).toContain("cloudways_list_servers");
    expect(names).not.toContain("cloudways_get_app_details");
    expect((await of("nothing")).tools).toEqual([]);
  });

  test("shows one, and nothing that the caller may never use", async () => {
    const one = await installation.operator.rest("GET", "/api/tools/cloudways_delete_app");
    expect(dataOf(one)).toMatchObject({ name: "cloudways_delete_app", effect: "destroy" });
    await installation.operator.act("POST", "/api/tenants", { name: "acme" });
    const { key } = await createKey(installation, "acme", { roles: ["viewer"] });
    const viewer = installation.as(bearer(key));
    expect((await viewer.rest("GET", "/api/tools/cloudways_delete_app")).status).toBe(404);
    expect((await viewer.rest("GET", "/api/tools/cloudways_list_servers")).status).toBe(200);
    expect((await installation.as({}).rest("GET", "/api/tools")).status).toBe(401);
  });
});

describe("execution", () => {
  test("answers with what the tool gives", async () => {
    const answer = await run("cloudways_list_servers", {});
    expect(answer.status).toBe(200);
    expect(dataOf(answer)).toMatchObject({
      ...{ status: "success", error: null },
      result: { servers: expect.any(Array) },
    });
  });

  test("says in the envelope what is wrong, with the status of its code", async () => {
    const wrong = await run("cloudways_get_server_details", { server_id: "x" });
    expect([wrong.status, wrong.json.code]).toEqual([400, "invalid_input"]);
    const none = await run("cloudways_get_server_details", { server_id: 1 });
    expect([none.status, none.json.code]).toEqual([404, "not_found"]);
    expect((await run("no_such_tool", {})).status).toBe(404);
    const body = { parameter: {} };
    const misspelt = await installation.operator.rest("POST", "/api/tools/cloudways_ping", body);
    expect([misspelt.status, misspelt.json.code]).toEqual([400, "invalid_input"]);
  });

  test("answers 202 with the operation of what takes long, which is followed then", async () => {
    const begun = await run("cloudways_backup_app", { app_id: 131933 });
    expect(begun.status).toBe(202);
    const { operation_id } = dataOf(begun);
    expect(dataOf(begun)).toMatchObject({ status: "queued", message: expect.any(String) });
    expect(begun.headers.location).toBe(`/api/operations/${operation_id}`);
    const at = begun.headers.location as string;
    await expect
      .poll(async () => dataOf(await installation.operator.rest("GET", at)), { timeout: 15_000 })
      .toMatchObject({ id: operation_id, status: "completed" });
  });

  test("does it once for an Idempotency-Key, however it is written", async () => {
    const parameters = { app_id: 131934, alias: "once.example" };
    const first = await run("cloudways_add_app_alias", parameters, { "Idempotency-Key": "a-1" });
    const again = await run("cloudways_add_app_alias", parameters, { "Idempotency-Key": '"a-1"' });
    expect(first.status).toBe(200);
    expect(again.json).toEqual(first.json);
    const other = { ...parameters, alias: "twice.example" };
    const reused = await run("cloudways_add_app_alias", other, { "Idempotency-Key": "a-1" });
    expect([reused.status, reused.json.code]).toEqual([409, "conflict"]);
    expect(effectsOf("updateAppAliases")).toBe(1);
  });

  test("answers 409 with the plan where a person has to agree; confirming it is none", async () => {
    const asked = await run("cloudways_delete_app", { app_id: 132051 });
    expect([asked.status, asked.json.code]).toEqual([409, "consent_required"]);
    const { plan_id, level, plan } = asked.json.details as Json;
    expect({ level, plan }).toMatchObject({
      level: "person",
      plan: { tool: "cloudways_delete_app", loses: expect.any(Array) },
    });
    const confirmed = await run("cloudways_delete_app", { app_id: 132051, confirm: plan_id });
    expect([confirmed.status, confirmed.json.code]).toEqual([409, "consent_required"]);
    const applied = await run("fairlead_apply", { plan_id });
    expect([applied.status, applied.json.code]).toEqual([409, "consent_required"]);
    const agreed = await installation.operator.rest("POST", `/api/plans/${plan_id}/approve`, {});
    expect(agreed.status).toBe(403);
    expect(effectsOf("deleteApp")).toBe(0);
  });
});
