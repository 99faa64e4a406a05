import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("lists the members, though Cloudways sends a map", async () => {
  const { structured, text } = await cloudways.call("cloudways_list_team_members");
  expect(structured).toMatchInlineSnapshot(`
    {
      "members": [
        {
          "active": true,
          "added_at": "2025-06-21T16:26:40Z",
          "email": "imani@northwind-agency.example",
          "full_access": true,
          "id": 26740,
          "name": "Imani Okafor",
          "role": "Project Manager",
        },
        {
          "active": true,
          "added_at": "2025-06-21T16:26:40Z",
          "email": "jonas@northwind-agency.example",
          "full_access": false,
          "id": 26741,
          "name": "Jonas Brandt",
          "role": "Developer",
        },
        {
          "active": true,
          "added_at": "2025-06-21T16:26:40Z",
          "email": "priya@contractor.example",
          "full_access": false,
          "id": 27003,
          "name": "Priya Raman",
          "role": "Developer",
        },
        {
          "active": false,
          "added_at": "2025-06-21T16:26:40Z",
          "email": "tom@northwind-agency.example",
          "full_access": false,
          "id": 27110,
          "name": "Tom Reyes",
          "role": "Billing",
        },
      ],
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "4 team members.
    26740 Imani Okafor <imani@northwind-agency.example>: Project Manager, full access
    26741 Jonas Brandt <jonas@northwind-agency.example>: Developer
    27003 Priya Raman <priya@contractor.example>: Developer
    27110 Tom Reyes <tom@northwind-agency.example>: Billing, not active"
  `);
});

test("says what Cloudways refused", async () => {
  cloudways.fake.faults.add({
    kind: "status_false",
    message: "Not today",
    operation: "listTeamMembers",
  });
  await expect(cloudways.call("cloudways_list_team_members")).rejects.toMatchObject({
    code: "upstream_rejected",
    message: 'Cloudways refused the request. Cloudways says: "Not today"',
  });
});

test("takes an empty list for an empty map", async () => {
  cloudways.fake.state.members.clear();
  const { structured } = await cloudways.call("cloudways_list_team_members");
  expect(structured).toEqual({ members: [] });
});
