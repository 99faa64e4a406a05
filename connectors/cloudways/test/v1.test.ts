import { describe, expect, test } from "vitest";
import { useCloudways } from "./harness.ts";

const CALLS: [string, Record<string, unknown>][] = [
  ["cloudways_list_servers", {}],
  ["cloudways_get_server_details", { server_id: 50517, reveal: ["master_password"] }],
  ["cloudways_get_ssh_keys", { app_id: 131933 }],
  ["cloudways_search_apps", {}],
  ["cloudways_get_app_details", { app_id: 140210 }],
  ["cloudways_get_app_credentials", { app_id: 140210, reveal: ["sys_password"] }],
  ["cloudways_get_app_settings", { app_id: 140388 }],
  ["cloudways_get_app_monitoring_summary", { app_id: 140388 }],
  ["cloudways_get_alerts", { limit: 30 }],
  ["cloudways_list_projects", {}],
  ["cloudways_list_team_members", {}],
  ["cloudways_get_available_providers", {}],
  ["cloudways_get_available_regions", { provider: "do" }],
  ["cloudways_get_available_server_sizes", {}],
  ["cloudways_get_available_apps", {}],
  ["cloudways_get_available_packages", {}],
];

describe("version 1, which writes everything as text", () => {
  const one = useCloudways({ settings: { api_version: "v1" } });
  const two = useCloudways({ settings: { api_version: "v2" } });

  test.each(CALLS)("gives the answer of version 2 for %s", async (tool, args) => {
    expect(await one.call(tool, args)).toEqual(await two.call(tool, args));
  });
});
