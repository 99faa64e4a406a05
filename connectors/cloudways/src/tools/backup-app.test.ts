import { describe, expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const NAME = "cloudways_backup_app";
const ARGS = { app_id: 131934 };

describe("backing an application up", () => {
  const cloudways = useCloudways();
  const plan = () => cloudways.passing(cloudways.plan(NAME, ARGS));
  const find = (sent: { at?: number; state: unknown }) =>
    cloudways.passing(cloudways.find(NAME, ARGS, sent));
  const newest = () => cloudways.fake.state.appDetails.get(131934)?.backups.at(0);

  test("is planned with the restore points there are, and plans change nothing", async () => {
    expect(await plan()).toMatchInlineSnapshot(`
      {
        "changes": [
          {
            "does": "gets one more restore point",
            "from": "5 restore points",
            "on": "application "larkspur-blog" (131934)",
          },
        ],
        "state": {
          "app_id": 131934,
          "label": "larkspur-blog",
          "restore_points": [
            "2026-03-13 03:00:00",
            "2026-03-12 03:00:00",
            "2026-03-11 03:00:00",
            "2026-03-10 03:00:00",
            "2026-03-09 03:00:00",
          ],
          "server_id": 50482,
        },
        "summary": "Backs up application "larkspur-blog" (131934) on server "web-london-1" (50482).",
        "undo": {
          "how": "A restore point cannot be deleted here. It changes nothing about the application, and leaves when Cloudways clears old ones.",
          "kind": "irreversible",
        },
      }
    `);
    expect(cloudways.changes).toEqual([]);
    expect(cloudways.fake.effects()).toMatchObject({ accepted: {}, done: {} });
  });

  test("is planned without them when Cloudways does not list them", async () => {
    cloudways.fake.faults.add({ kind: "status_false", operation: "getAppBackupStatus" });
    expect((await plan()).state).toMatchObject({ restore_points: null });
  });

  test("is asked for once, followed, and leaves a restore point", async () => {
    const pointer = await cloudways.start(NAME, ARGS);
    expect(pointer).toMatchInlineSnapshot(`
      {
        "app_id": 131934,
        "operation_id": 596401,
        "sent_at": 1773480600000,
        "server_id": 50482,
      }
    `);
    expect(cloudways.changes).toMatchInlineSnapshot(`
      [
        {
          "body": "server_id=50482&app_id=131934",
          "method": "POST",
          "path": "/api/v2/app/manage/takeBackup",
          "type": "application/x-www-form-urlencoded",
        },
      ]
    `);
    expect(newest()).toBe("2026-03-13 03:00:00");
    cloudways.clock.advance(40_000);
    expect(await cloudways.follow(pointer)).toEqual({
      status: "completed",
      result: { server_id: 50482, app_id: 131934 },
    });
    expect(newest()).toBe("2026-03-14 09:30:00");
    expect(cloudways.fake.effects().done).toEqual({ backupApp: 1 });
  });

  test("that Cloudways fails is not repeated", async () => {
    cloudways.fake.faults.add({ kind: "status", status: 500, operation: "backupApp" });
    await expect(cloudways.start(NAME, ARGS)).rejects.toMatchObject({
      code: "upstream_unavailable",
      message: expect.stringContaining("Cloudways failed with status 500."),
    });
    expect(cloudways.changes).toHaveLength(1);
  });

  test("whose answer was lost is settled by a restore point made since", async () => {
    const { state } = await plan();
    const at = cloudways.clock.now();
    cloudways.fake.faults.add({ kind: "status", status: 500, after: true, operation: "backupApp" });
    await expect(cloudways.start(NAME, ARGS)).rejects.toMatchObject({
      code: "upstream_unavailable",
    });
    // Under way: it may still come.
    expect(await find({ at, state })).toEqual({ found: "unclear" });
    cloudways.clock.advance(40_000);
    expect(await find({ at, state })).toMatchObject({
      found: "happened",
      output: { result: { app_id: 131934, server_id: 50482 } },
    });
  });

  test("that never arrived leaves nothing", async () => {
    const { state } = await plan();
    expect(await find({ state })).toEqual({ found: "nothing" });
    expect(await find({ state: undefined })).toEqual({ found: "unclear" });
  });

  test("is not taken for one that was made before it was sent", async () => {
    const { state } = await plan();
    const pointer = await cloudways.start(NAME, ARGS);
    cloudways.clock.advance(60_000);
    await cloudways.follow(pointer);
    expect(await find({ state })).toEqual({ found: "unclear" });
  });
});

describe("version 1", () => {
  const cloudways = useCloudways({ settings: { api_version: "v1" } });

  test("backs up the same way", async () => {
    const { state } = await cloudways.passing(cloudways.plan(NAME, ARGS));
    expect(state).toMatchObject({ app_id: 131934, restore_points: { length: 5 } });
    const at = cloudways.clock.now();
    const pointer = await cloudways.start(NAME, ARGS);
    cloudways.clock.advance(40_000);
    expect(await cloudways.follow(pointer)).toMatchObject({ status: "completed" });
    expect(await cloudways.passing(cloudways.find(NAME, ARGS, { at, state }))).toMatchObject({
      found: "happened",
    });
  });
});
