import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("lists packages by operating system", async () => {
  const { structured, text } = await cloudways.call("cloudways_get_available_packages");
  expect(structured).toMatchInlineSnapshot(`
    {
      "packages": [
        {
          "package": "php",
          "platform": "debian11",
          "versions": [
            {
              "name": "PHP 8.1",
              "version": "8.1",
            },
            {
              "name": "PHP 8.2",
              "version": "8.2",
            },
            {
              "name": "PHP 8.3",
              "version": "8.3",
            },
          ],
        },
        {
          "package": "php",
          "platform": "debian12",
          "versions": [
            {
              "name": "PHP 8.2",
              "version": "8.2",
            },
            {
              "name": "PHP 8.3",
              "version": "8.3",
            },
          ],
        },
        {
          "package": "mysql",
          "platform": "debian11",
          "versions": [
            {
              "name": "MySQL 5.7",
              "version": "mysql,5.7",
            },
            {
              "name": "MariaDB 10.6",
              "version": "mariadb,10.6",
            },
          ],
        },
        {
          "package": "mysql",
          "platform": "debian12",
          "versions": [
            {
              "name": "MySQL 8.0",
              "version": "mysql,8.0",
            },
            {
              "name": "MariaDB 10.11",
              "version": "mariadb,10.11",
            },
          ],
        },
        {
          "package": "redis",
          "platform": null,
          "versions": [
            {
              "name": "Uninstall",
              "version": "0",
            },
            {
              "name": "Install",
              "version": "latest",
            },
          ],
        },
      ],
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "php on debian11: 8.1 (PHP 8.1), 8.2 (PHP 8.2), 8.3 (PHP 8.3)
    php on debian12: 8.2 (PHP 8.2), 8.3 (PHP 8.3)
    mysql on debian11: mysql,5.7 (MySQL 5.7), mariadb,10.6 (MariaDB 10.6)
    mysql on debian12: mysql,8.0 (MySQL 8.0), mariadb,10.11 (MariaDB 10.11)
    redis: 0 (Uninstall), latest (Install)"
  `);
});

test("says what Cloudways refused", async () => {
  cloudways.fake.faults.add({
    kind: "status_false",
    message: "Not today",
    operation: "listPackages",
  });
  await expect(cloudways.call("cloudways_get_available_packages")).rejects.toMatchObject({
    code: "upstream_rejected",
    message: 'Cloudways refused the request. Cloudways says: "Not today"',
  });
});
