import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("lists the newest alerts with the severity their words tell", async () => {
  const { structured, text } = await cloudways.call("cloudways_get_alerts", { limit: 4 });
  expect(structured).toMatchInlineSnapshot(`
    {
      "alerts": [
        {
          "app_id": null,
          "created_at": "2026-03-14T09:30:00Z",
          "description": "Less than 5% of the disk is free. Services stop when it is full.",
          "id": 88900,
          "server_id": 50482,
          "severity": "critical",
          "subject": "Critical: disk almost full",
          "unread": true,
        },
        {
          "app_id": null,
          "created_at": "2026-03-14T02:30:00Z",
          "description": "Less than 150 MB of memory is free.",
          "id": 88897,
          "server_id": 50517,
          "severity": "warning",
          "subject": "Warning: memory low",
          "unread": true,
        },
        {
          "app_id": 150045,
          "created_at": "2026-03-13T19:30:00Z",
          "description": "The application answered with status 503 for 5 minutes.",
          "id": 88894,
          "server_id": 50633,
          "severity": "critical",
          "subject": "Critical: application does not answer",
          "unread": true,
        },
        {
          "app_id": null,
          "created_at": "2026-03-13T12:30:00Z",
          "description": "More than 90% of the inodes are in use.",
          "id": 88891,
          "server_id": 50482,
          "severity": "warning",
          "subject": "Warning: few inodes left",
          "unread": true,
        },
      ],
      "continue_before_id": 88891,
      "looked_through": 4,
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "4 alerts of 4 looked through.
    88900 2026-03-14T09:30:00Z [critical, unread] Critical: disk almost full Less than 5% of the disk is free. Services stop when it is full. (server 50482)
    88897 2026-03-14T02:30:00Z [warning, unread] Warning: memory low Less than 150 MB of memory is free. (server 50517)
    88894 2026-03-13T19:30:00Z [critical, unread] Critical: application does not answer The application answered with status 503 for 5 minutes. (server 50633, app 150045)
    88891 2026-03-13T12:30:00Z [warning, unread] Warning: few inodes left More than 90% of the inodes are in use. (server 50482)
    There may be older ones: repeat the call with before_id 88891."
  `);
});

test("follows the pages of Cloudways until there are enough of a severity", async () => {
  const { structured } = await cloudways.call("cloudways_get_alerts", {
    severity: "notice",
    limit: 5,
  });
  expect(structured).toMatchObject({
    alerts: Array.from({ length: 5 }, () => ({ severity: "notice" })),
    looked_through: 40,
  });
  expect(cloudways.fake.counters.byOperation).toMatchObject({ listAlerts: 1, listAlertsAfter: 1 });
});

test("goes on where an answer ended, and says when there is no more", async () => {
  const first = await cloudways.call("cloudways_get_alerts", { limit: 40 });
  const before_id = /before_id (\d+)/.exec(first.text)?.[1];
  const rest = await cloudways.call("cloudways_get_alerts", { before_id });
  expect(rest.structured).toMatchObject({ looked_through: 17, continue_before_id: null });
});

test("filters by what is unread, by server and by application", async () => {
  const { structured } = await cloudways.call("cloudways_get_alerts", {
    unread_only: true,
    server_id: 50482,
  });
  expect(structured).toMatchObject({ looked_through: 57 });
  const { text } = await cloudways.call("cloudways_get_alerts", { app_id: 150045, limit: 1 });
  expect(text).toContain("app 150045");
});

test("is not led in circles by a page that begins again", async () => {
  cloudways.fake.state.alerts = cloudways.fake.state.alerts.slice(0, 20);
  const { structured } = await cloudways.call("cloudways_get_alerts");
  expect(structured).toMatchObject({ looked_through: 20, continue_before_id: null });
});

test("reads no more than ten pages at once", async () => {
  const { state } = cloudways.fake;
  const [alert] = state.alerts;
  state.alerts = Array.from({ length: 300 }, (_, index) => ({
    ...structuredClone(alert ?? expect.unreachable()),
    id: 1_000 - index,
  }));
  const { structured, text } = await cloudways.call("cloudways_get_alerts", { severity: "info" });
  expect(structured).toEqual({ alerts: [], looked_through: 200, continue_before_id: 801 });
  expect(text).toContain("before_id 801");
});

test("rates what says nothing about its severity as unrated", async () => {
  for (const { details } of cloudways.fake.state.alerts) {
    Object.assign(details, { subject: "Disk Inode Alert", template_slug: "inode-full-1" });
  }
  const { text } = await cloudways.call("cloudways_get_alerts", { limit: 1 });
  expect(text).toContain("[unrated, unread] Disk Inode Alert");
});

test("says what Cloudways refused", async () => {
  cloudways.fake.faults.add({
    kind: "status_false",
    message: "Not today",
    operation: "listAlerts",
  });
  await expect(cloudways.call("cloudways_get_alerts")).rejects.toMatchObject({
    code: "upstream_rejected",
    message: 'Cloudways refused the request. Cloudways says: "Not today"',
  });
});
