import { describe, expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";
import { deleteApp } from "./delete-app.ts";

const NAME = "cloudways_delete_app";
const ARGS = { app_id: 131933 };

describe("deleting an application", () => {
  const cloudways = useCloudways();
  const find = (state: unknown) => cloudways.find(NAME, ARGS, { state });

  test("is planned with all that is lost, and plans change nothing", async () => {
    expect(await cloudways.plan(NAME, ARGS)).toMatchInlineSnapshot(`
      {
        "changes": [
          {
            "does": "is deleted",
            "on": "application "larkspur-books" (131933)",
          },
          {
            "does": "is no longer served",
            "on": "www.larkspur-books.example",
          },
          {
            "does": "is no longer served",
            "on": "larkspur-books.example",
          },
          {
            "does": "is no longer served",
            "on": "buecher.larkspur-books.example",
          },
        ],
        "loses": [
          "all files of the application (public_html)",
          "its database ilmrvgptvp",
          "its users for SSH, SFTP and the database",
          "its settings, certificates and scheduled jobs, and possibly its backups at Cloudways",
          "the site at www.larkspur-books.example, larkspur-books.example, buecher.larkspur-books.example",
        ],
        "state": {
          "aliases": [
            "buecher.larkspur-books.example",
            "larkspur-books.example",
          ],
          "app_id": 131933,
          "domain": "www.larkspur-books.example",
          "label": "larkspur-books",
          "server_id": 50482,
          "type": "woocommerce",
        },
        "summary": "Deletes application "larkspur-books" (131933) (woocommerce) from server "web-london-1" (50482) for good.",
        "undo": {
          "how": "A deleted application does not come back.",
          "kind": "irreversible",
        },
      }
    `);
    expect(cloudways.changes).toEqual([]);
    expect(cloudways.fake.effects()).toMatchObject({ accepted: {}, done: {} });
  });

  test("is asked for once and followed; then nobody is shown it any more", async () => {
    await cloudways.call("cloudways_list_servers");
    const pointer = await cloudways.start(NAME, ARGS);
    expect(pointer).toMatchInlineSnapshot(`
      {
        "app_id": 131933,
        "operation_id": 596401,
        "sent_at": 1773480600000,
        "server_id": 50482,
      }
    `);
    expect(cloudways.changes).toMatchInlineSnapshot(`
      [
        {
          "body": "server_id=50482",
          "method": "DELETE",
          "path": "/api/v2/app/131933",
          "type": "application/x-www-form-urlencoded",
        },
      ]
    `);
    await cloudways.call("cloudways_get_app_details", ARGS);
    cloudways.clock.advance(31_000);
    expect(await cloudways.follow(pointer)).toEqual({
      status: "completed",
      result: { server_id: 50482, app_id: 131933 },
    });
    await expect(cloudways.call("cloudways_get_app_details", ARGS)).rejects.toMatchObject({
      code: "not_found",
    });
    expect(cloudways.fake.effects().done).toEqual({ deleteApp: 1 });
  });

  test("counts against the budget of deletions", () => {
    expect(deleteApp.spends?.(ARGS as never, undefined as never)).toEqual({ deletes: 1 });
  });

  test("of one that is not there says so", async () => {
    await expect(cloudways.plan(NAME, { app_id: 9 })).rejects.toMatchObject({ code: "not_found" });
    await expect(cloudways.start(NAME, { app_id: 131933, server_id: 50517 })).rejects.toMatchObject(
      { code: "not_found", details: { reason: "app_on_other_server" } },
    );
    expect(cloudways.changes).toEqual([]);
  });

  test("that Cloudways refuses says why", async () => {
    await cloudways.start("cloudways_restart_server", { server_id: 50482 });
    await expect(cloudways.start(NAME, ARGS)).rejects.toMatchObject({ code: "upstream_rejected" });
    expect(cloudways.fake.effects().accepted).toEqual({ restartServer: 1 });
  });

  test("whose answer was lost is settled by looking for the application", async () => {
    const { state } = await cloudways.plan(NAME, ARGS);
    expect(await find(state)).toEqual({ found: "nothing" });
    expect(await find(undefined)).toEqual({ found: "unclear" });
    cloudways.fake.faults.add({ kind: "reset", after: true, access: "write" });
    await expect(cloudways.start(NAME, ARGS)).rejects.toMatchObject({
      code: "upstream_unavailable",
    });
    // Cloudways is at work on it.
    expect(await find(state)).toEqual({ found: "unclear" });
    cloudways.clock.advance(31_000);
    expect(await find(state)).toMatchObject({
      found: "happened",
      output: { result: { server_id: 50482, app_id: 131933 } },
    });
    // Gone with its server, which somebody else deleted.
    cloudways.fake.state.servers.delete(50482);
    expect(await find(state)).toEqual({ found: "unclear" });
  });
});

describe("version 1", () => {
  const cloudways = useCloudways({ settings: { api_version: "v1" } });

  test("deletes the same way", async () => {
    await cloudways.plan(NAME, ARGS);
    const pointer = await cloudways.start(NAME, ARGS);
    cloudways.clock.advance(31_000);
    expect(await cloudways.follow(pointer)).toMatchObject({ status: "completed" });
    expect(cloudways.fake.state.apps.has(131933)).toBe(false);
  });
});
