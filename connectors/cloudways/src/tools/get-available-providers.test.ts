import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("lists the providers", async () => {
  const { structured, text } = await cloudways.call("cloudways_get_available_providers");
  expect(structured).toMatchInlineSnapshot(`
    {
      "providers": [
        {
          "id": "do",
          "name": "DigitalOcean",
        },
        {
          "id": "vultr",
          "name": "Vultr",
        },
        {
          "id": "linode",
          "name": "Linode",
        },
        {
          "id": "amazon",
          "name": "Amazon Web Services",
        },
        {
          "id": "gce",
          "name": "Google Compute Engine",
        },
      ],
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "5 providers.
    do: DigitalOcean
    vultr: Vultr
    linode: Linode
    amazon: Amazon Web Services
    gce: Google Compute Engine"
  `);
});

test("says what Cloudways refused", async () => {
  cloudways.fake.faults.add({
    kind: "status_false",
    message: "Not today",
    operation: "listProviders",
  });
  await expect(cloudways.call("cloudways_get_available_providers")).rejects.toMatchObject({
    code: "upstream_rejected",
    message: 'Cloudways refused the request. Cloudways says: "Not today"',
  });
});

test("asks once an hour", async () => {
  await cloudways.call("cloudways_get_available_providers");
  cloudways.clock.advance(3_000_000);
  await cloudways.call("cloudways_get_available_providers");
  expect(cloudways.fake.counters.byOperation.listProviders).toBe(1);
});
