import { describe, expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const NAME = "cloudways_restore_app";
const ARGS = { app_id: 140388, time: "2026-03-12 03:00:00" };

describe("restoring an application", () => {
  const cloudways = useCloudways();
  const plan = (args = ARGS) => cloudways.passing(cloudways.plan(NAME, args));
  const find = (args: Record<string, unknown>, state: unknown) =>
    cloudways.passing(cloudways.find(NAME, args, { state }));
  const restored = () => cloudways.fake.state.appDetails.get(140388)?.restored;

  test("is planned with what is overwritten, and plans change nothing", async () => {
    expect(await plan()).toMatchInlineSnapshot(`
      {
        "changes": [
          {
            "does": "has files and database overwritten",
            "from": "as it is now",
            "on": "application "velo-magazine" (140388)",
            "to": "2026-03-12 03:00:00",
          },
          {
            "does": "may fail until the restore is done",
            "on": "magazin.velo-direkt.example",
          },
        ],
        "loses": [
          "files that were changed or added since 2026-03-12 03:00:00",
          "everything written to the database since 2026-03-12 03:00:00: orders, comments, settings",
        ],
        "state": {
          "app_id": 140388,
          "label": "velo-magazine",
          "local_backup_exists": false,
          "part": "complete",
          "server_id": 50517,
          "server_keeps_local_backups": false,
          "time": "2026-03-12 03:00:00",
        },
        "summary": "Puts files and database of application "velo-magazine" (140388) on server "shop-frankfurt-1" (50517) back to 2026-03-12 03:00:00.",
        "undo": {
          "how": "Cloudways keeps a copy and can roll back the last restore (rollbackAppRestore, POST /app/manage/rollback). Fairlead has no tool for it: use the Cloudways platform, or restore a backup that was taken before.",
          "kind": "compensable",
        },
      }
    `);
    expect(cloudways.changes).toEqual([]);
    expect(cloudways.fake.effects()).toMatchObject({ accepted: {}, done: {} });
  });

  test("names the restore points there are when it does not know one", async () => {
    await expect(plan({ ...ARGS, time: "2020-01-01 00:00:00" })).rejects.toMatchObject({
      code: "invalid_input",
      message:
        'Application 140388 has no restore point "2020-01-01 00:00:00". It has 2026-03-13 03:00:00, ' +
        "2026-03-12 03:00:00, 2026-03-11 03:00:00, 2026-03-10 03:00:00, 2026-03-09 03:00:00.",
      details: { reason: "unknown_restore_point" },
    });
  });

  test("says when the way back of the last restore is lost", async () => {
    const { loses } = await plan({ app_id: 131934, time: ARGS.time });
    expect(loses).toContain(
      "the copy that the last restore kept: it can then no longer be rolled back",
    );
  });

  test("gives up a list of restore points that does not come", async () => {
    cloudways.fake.faults.add({ kind: "stick_operation", operation: "getAppBackupStatus" });
    await expect(plan()).rejects.toMatchObject({
      code: "timeout",
      details: { reason: "restore_points_late" },
    });
  });

  test("is asked for once and followed", async () => {
    const pointer = await cloudways.start(NAME, ARGS);
    expect(pointer).toMatchInlineSnapshot(`
      {
        "app_id": 140388,
        "operation_id": 596401,
        "part": "complete",
        "sent_at": 1773480600000,
        "server_id": 50517,
        "time": "2026-03-12 03:00:00",
      }
    `);
    expect(cloudways.changes).toMatchInlineSnapshot(`
      [
        {
          "body": "server_id=50517&app_id=140388&time=2026-03-12+03%3A00%3A00",
          "method": "POST",
          "path": "/api/v2/app/manage/restore",
          "type": "application/x-www-form-urlencoded",
        },
      ]
    `);
    cloudways.clock.advance(40_000);
    expect(await cloudways.follow(pointer)).toMatchInlineSnapshot(`
      {
        "result": {
          "app_id": 140388,
          "part": "complete",
          "server_id": 50517,
          "time": "2026-03-12 03:00:00",
        },
        "status": "completed",
      }
    `);
    expect(restored()).toEqual({ time: ARGS.time, type: "complete" });
    expect(cloudways.fake.effects().done).toEqual({ restoreApp: 1 });
  });

  test("can be of the database alone", async () => {
    const pointer = await cloudways.start(NAME, { ...ARGS, part: "db" });
    expect(cloudways.changes[0]?.body).toContain("type=db");
    cloudways.clock.advance(40_000);
    expect(await cloudways.follow(pointer)).toMatchObject({ result: { part: "db" } });
    expect(restored()).toEqual({ time: ARGS.time, type: "db" });
  });

  test("to a point that is gone by then is refused by Cloudways", async () => {
    await expect(
      cloudways.start(NAME, { ...ARGS, time: "2020-01-01 00:00:00" }),
    ).rejects.toMatchObject({
      code: "invalid_input",
      message:
        'Cloudways refused the arguments. Cloudways says: "time: No restore point with this time."',
    });
    expect(cloudways.fake.effects().accepted).toEqual({});
  });

  test("whose answer was lost is settled by the copy it keeps, where that tells", async () => {
    const { state } = await plan();
    expect(await find(ARGS, state)).toEqual({ found: "unclear" });
    cloudways.fake.faults.add({ kind: "reset", after: true, operation: "restoreApp" });
    await expect(cloudways.start(NAME, ARGS)).rejects.toMatchObject({
      code: "upstream_unavailable",
    });
    cloudways.clock.advance(40_000);
    expect(await find(ARGS, state)).toMatchObject({
      found: "happened",
      output: { result: { server_id: 50517, app_id: 140388, time: ARGS.time, part: "complete" } },
    });
  });

  test("is unclear where such a copy was there anyway", async () => {
    const args = { ...ARGS, app_id: 131934 };
    const { state } = await plan(args);
    expect(await find(args, state)).toEqual({ found: "unclear" });
  });
});

describe("version 1", () => {
  const cloudways = useCloudways({ settings: { api_version: "v1" } });

  test("restores the same way", async () => {
    const { state } = await cloudways.passing(cloudways.plan(NAME, ARGS));
    expect(state).toMatchObject({ server_id: 50517, local_backup_exists: false });
    const pointer = await cloudways.start(NAME, ARGS);
    cloudways.clock.advance(40_000);
    expect(await cloudways.follow(pointer)).toMatchObject({ status: "completed" });
  });
});
