import { expect, test } from "vitest";
import { useCloudways } from "../test/harness.ts";

const cloudways = useCloudways();

test.each([
  ["cloudways://servers", "cloudways_list_servers", {}],
  ["cloudways://servers/50482", "cloudways_get_server_details", { server_id: 50482 }],
  ["cloudways://apps/131933", "cloudways_get_app_details", { app_id: 131933 }],
  ["cloudways://apps/131933/settings", "cloudways_get_app_settings", { app_id: 131933 }],
  ["cloudways://alerts", "cloudways_get_alerts", {}],
])("%s shows what %s answers", async (uri, tool, args) => {
  const [contents] = await cloudways.fairlead.read(uri);
  const { structured } = await cloudways.call(tool, args);
  expect(contents).toMatchObject({ uri, mimeType: "application/json" });
  expect(JSON.parse(contents !== undefined && "text" in contents ? contents.text : "")).toEqual(
    structured,
  );
});

test.each([
  ["cloudways://servers/{server_id}", "server_id", "", ["50482", "50517", "50633"]],
  ["cloudways://servers/{server_id}", "server_id", "505", ["50517"]],
  ["cloudways://servers/{server_id}", "server_id", "Lab-", ["50633"]],
  ["cloudways://apps/{app_id}", "app_id", "velo-s", ["140210", "140211"]],
  ["cloudways://apps/{app_id}/settings", "app_id", "shop.velo", ["140210"]],
  ["cloudways://apps/{app_id}", "app_id", "none of them", []],
])("%s completes %s from %j", async (uri, name, value, ids) => {
  const ref = { type: "ref/resource" as const, uri };
  expect(await cloudways.fairlead.complete(ref, { name, value })).toEqual(ids);
});

test("an id that is none is not looked up", async () => {
  await expect(cloudways.fairlead.read("cloudways://servers/mine")).rejects.toMatchObject({
    code: "invalid_input",
  });
  await expect(cloudways.fairlead.read("cloudways://servers/1")).rejects.toMatchObject({
    code: "not_found",
  });
});
