import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("shows the users and hides every password", async () => {
  const { structured, text } = await cloudways.call("cloudways_get_app_credentials", {
    app_id: 131933,
  });
  expect(structured).toMatchInlineSnapshot(`
    {
      "app_id": 131933,
      "app_label": "larkspur-books",
      "back_office": {
        "app_password": "[hidden]",
        "user": "admin@northwind-agency.example",
      },
      "database": {
        "mysql_password": "[hidden]",
        "name": "ilmrvgptvp",
        "user": "ilmrvgptvp",
      },
      "host": "203.0.113.11",
      "server_id": 50482,
      "sftp_users": [
        {
          "id": 1319331,
          "password": "[hidden]",
          "ssh_keys": [
            {
              "id": 111,
              "label": "deploy laptop",
            },
          ],
          "user": "deploy131933",
        },
        {
          "id": 1319332,
          "password": "[hidden]",
          "ssh_keys": [],
          "user": "editor131933",
        },
      ],
      "system": {
        "sys_password": "[hidden]",
        "user": "ilmrvgptvp",
      },
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "Application 131933 larkspur-books at 203.0.113.11.
    Back office: user admin@northwind-agency.example, password [hidden]
    System (SSH, SFTP): user ilmrvgptvp, password [hidden]
    Database ilmrvgptvp: user ilmrvgptvp, password [hidden]
    SFTP user 1319331 deploy131933: password [hidden], keys deploy laptop
    SFTP user 1319332 editor131933: password [hidden]"
  `);
});

test("shows only the passwords that are named, fresh from Cloudways", async () => {
  const args = { app_id: 131933, reveal: ["mysql_password"] };
  const { structured } = await cloudways.call("cloudways_get_app_credentials", args);
  const { mysql_password } = cloudways.fake.state.apps.get(131933) ?? {};
  expect(structured).toMatchObject({
    back_office: { app_password: "[hidden]" },
    system: { sys_password: "[hidden]" },
    database: { mysql_password },
    sftp_users: [{ password: "[hidden]" }, { password: "[hidden]" }],
  });

  await cloudways.call("cloudways_get_app_credentials", args);
  expect(cloudways.fake.counters.byOperation).toMatchObject({
    listServers: 3,
    listAppCredentials: 2,
  });
});

test("shows the passwords of SFTP users", async () => {
  const args = { app_id: 131933, reveal: ["sftp_passwords"] };
  const { text } = await cloudways.call("cloudways_get_app_credentials", args);
  const [user] = cloudways.fake.state.appDetails.get(131933)?.credentials ?? [];
  expect(text).toContain(`SFTP user 1319331 deploy131933: password ${user?.sys_password}`);
  expect(text).toContain("Back office: user admin@northwind-agency.example, password [hidden]");
});

test("says what Cloudways refused", async () => {
  cloudways.fake.faults.add({
    kind: "status_false",
    message: "Not today",
    operation: "listAppCredentials",
  });
  await expect(
    cloudways.call("cloudways_get_app_credentials", { app_id: 131933 }),
  ).rejects.toMatchObject({
    code: "upstream_rejected",
    message: 'Cloudways refused the request. Cloudways says: "Not today"',
  });
});
