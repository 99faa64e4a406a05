import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("tells of a token that nobody needed yet, without a request", async () => {
  const { structured, text } = await cloudways.call("cloudways_get_token_status");
  expect(structured).toMatchInlineSnapshot(`
    {
      "expires_at": null,
      "expires_in_s": null,
      "kind": "login_token",
      "last_failure": null,
      "logins": 0,
      "meaning": "No call needed the token yet.",
      "obtained_at": null,
      "renewing": false,
      "renews_at": null,
      "state": "unused",
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "login_token: unused. No call needed the token yet.
    Logins: 0."
  `);
  expect(cloudways.fake.counters.total).toBe(0);
});

test("tells when the token expires and is renewed", async () => {
  await cloudways.call("cloudways_ping");
  cloudways.clock.advance(60_000);
  const { structured, text } = await cloudways.call("cloudways_get_token_status");
  expect(structured).toMatchInlineSnapshot(`
    {
      "expires_at": "2026-03-14T10:30:00.000Z",
      "expires_in_s": 3540,
      "kind": "login_token",
      "last_failure": null,
      "logins": 1,
      "meaning": "Nothing is known against the token.",
      "obtained_at": "2026-03-14T09:30:00.000Z",
      "renewing": false,
      "renews_at": "2026-03-14T10:25:00.000Z",
      "state": "valid",
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "login_token: valid. Nothing is known against the token.
    Expires 2026-03-14T10:30:00.000Z (in 3540 s), renews 2026-03-14T10:25:00.000Z; renewing now: no.
    Logins: 1."
  `);
});

test("tells that a credential was refused", async () => {
  cloudways.fake.faults.add({ kind: "unauthorized", operation: "createAccessToken" });
  await expect(cloudways.call("cloudways_ping")).rejects.toMatchObject({ code: "unauthenticated" });
  const { structured } = await cloudways.call("cloudways_get_token_status");
  expect(structured).toMatchObject({
    state: "refused",
    last_failure: { code: "unauthenticated", at: "2026-03-14T09:30:00.000Z" },
  });
});
