import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("lists applications and versions", async () => {
  const { structured, text } = await cloudways.call("cloudways_get_available_apps");
  expect(structured).toMatchInlineSnapshot(`
    {
      "apps": [
        {
          "name": "WordPress",
          "versions": [
            {
              "application": "wordpress",
              "version": "6.7",
            },
            {
              "application": "wordpress",
              "version": "6.6",
            },
          ],
        },
        {
          "name": "WooCommerce",
          "versions": [
            {
              "application": "woocommerce",
              "version": "9.4",
            },
          ],
        },
        {
          "name": "Magento",
          "versions": [
            {
              "application": "magento",
              "version": "2.4.7",
            },
          ],
        },
        {
          "name": "Laravel",
          "versions": [
            {
              "application": "laravel",
              "version": "11.2",
            },
          ],
        },
        {
          "name": "PHP Stack",
          "versions": [
            {
              "application": "phpstack",
              "version": "8.2",
            },
            {
              "application": "phpstack",
              "version": "7.4",
            },
          ],
        },
      ],
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "WordPress: 6.7 (wordpress), 6.6 (wordpress)
    WooCommerce: 9.4 (woocommerce)
    Magento: 2.4.7 (magento)
    Laravel: 11.2 (laravel)
    PHP Stack: 8.2 (phpstack), 7.4 (phpstack)"
  `);
});

test("says what Cloudways refused", async () => {
  cloudways.fake.faults.add({
    kind: "status_false",
    message: "Not today",
    operation: "listAvailableApps",
  });
  await expect(cloudways.call("cloudways_get_available_apps")).rejects.toMatchObject({
    code: "upstream_rejected",
    message: 'Cloudways refused the request. Cloudways says: "Not today"',
  });
});
