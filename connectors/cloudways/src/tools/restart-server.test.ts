import { describe, expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const NAME = "cloudways_restart_server";
const ARGS = { server_id: 50482 };

describe("restarting a server", () => {
  const cloudways = useCloudways();

  test("is planned with all that goes down, and plans change nothing", async () => {
    expect(await cloudways.plan(NAME, ARGS)).toMatchInlineSnapshot(`
      {
        "changes": [
          {
            "does": "is restarted",
            "from": "running",
            "on": "server "web-london-1" (50482)",
          },
          {
            "does": "is unreachable until the server is back",
            "on": "application "larkspur-books" (131933), application "larkspur-blog" (131934), application "harbour-bakery" (132051), application "harbour-orders" (132460), application "agency-site" (133007)",
          },
        ],
        "loses": [
          "requests and sessions that are under way",
        ],
        "state": {
          "label": "web-london-1",
          "server_id": 50482,
          "status": "running",
          "under_way": [],
        },
        "summary": "Restarts server "web-london-1" (50482) with the 5 applications on it.",
        "undo": {
          "how": "A restart cannot be taken back. The server comes up again by itself.",
          "kind": "irreversible",
        },
      }
    `);
    expect(cloudways.changes).toEqual([]);
    expect(cloudways.effectLeft).toBe(false);
    expect(cloudways.fake.effects()).toMatchObject({ accepted: {}, done: {} });
  });

  test("is asked for once, and followed until it is done", async () => {
    const pointer = await cloudways.start(NAME, ARGS);
    expect(pointer).toMatchInlineSnapshot(`
      {
        "operation_id": 596401,
        "sent_at": 1773480600000,
        "server_id": 50482,
      }
    `);
    expect(cloudways.requests).toMatchInlineSnapshot(`
      [
        {
          "body": "server_id=50482",
          "method": "POST",
          "path": "/api/v2/server/restart",
          "type": "application/x-www-form-urlencoded",
        },
      ]
    `);
    expect(cloudways.effectLeft).toBe(true);
    const asked = cloudways.requests.length;

    // Nothing is done that soon, so nobody asks.
    expect(await cloudways.follow(pointer)).toEqual({ status: "running", againInMs: 5_000 });
    expect(cloudways.requests).toHaveLength(asked);
    cloudways.clock.advance(5_000);
    expect(await cloudways.follow(pointer)).toMatchInlineSnapshot(`
      {
        "againInMs": 10000,
        "message": "Cloudways says: "Process is initiated". About 1 min left.",
        "status": "running",
      }
    `);
    cloudways.clock.advance(30_000);
    expect(await cloudways.follow(pointer)).toMatchInlineSnapshot(`
      {
        "result": {
          "server_id": 50482,
        },
        "status": "completed",
      }
    `);
    expect(cloudways.fake.effects()).toMatchObject({
      accepted: { restartServer: 1 },
      done: { restartServer: 1 },
    });
  });

  test("names work under way that it would break, which changes the plan", async () => {
    const before = await cloudways.plan(NAME, ARGS);
    await cloudways.start("cloudways_backup_app", { app_id: 131933 });
    const { loses, state } = await cloudways.plan(NAME, ARGS);
    expect(loses).toContain("work under way: backup_app (596401)");
    expect(state).not.toEqual(before.state);
  });

  test("that Cloudways refuses says why", async () => {
    await cloudways.start(NAME, ARGS);
    await expect(cloudways.start(NAME, ARGS)).rejects.toMatchObject({
      code: "upstream_rejected",
      message:
        'Cloudways refused the request. Cloudways says: "Another operation (restarting_server) is running on this server"',
    });
    expect(cloudways.fake.effects().accepted).toEqual({ restartServer: 1 });
  });

  test("that fails later says so in the words of Cloudways", async () => {
    cloudways.fake.faults.add({ kind: "fail_operation" });
    const pointer = await cloudways.start(NAME, ARGS);
    cloudways.clock.advance(40_000);
    expect(await cloudways.follow(pointer)).toEqual({
      status: "failed",
      message: 'Cloudways could not finish operation 596401. Cloudways says: "Operation failed"',
    });
    expect(cloudways.fake.effects().done).toEqual({});
  });

  test("of a server that is not there names those that are", async () => {
    await expect(cloudways.plan(NAME, { server_id: 7 })).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("50482 (web-london-1)"),
    });
  });

  test("whose answer was lost is found as long as it is under way", async () => {
    const { state } = await cloudways.plan(NAME, ARGS);
    cloudways.fake.faults.add({ kind: "reset", after: true, access: "write" });
    await expect(cloudways.start(NAME, ARGS)).rejects.toMatchObject({
      code: "upstream_unavailable",
    });
    expect(cloudways.effectLeft).toBe(true);
    expect(await cloudways.find(NAME, ARGS, { state })).toMatchObject({
      found: "happened",
      output: { result: { server_id: 50482 } },
    });
    cloudways.clock.advance(600_000);
    expect(await cloudways.find(NAME, ARGS, { state })).toEqual({ found: "unclear" });
  });

  test("is not taken for another one that was under way before", async () => {
    await cloudways.start(NAME, ARGS);
    const { state } = await cloudways.plan(NAME, ARGS);
    expect(await cloudways.find(NAME, ARGS, { state })).toEqual({ found: "unclear" });
  });
});

describe("version 1", () => {
  const cloudways = useCloudways({ settings: { api_version: "v1" } });

  test("restarts the same way", async () => {
    const { state } = await cloudways.plan(NAME, ARGS);
    expect(state).toMatchObject({ server_id: 50482, under_way: [] });
    const pointer = await cloudways.start(NAME, ARGS);
    cloudways.clock.advance(5_000);
    expect(await cloudways.follow(pointer)).toMatchObject({ status: "running" });
    cloudways.clock.advance(30_000);
    expect(await cloudways.follow(pointer)).toEqual({
      status: "completed",
      result: { server_id: 50482 },
    });
  });
});
