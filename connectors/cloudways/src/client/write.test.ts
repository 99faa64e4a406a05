import { until } from "@fairlead/testkit/clock";
import { describe, expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const RESTART = "cloudways_restart_server";
const ARGS = { server_id: 50482 };

describe("a request that changes something", () => {
  const cloudways = useCloudways();
  const start = () => cloudways.start(RESTART, ARGS);
  const effects = () => cloudways.fake.effects().accepted.restartServer ?? 0;

  test.each([
    ["500 before", { kind: "status", status: 500 }, 0],
    ["500 after the effect", { kind: "status", status: 500, after: true }, 1],
    ["a page after the effect", { kind: "html", status: 200, after: true }, 1],
    ["a reset after the effect", { kind: "reset", after: true }, 1],
    ["a reset before", { kind: "reset" }, 0],
    ["half an answer", { kind: "truncate" }, 1],
    ["no answer in it", { kind: "empty" }, 1],
  ] as const)("that met %s is not repeated, for nobody knows", async (_, fault, happened) => {
    cloudways.fake.faults.add({ ...fault, access: "write", count: "always" });
    await expect(start()).rejects.toMatchObject({ code: "upstream_unavailable" });
    expect(cloudways.changes).toHaveLength(1);
    expect(cloudways.effectLeft).toBe(true);
    expect(effects()).toBe(happened);
  });

  test("whose answer comes too late is given up, and not repeated", async () => {
    await cloudways.call("cloudways_ping");
    cloudways.fake.faults.add({ kind: "hang", after: true, access: "write" });
    const answer = start();
    answer.catch(() => {});
    await until(() => effects() === 1);
    cloudways.clock.advance(20_000);
    await expect(answer).rejects.toMatchObject({
      code: "timeout",
      message: "Cloudways did not answer POST /server/restart in 20 s.",
    });
    expect(cloudways.changes).toHaveLength(1);
    expect(cloudways.effectLeft).toBe(true);
  });

  test("that was one too many is repeated, for nothing was done", async () => {
    cloudways.fake.faults.add({ kind: "rate_limit", retry_after: 1, access: "write" });
    const pointer = start();
    await cloudways.passWait();
    expect(await pointer).toMatchObject({ operation_id: 596401 });
    expect(cloudways.changes).toHaveLength(2);
    expect(effects()).toBe(1);
  });

  test("whose token is refused is repeated once with another", async () => {
    await cloudways.call("cloudways_ping");
    cloudways.fake.faults.expireTokens();
    expect(await start()).toMatchObject({ operation_id: 596401 });
    expect(cloudways.fake.counters.logins).toBe(2);
    expect(cloudways.changes).toHaveLength(2);
    expect(effects()).toBe(1);
  });

  test("that Cloudways answers with status false has failed", async () => {
    cloudways.fake.faults.add({ kind: "status_false", message: "Not now", access: "write" });
    await expect(start()).rejects.toMatchObject({
      code: "upstream_rejected",
      message: 'Cloudways refused the request. Cloudways says: "Not now"',
    });
  });

  test("does not leave without a login", async () => {
    cloudways.fake.faults.add({ kind: "unauthorized", operation: "createAccessToken" });
    await expect(start()).rejects.toMatchObject({ code: "unauthenticated" });
    expect(cloudways.changes).toEqual([]);
    expect(cloudways.effectLeft).toBe(false);
  });

  test("does not leave for a caller who has gone", async () => {
    await cloudways.call("cloudways_ping");
    const answer = cloudways.direct(({ client }) =>
      client.restartServer(50482, AbortSignal.abort()),
    );
    await expect(answer).rejects.toMatchObject({ code: "cancelled" });
    expect(cloudways.changes).toEqual([]);
    expect(cloudways.effectLeft).toBe(false);
  });

  test("makes nobody read what was before, even when its answer is lost", async () => {
    const list = () => cloudways.call("cloudways_list_servers");
    await list();
    cloudways.fake.faults.add({ kind: "reset", after: true, access: "write" });
    await expect(start()).rejects.toMatchObject({ code: "upstream_unavailable" });
    const asked = cloudways.requests.length;
    await list();
    expect(cloudways.requests).toHaveLength(asked + 1);
  });
});

describe("the budget", () => {
  const cloudways = useCloudways({ settings: { requests_per_minute: 2 } });

  test("is paid before a change leaves", async () => {
    await cloudways.call("cloudways_ping"); // with its login
    await expect(cloudways.start(RESTART, ARGS)).rejects.toMatchObject({
      code: "rate_limited",
      details: { reason: "upstream_budget" },
    });
    expect(cloudways.changes).toEqual([]);
    expect(cloudways.effectLeft).toBe(false);
  });
});

describe.each([
  ["READ", "readToken", { [RESTART]: ARGS, cloudways_delete_app: { app_id: 131933 } }],
  ["LIMITED", "limitedToken", { cloudways_delete_app: { app_id: 131933 } }],
] as const)("an access token of the role %s", (_, token, refused) => {
  const cloudways = useCloudways({ credential: (fake) => ({ api_key: fake.credentials[token] }) });

  test.each(Object.entries(refused))(
    "is no bad login when it may not call %s",
    async (tool, args) => {
      await expect(cloudways.start(tool, args)).rejects.toMatchObject({
        code: "forbidden",
        message: expect.stringContaining("Use an access token with the role FULL or LIMITED."),
        details: { reason: "token_scope" },
      });
      expect(cloudways.changes).toHaveLength(1);
      expect(cloudways.fake.effects().accepted).toEqual({});
    },
  );
});
