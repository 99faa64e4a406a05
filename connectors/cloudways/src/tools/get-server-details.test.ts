import type { Principal } from "@fairlead/core/identity/principal";
import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("shows the machine and what each application uses", async () => {
  const { structured, text } = await cloudways.call("cloudways_get_server_details", {
    server_id: 50482,
  });
  expect(structured).toMatchInlineSnapshot(`
    {
      "apps": [
        {
          "bandwidth_mb": 27426.75,
          "disk_used_mb": 6210,
          "domain": "www.larkspur-books.example",
          "id": 131933,
          "label": "larkspur-books",
          "type": "woocommerce",
        },
        {
          "bandwidth_mb": 10386.77,
          "disk_used_mb": 2480,
          "domain": "blog.larkspur-books.example",
          "id": 131934,
          "label": "larkspur-blog",
          "type": "wordpress",
        },
        {
          "bandwidth_mb": 8603.85,
          "disk_used_mb": 1930,
          "domain": "www.harbour-bakery.example",
          "id": 132051,
          "label": "harbour-bakery",
          "type": "wordpress",
        },
        {
          "bandwidth_mb": 3838.1,
          "disk_used_mb": 880,
          "domain": "orders.harbour-bakery.example",
          "id": 132460,
          "label": "harbour-orders",
          "type": "laravel",
        },
        {
          "bandwidth_mb": 13580.08,
          "disk_used_mb": 3120,
          "domain": "www.northwind-agency.example",
          "id": 133007,
          "label": "agency-site",
          "type": "wordpress",
        },
      ],
      "bandwidth": {
        "from": "2026-02-13T00:00:00Z",
        "measurements": 150,
        "to": "2026-03-14T00:00:00Z",
        "total_mb": 63835.55,
      },
      "disk_used_mb": 14620,
      "failed_parts": [],
      "server": {
        "backup_every_hours": 24,
        "created_at": "2024-07-11T11:41:31Z",
        "data_disk_gb": null,
        "database_disk_gb": null,
        "disk_gb": 80,
        "hostname": "12847-50482.cloudwaysapps.com",
        "id": 50482,
        "label": "web-london-1",
        "local_backups": true,
        "master_password": "[hidden]",
        "master_user": "master_50482",
        "platform": "debian11",
        "provider": "do",
        "public_ip": "203.0.113.11",
        "region": "lon1",
        "running_operations": [],
        "size": "4GB",
        "ssh_key_count": 2,
        "status": "running",
        "updated_at": "2026-02-03T04:10:02Z",
        "zone": null,
      },
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "50482 web-london-1: running, do lon1 4GB, 203.0.113.11
    Disk: 80 GB, applications use 14.3 GB. Bandwidth: 62.3 GB since 2026-02-13T00:00:00Z.
    Master user master_50482, password [hidden].
      app 131933 larkspur-books (woocommerce) www.larkspur-books.example: bandwidth 26.8 GB, disk 6.1 GB
      app 131934 larkspur-blog (wordpress) blog.larkspur-books.example: bandwidth 10.1 GB, disk 2.4 GB
      app 132051 harbour-bakery (wordpress) www.harbour-bakery.example: bandwidth 8.4 GB, disk 1.9 GB
      app 132460 harbour-orders (laravel) orders.harbour-bakery.example: bandwidth 3.7 GB, disk 880 MB
      app 133007 agency-site (wordpress) www.northwind-agency.example: bandwidth 13.3 GB, disk 3.0 GB"
  `);
});

test("names the measurement that could not be read", async () => {
  cloudways.fake.faults.add({
    kind: "status_false",
    message: "No graph",
    operation: "getServerMonitorSummary",
  });
  const { structured, text } = await cloudways.call("cloudways_get_server_details", {
    server_id: "50633",
  });
  expect(structured).toMatchObject({
    server: { id: 50633 },
    failed_parts: [
      {
        code: "upstream_rejected",
        message: 'Cloudways refused the request. Cloudways says: "No graph"',
      },
    ],
  });
  expect(text).toContain("Missing: ");
});

test("hides the master password until it is asked for", async () => {
  const args = { server_id: 50517 };
  const hidden = await cloudways.call("cloudways_get_server_details", args);
  expect(hidden.structured).toMatchObject({ server: { master_password: "[hidden]" } });

  const reveal = ["master_password"];
  const shown = await cloudways.call("cloudways_get_server_details", { ...args, reveal });
  const { master_password } = cloudways.fake.state.servers.get(50517) ?? {};
  expect(shown.structured).toMatchObject({ server: { master_password } });
});

test("needs the right to see secrets before it shows one", async () => {
  const principal: Principal = {
    ...{ id: "prn_reader", tenant_id: "ten_local", kind: "service", label: "reader" },
    roles: ["viewer"],
    scopes: new Set(["cloudways:read"]),
  };
  const args = { server_id: 50517, reveal: ["master_password"] };
  await expect(
    cloudways.fairlead.call("cloudways_get_server_details", args, { principal }),
  ).rejects.toMatchObject({ code: "forbidden", details: { scope: "cloudways:secrets" } });
  expect(cloudways.fake.counters.total).toBe(0);
});

test("names the servers there are when it does not know one, after it looked again", async () => {
  await cloudways.call("cloudways_list_servers");
  await expect(
    cloudways.call("cloudways_get_server_details", { server_id: 7 }),
  ).rejects.toMatchObject({
    code: "not_found",
    message:
      "This account has no server 7. Servers: 50482 (web-london-1), 50517 (shop-frankfurt-1), 50633 (lab-chicago-1).",
    details: { server_ids: [50482, 50517, 50633] },
  });
  expect(cloudways.fake.counters.byOperation.listServers).toBe(2);
});

test("shows the work that is under way", async () => {
  await cloudways.fake.app.request("/api/v2/server/restart", {
    method: "POST",
    headers: { authorization: `Bearer ${cloudways.fake.credentials.fullToken}` },
    body: new URLSearchParams({ server_id: "50482" }),
  });
  const { text } = await cloudways.call("cloudways_get_server_details", { server_id: 50482 });
  expect(text).toMatch(/^Under way: restarting_server \(operation \d+\)$/m);
});

test("finds a server that was made a moment ago", async () => {
  await cloudways.call("cloudways_list_servers");
  const [server] = cloudways.fake.state.servers.values();
  if (server) cloudways.fake.state.servers.set(60_000, { ...server, id: 60_000, label: "new" });
  const { text } = await cloudways.call("cloudways_get_server_details", { server_id: 60_000 });
  expect(text).toContain("60000 new: running");
});

test.each([
  {},
  { server_id: null },
  { server_id: true },
  { server_id: [50482] },
  { server_id: "" },
])("takes no server for meant by %j", async (args) => {
  await expect(cloudways.call("cloudways_get_server_details", args)).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining("server_id: "),
  });
});
