import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("lists every server with its applications", async () => {
  const { structured, text } = await cloudways.call("cloudways_list_servers");
  expect(structured).toMatchInlineSnapshot(`
    {
      "app_count": 12,
      "server_count": 3,
      "servers": [
        {
          "apps": [
            {
              "domain": "www.larkspur-books.example",
              "id": 131933,
              "label": "larkspur-books",
              "type": "woocommerce",
            },
            {
              "domain": "blog.larkspur-books.example",
              "id": 131934,
              "label": "larkspur-blog",
              "type": "wordpress",
            },
            {
              "domain": "www.harbour-bakery.example",
              "id": 132051,
              "label": "harbour-bakery",
              "type": "wordpress",
            },
            {
              "domain": "orders.harbour-bakery.example",
              "id": 132460,
              "label": "harbour-orders",
              "type": "laravel",
            },
            {
              "domain": "www.northwind-agency.example",
              "id": 133007,
              "label": "agency-site",
              "type": "wordpress",
            },
          ],
          "created_at": "2024-07-11T11:41:31Z",
          "id": 50482,
          "label": "web-london-1",
          "provider": "do",
          "public_ip": "203.0.113.11",
          "region": "lon1",
          "size": "4GB",
          "status": "running",
        },
        {
          "apps": [
            {
              "domain": "shop.velo-direkt.example",
              "id": 140210,
              "label": "velo-shop",
              "type": "magento",
            },
            {
              "domain": "magento-12847-50517-140211.cloudwaysapps.com",
              "id": 140211,
              "label": "velo-shop-staging",
              "type": "magento",
            },
            {
              "domain": "magazin.velo-direkt.example",
              "id": 140388,
              "label": "velo-magazine",
              "type": "wordpress",
            },
            {
              "domain": "www.tea-house.example",
              "id": 141502,
              "label": "tea-house",
              "type": "woocommerce",
            },
          ],
          "created_at": "2025-01-20T08:02:17Z",
          "id": 50517,
          "label": "shop-frankfurt-1",
          "provider": "amazon",
          "public_ip": "198.51.100.24",
          "region": "eu-central-1",
          "size": "Large",
          "status": "running",
        },
        {
          "apps": [
            {
              "domain": "phpstack-12847-50633-150044.cloudwaysapps.com",
              "id": 150044,
              "label": "pricing-api",
              "type": "phpstack",
            },
            {
              "domain": "intranet.northwind-agency.example",
              "id": 150045,
              "label": "legacy-intranet",
              "type": "phpstack",
            },
            {
              "domain": "laravel-12847-50633-150118.cloudwaysapps.com",
              "id": 150118,
              "label": "playground",
              "type": "laravel",
            },
          ],
          "created_at": "2025-09-02T16:30:55Z",
          "id": 50633,
          "label": "lab-chicago-1",
          "provider": "vultr",
          "public_ip": "192.0.2.77",
          "region": "ord",
          "size": "2GB",
          "status": "stopped",
        },
      ],
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "3 servers, 12 applications.
    50482 web-london-1: running, do lon1 4GB, 203.0.113.11
      app 131933 larkspur-books (woocommerce) www.larkspur-books.example
      app 131934 larkspur-blog (wordpress) blog.larkspur-books.example
      app 132051 harbour-bakery (wordpress) www.harbour-bakery.example
      app 132460 harbour-orders (laravel) orders.harbour-bakery.example
      app 133007 agency-site (wordpress) www.northwind-agency.example
    50517 shop-frankfurt-1: running, amazon eu-central-1 Large, 198.51.100.24
      app 140210 velo-shop (magento) shop.velo-direkt.example
      app 140211 velo-shop-staging (magento) magento-12847-50517-140211.cloudwaysapps.com
      app 140388 velo-magazine (wordpress) magazin.velo-direkt.example
      app 141502 tea-house (woocommerce) www.tea-house.example
    50633 lab-chicago-1: stopped, vultr ord 2GB, 192.0.2.77
      app 150044 pricing-api (phpstack) phpstack-12847-50633-150044.cloudwaysapps.com
      app 150045 legacy-intranet (phpstack) intranet.northwind-agency.example
      app 150118 playground (laravel) laravel-12847-50633-150118.cloudwaysapps.com"
  `);
});

test("says what Cloudways refused", async () => {
  cloudways.fake.faults.add({
    kind: "status_false",
    message: "Not today",
    operation: "listServers",
  });
  await expect(cloudways.call("cloudways_list_servers")).rejects.toMatchObject({
    code: "upstream_rejected",
    message: 'Cloudways refused the request. Cloudways says: "Not today"',
  });
});

test("asks Cloudways once for any number of callers", async () => {
  await Promise.all(Array.from({ length: 20 }, () => cloudways.call("cloudways_list_servers")));
  await cloudways.call("cloudways_list_servers");
  expect(cloudways.fake.counters.byOperation).toEqual({ createAccessToken: 1, listServers: 1 });
});

test("serves what it knows while it asks again, for a minute and no longer", async () => {
  const first = await cloudways.call("cloudways_list_servers");
  for (const server of cloudways.fake.state.servers.values()) server.status = "stopped";
  cloudways.clock.advance(20_000);
  expect(await cloudways.call("cloudways_list_servers")).toEqual(first);
  await cloudways.untilQuiet();
  expect(cloudways.fake.counters.byOperation.listServers).toBe(2);
  cloudways.clock.advance(80_000);
  expect((await cloudways.call("cloudways_list_servers")).text).not.toContain("running");
});

test("leaves out servers that are gone, and calls one that has no state yet creating", async () => {
  const [first, second] = cloudways.fake.state.servers.values();
  if (first) first.is_terminated = true;
  if (second) second.status = "";
  const { text } = await cloudways.call("cloudways_list_servers");
  expect(text).not.toContain("web-london-1");
  expect(text).toContain("shop-frankfurt-1: creating");
});

test("makes labels harmless that hide something", async () => {
  const [first] = cloudways.fake.state.servers.values();
  if (first) first.label = "web\u202e\u200b\n\u{e0041}-1\u0007";
  const { text } = await cloudways.call("cloudways_list_servers");
  expect(text).toContain("50482 web -1: running");
});
