import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("lists the regions of a provider, by name", async () => {
  const { structured, text } = await cloudways.call("cloudways_get_available_regions", {
    provider: "digitalocean",
  });
  expect(structured).toMatchInlineSnapshot(`
    {
      "providers": [
        {
          "provider": "do",
          "regions": [
            {
              "id": "lon1",
              "name": "London",
            },
            {
              "id": "fra1",
              "name": "Frankfurt",
            },
            {
              "id": "nyc3",
              "name": "New York",
            },
            {
              "id": "sgp1",
              "name": "Singapore",
            },
          ],
        },
      ],
    }
  `);
  expect(text).toMatchInlineSnapshot(
    `"do: lon1 (London), fra1 (Frankfurt), nyc3 (New York), sgp1 (Singapore)"`,
  );
});

test("says what Cloudways refused", async () => {
  cloudways.fake.faults.add({
    kind: "status_false",
    message: "Not today",
    operation: "listRegions",
  });
  await expect(cloudways.call("cloudways_get_available_regions")).rejects.toMatchObject({
    code: "upstream_rejected",
    message: 'Cloudways refused the request. Cloudways says: "Not today"',
  });
});

test("lists all providers when none is named", async () => {
  const { text } = await cloudways.call("cloudways_get_available_regions");
  expect(text.split("\n").map((line) => line.split(":")[0])).toEqual([
    ...["do", "vultr", "linode", "amazon", "gce"],
  ]);
});

test("names the providers when it does not know one", async () => {
  await expect(
    cloudways.call("cloudways_get_available_regions", { provider: "hetzner" }),
  ).rejects.toMatchObject({
    code: "invalid_input",
    message:
      'Cloudways offers nothing under the provider "hetzner". Providers: do (DigitalOcean), vultr (Vultr), linode (Linode), amazon (Amazon Web Services), gce (Google Compute Engine).',
  });
});
