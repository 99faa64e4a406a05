import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("lists the sizes of a provider, by id", async () => {
  const { structured, text } = await cloudways.call("cloudways_get_available_server_sizes", {
    provider: "AMAZON",
  });
  expect(structured).toMatchInlineSnapshot(`
    {
      "providers": [
        {
          "provider": "amazon",
          "sizes": [
            "Small",
            "Medium",
            "Large",
            "XL",
          ],
        },
      ],
    }
  `);
  expect(text).toMatchInlineSnapshot(`"amazon: Small, Medium, Large, XL"`);
});

test("says what Cloudways refused", async () => {
  cloudways.fake.faults.add({
    kind: "status_false",
    message: "Not today",
    operation: "listServerSizes",
  });
  await expect(cloudways.call("cloudways_get_available_server_sizes")).rejects.toMatchObject({
    code: "upstream_rejected",
    message: 'Cloudways refused the request. Cloudways says: "Not today"',
  });
});
