import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("says that Cloudways answers", async () => {
  const { structured, text } = await cloudways.call("cloudways_ping");
  expect(structured).toMatchInlineSnapshot(`
    {
      "answered_in_ms": 0,
      "checked_at": "2026-03-14T09:30:00.000Z",
      "ok": true,
    }
  `);
  expect(text).toMatchInlineSnapshot(`"Cloudways answers and accepts the credential (0 ms)."`);
});

test("fails when Cloudways is down, after it tried three times", async () => {
  cloudways.fake.faults.add({ kind: "status", status: 503, count: "always" });
  const answer = cloudways.call("cloudways_ping");
  answer.catch(() => {});
  await cloudways.passWait();
  await cloudways.passWait();
  await expect(answer).rejects.toMatchObject({
    code: "upstream_unavailable",
    message:
      'Cloudways failed with status 503. Try again in a moment. Cloudways says: "Internal error"',
  });
  expect(cloudways.fake.counters.byOperation.listProviders).toBe(3);
});
