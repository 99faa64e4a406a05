import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("adds up the bandwidth of a week", async () => {
  const { structured, text } = await cloudways.call("cloudways_get_app_monitoring_summary", {
    app_id: 131933,
    period: "7d",
  });
  expect(structured).toMatchInlineSnapshot(`
    {
      "app_id": 131933,
      "app_label": "larkspur-books",
      "bandwidth": {
        "from": "2026-03-08T00:00:00Z",
        "measurements": 7,
        "to": "2026-03-14T00:00:00Z",
        "total_mb": 6440.66,
      },
      "bandwidth_points": [
        {
          "at": "2026-03-08T00:00:00Z",
          "mb": 946.13,
        },
        {
          "at": "2026-03-09T00:00:00Z",
          "mb": 982.31,
        },
        {
          "at": "2026-03-10T00:00:00Z",
          "mb": 811.17,
        },
        {
          "at": "2026-03-11T00:00:00Z",
          "mb": 954.48,
        },
        {
          "at": "2026-03-12T00:00:00Z",
          "mb": 844.56,
        },
        {
          "at": "2026-03-13T00:00:00Z",
          "mb": 1000.4,
        },
        {
          "at": "2026-03-14T00:00:00Z",
          "mb": 901.61,
        },
      ],
      "disk": {
        "measured_at": "2026-03-14T09:00:00Z",
        "used_mb": 6210,
      },
      "failed_parts": [],
      "period": "7d",
      "server_id": 50482,
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "Application 131933 larkspur-books, 7d.
    Bandwidth: 6.3 GB in 7 measurements from 2026-03-08T00:00:00Z to 2026-03-14T00:00:00Z.
    Disk: 6.1 GB at 2026-03-14T09:00:00Z.
      2026-03-08T00:00:00Z 946.13 MB
      2026-03-09T00:00:00Z 982.31 MB
      2026-03-10T00:00:00Z 811.17 MB
      2026-03-11T00:00:00Z 954.48 MB
      2026-03-12T00:00:00Z 844.56 MB
      2026-03-13T00:00:00Z 1000.4 MB
      2026-03-14T00:00:00Z 901.61 MB"
  `);
});

test("covers thirty days unless told otherwise", async () => {
  const { structured } = await cloudways.call("cloudways_get_app_monitoring_summary", {
    app_id: 131933,
  });
  expect(structured).toMatchObject({ period: "30d", bandwidth: { measurements: 30 } });
});

test("says which half is missing", async () => {
  cloudways.fake.faults.add({ kind: "status_false", operation: "getAppMonitorSummary" });
  const { structured } = await cloudways.call("cloudways_get_app_monitoring_summary", {
    app_id: 131933,
  });
  expect(structured).toMatchObject({ failed_parts: [{ code: "upstream_rejected" }] });
});

test("fails when neither half could be read", async () => {
  cloudways.fake.faults.add({
    kind: "status_false",
    operation: "getAppMonitorSummary",
    count: "always",
  });
  await expect(
    cloudways.call("cloudways_get_app_monitoring_summary", { app_id: 131933 }),
  ).rejects.toMatchObject({ code: "upstream_rejected" });
});
