import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("counts every request, the login too", async () => {
  await cloudways.call("cloudways_ping");
  const { structured, text } = await cloudways.call("cloudways_rate_limit_status");
  expect(structured).toMatchInlineSnapshot(`
    {
      "degraded": false,
      "full_in_s": 60,
      "paused_for_s": 0,
      "remaining": 88,
      "requests_per_minute": 90,
      "sent_last_minute": 2,
    }
  `);
  expect(text).toMatchInlineSnapshot(
    `"88 of 90 requests left, 2 sent in the last minute; whole again in 60 s."`,
  );
  expect(cloudways.fake.counters.total).toBe(2);
});

test("fills up again with time", async () => {
  await cloudways.call("cloudways_ping");
  cloudways.clock.advance(60_000);
  const { structured } = await cloudways.call("cloudways_rate_limit_status");
  expect(structured).toMatchObject({ remaining: 90, sent_last_minute: 0, full_in_s: 0 });
});

test("tells of the pause that Cloudways asked for", async () => {
  cloudways.fake.faults.add({ kind: "rate_limit", retry_after: 17 });
  await expect(cloudways.call("cloudways_ping")).rejects.toMatchObject({ code: "rate_limited" });
  const { structured, text } = await cloudways.call("cloudways_rate_limit_status");
  expect(structured).toMatchObject({ remaining: 0, paused_for_s: 17 });
  expect(text).toContain("Cloudways asked for a pause: 17 s to go.");
});
