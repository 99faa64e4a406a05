import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("lists the keys of all servers", async () => {
  const { structured, text } = await cloudways.call("cloudways_get_ssh_keys");
  expect(structured).toMatchInlineSnapshot(`
    {
      "ssh_keys": [
        {
          "app_id": null,
          "id": 111,
          "label": "deploy laptop",
          "level": "server",
          "server_id": 50482,
          "user": null,
        },
        {
          "app_id": null,
          "id": 112,
          "label": "ci runner",
          "level": "server",
          "server_id": 50482,
          "user": null,
        },
        {
          "app_id": null,
          "id": 118,
          "label": "deploy laptop",
          "level": "server",
          "server_id": 50517,
          "user": null,
        },
      ],
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "3 SSH keys.
    111 deploy laptop: server 50482
    112 ci runner: server 50482
    118 deploy laptop: server 50517"
  `);
});

test("adds the keys of an application's users", async () => {
  const { structured } = await cloudways.call("cloudways_get_ssh_keys", { app_id: 140210 });
  expect(structured).toMatchInlineSnapshot(`
    {
      "ssh_keys": [
        {
          "app_id": null,
          "id": 118,
          "label": "deploy laptop",
          "level": "server",
          "server_id": 50517,
          "user": null,
        },
        {
          "app_id": 140210,
          "id": 111,
          "label": "deploy laptop",
          "level": "app",
          "server_id": 50517,
          "user": "deploy140210",
        },
      ],
    }
  `);
});

test("says what Cloudways refused", async () => {
  cloudways.fake.faults.add({
    kind: "status_false",
    message: "Not today",
    operation: "listAppCredentials",
  });
  await expect(cloudways.call("cloudways_get_ssh_keys", { app_id: 140210 })).rejects.toMatchObject({
    code: "upstream_rejected",
    message: 'Cloudways refused the request. Cloudways says: "Not today"',
  });
});

test("does not mix up an application with another server", async () => {
  await expect(
    cloudways.call("cloudways_get_ssh_keys", { app_id: 140210, server_id: 50482 }),
  ).rejects.toMatchObject({
    code: "not_found",
    message:
      "Application 140210 is not on server 50482, but on server 50517. Leave server_id out, or correct it.",
  });
});
