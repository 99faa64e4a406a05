import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("shows all four parts", async () => {
  const { structured, text } = await cloudways.call("cloudways_get_app_settings", {
    app_id: 131933,
  });
  expect(structured).toMatchInlineSnapshot(`
    {
      "access": {
        "public": true,
      },
      "app_id": 131933,
      "app_label": "larkspur-books",
      "failed_parts": [],
      "general": {
        "cors_header": false,
        "enforce_https": true,
        "from_address": "noreply@larkspur-books.example",
      },
      "php_fpm": {
        "configuration": ";php_admin_value[memory_limit] = 256M",
        "enabled": true,
      },
      "server_id": 50482,
      "varnish": {
        "enabled": true,
        "enabled_on_server": true,
        "rules": [
          {
            "method": "exclude",
            "type": "url",
            "value": "/checkout/",
          },
        ],
      },
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "Application 131933 larkspur-books.
    HTTPS enforced: yes, CORS header: no, mail from noreply@larkspur-books.example.
    Open to the public: yes.
    Varnish: yes (on the server: yes), 1 rule.
      exclude url /checkout/
    PHP-FPM of its own: yes.
    ;php_admin_value[memory_limit] = 256M"
  `);
});

test("says which part is missing instead of reporting success", async () => {
  cloudways.fake.faults.add({ kind: "status_false", operation: "getAppVarnishSettings" });
  const { structured, text } = await cloudways.call("cloudways_get_app_settings", {
    app_id: 131933,
  });
  expect(structured).toMatchObject({
    general: { enforce_https: true },
    varnish: null,
    failed_parts: [{ part: "varnish", code: "upstream_rejected" }],
  });
  expect(text).toContain("Missing: varnish (upstream_rejected).");
});

test("fails when no part could be read", async () => {
  cloudways.fake.faults.add({ kind: "status_false", path: "/app/", count: "always" });
  await expect(
    cloudways.call("cloudways_get_app_settings", { app_id: 131933 }),
  ).rejects.toMatchObject({ code: "upstream_rejected" });
});
