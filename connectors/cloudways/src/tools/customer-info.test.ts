import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("tells who is calling and what there is", async () => {
  const { structured, text } = await cloudways.call("cloudways_customer_info");
  expect(structured).toMatchInlineSnapshot(`
    {
      "apps": 12,
      "caller": "local user",
      "connection_id": "con_1",
      "connection_label": "agency",
      "credential": "login_token",
      "failed_parts": [],
      "first_seen_at": "2026-03-14T09:30:00.000Z",
      "last_active_at": "2026-03-14T09:30:00.000Z",
      "projects": 4,
      "running_servers": 2,
      "servers": 3,
      "team_members": 4,
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "local user over agency (con_1), by login_token.
    First seen 2026-03-14T09:30:00.000Z, last active 2026-03-14T09:30:00.000Z.
    Servers: 3 (2 running), applications: 12, projects: 4, team members: 4."
  `);
});

test("remembers when the caller was first and last seen", async () => {
  await cloudways.call("cloudways_get_token_status");
  cloudways.clock.advance(60_000);
  await cloudways.call("cloudways_get_token_status");
  cloudways.clock.advance(60_000);
  const { structured } = await cloudways.call("cloudways_customer_info");
  expect(structured).toMatchObject({
    first_seen_at: "2026-03-14T09:30:00.000Z",
    last_active_at: "2026-03-14T09:31:00.000Z",
  });
});

test("says what it may not count", async () => {
  cloudways.fake.faults.add({ kind: "status_false", operation: "listTeamMembers" });
  const { structured } = await cloudways.call("cloudways_customer_info");
  expect(structured).toMatchObject({
    servers: 3,
    team_members: null,
    failed_parts: [{ part: "team_members", code: "upstream_rejected" }],
  });
});

test("shows neither e-mail nor key", async () => {
  const { text, structured } = await cloudways.call("cloudways_customer_info");
  expect(`${text}${JSON.stringify(structured)}`).not.toContain(cloudways.fake.credentials.email);
});
