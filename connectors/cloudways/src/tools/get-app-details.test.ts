import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("shows the application and its server, without a password", async () => {
  const { structured, text } = await cloudways.call("cloudways_get_app_details", {
    app_id: 131933,
  });
  expect(structured).toMatchInlineSnapshot(`
    {
      "app": {
        "admin_user": "admin@northwind-agency.example",
        "aliases": [
          "larkspur-books.example",
          "buecher.larkspur-books.example",
        ],
        "created_at": "2025-03-21T09:26:53Z",
        "database_name": "ilmrvgptvp",
        "database_user": "ilmrvgptvp",
        "default_domain": "woocommerce-12847-50482-131933.cloudwaysapps.com",
        "domain": "www.larkspur-books.example",
        "has_lets_encrypt": true,
        "id": 131933,
        "label": "larkspur-books",
        "project_id": 1574,
        "system_user": "ilmrvgptvp",
        "type": "woocommerce",
        "version": "9.4",
        "webroot": "public_html",
      },
      "server": {
        "created_at": "2024-07-11T11:41:31Z",
        "id": 50482,
        "label": "web-london-1",
        "provider": "do",
        "public_ip": "203.0.113.11",
        "region": "lon1",
        "size": "4GB",
        "status": "running",
      },
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "131933 larkspur-books (woocommerce) www.larkspur-books.example
    Version 9.4, webroot public_html, Let's Encrypt: yes.
    Aliases: larkspur-books.example, buecher.larkspur-books.example.
    System user ilmrvgptvp, database ilmrvgptvp, admin admin@northwind-agency.example.
    On server 50482 web-london-1: running, do lon1 4GB, 203.0.113.11."
  `);
});

test("says what Cloudways refused", async () => {
  cloudways.fake.faults.add({
    kind: "status_false",
    message: "Not today",
    operation: "listServers",
  });
  await expect(
    cloudways.call("cloudways_get_app_details", { app_id: 131933 }),
  ).rejects.toMatchObject({
    code: "upstream_rejected",
    message: 'Cloudways refused the request. Cloudways says: "Not today"',
  });
});

test("names applications there are when it does not know one", async () => {
  await expect(cloudways.call("cloudways_get_app_details", { app_id: 9 })).rejects.toMatchObject({
    code: "not_found",
    message: expect.stringMatching(
      /^This account has no application 9\. Applications: 131933 \(larkspur-books\), /,
    ),
  });
});

test("refuses what is no id before anything is asked", async () => {
  await expect(
    cloudways.call("cloudways_get_app_details", { app_id: "../server" }),
  ).rejects.toMatchObject({ code: "invalid_input" });
  expect(cloudways.fake.counters.total).toBe(0);
});
