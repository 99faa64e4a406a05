import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("lists the projects", async () => {
  const { structured, text } = await cloudways.call("cloudways_list_projects");
  expect(structured).toMatchInlineSnapshot(`
    {
      "projects": [
        {
          "created_at": "2024-07-11T11:41:31Z",
          "id": 1500,
          "is_default": true,
          "name": "Default",
          "updated_at": "2026-01-09T12:00:00Z",
        },
        {
          "created_at": "2024-08-02T09:12:00Z",
          "id": 1574,
          "is_default": false,
          "name": "Larkspur Books",
          "updated_at": "2026-01-09T12:00:00Z",
        },
        {
          "created_at": "2025-02-18T14:20:45Z",
          "id": 1601,
          "is_default": false,
          "name": "Food and drink",
          "updated_at": "2026-01-09T12:00:00Z",
        },
        {
          "created_at": "2025-03-01T10:00:00Z",
          "id": 1622,
          "is_default": false,
          "name": "Velo Direkt",
          "updated_at": "2026-01-09T12:00:00Z",
        },
      ],
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "4 projects.
    1500 Default (default)
    1574 Larkspur Books
    1601 Food and drink
    1622 Velo Direkt"
  `);
});

test("says what Cloudways refused", async () => {
  cloudways.fake.faults.add({
    kind: "status_false",
    message: "Not today",
    operation: "listProjects",
  });
  await expect(cloudways.call("cloudways_list_projects")).rejects.toMatchObject({
    code: "upstream_rejected",
    message: 'Cloudways refused the request. Cloudways says: "Not today"',
  });
});
