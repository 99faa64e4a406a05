import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import type { ListedTool } from "@fairlead/core/catalogue/fragment";
import { createTestFairlead } from "@fairlead/testkit/fairlead";
import { describe, expect, test } from "vitest";
import { cloudways } from "../src/connector.ts";

/** The tools of the server that this one replaces, as its users know them. */
const ORIGINAL = [
  ...["ping", "customer_info", "get_token_status", "rate_limit_status", "list_servers"],
  ...["get_server_details", "get_ssh_keys", "get_app_details", "get_app_credentials"],
  ...["get_app_settings", "get_app_monitoring_summary", "get_alerts", "list_projects"],
  ...["list_team_members", "get_available_providers", "get_available_regions"],
  ...["get_available_server_sizes", "get_available_apps", "get_available_packages"],
];

/** What the replaced server never did: these change something. */
const CHANGING = [
  ...["restart_server", "backup_app", "restore_app", "add_app_alias", "delete_app_alias"],
  ...["update_whitelisted_ips", "delete_app"],
];

const { fairlead } = await createTestFairlead({ connectors: [cloudways] });
/** Its own; Fairlead's are on every endpoint, and pinned where they are made. */
const listed = (endpoint: string): ListedTool[] =>
  [...fairlead.view({ endpoint }).tools.values()]
    .filter(({ connector }) => connector.id === "cloudways")
    .map((target) => target.listed);

describe("the catalogue", () => {
  test.each(listed("all").map((tool) => [tool.name, tool] as const))("shows %s", (_, tool) => {
    expect(tool).toMatchSnapshot();
  });

  test("offers on its own endpoint every tool of the server it replaces, by the same name", () => {
    const names = listed("cloudways").map(({ name }) => name);
    expect(ORIGINAL.filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name) => !ORIGINAL.includes(name))).toEqual(["search_apps", ...CHANGING]);
  });

  test("names no tool there that is called otherwise", () => {
    expect(JSON.stringify(listed("cloudways"))).not.toMatch(/cloudways_/);
  });

  test("is made of reads that say so, and of a few tools that change something", () => {
    for (const { name, annotations } of listed("cloudways")) {
      if (CHANGING.includes(name)) continue;
      expect(annotations).toEqual({
        title: expect.any(String),
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: expect.any(Boolean),
      });
    }
    const effects = cloudways.tools
      .filter(({ effect }) => effect !== "read")
      .map(({ name, effect }) => [name, effect]);
    expect(effects).toMatchInlineSnapshot(`
      [
        [
          "cloudways_restart_server",
          "destroy",
        ],
        [
          "cloudways_backup_app",
          "write",
        ],
        [
          "cloudways_restore_app",
          "destroy",
        ],
        [
          "cloudways_add_app_alias",
          "write",
        ],
        [
          "cloudways_delete_app_alias",
          "destroy",
        ],
        [
          "cloudways_update_whitelisted_ips",
          "destroy",
        ],
        [
          "cloudways_delete_app",
          "destroy",
        ],
      ]
    `);
  });

  test("says of every tool that changes something how it is planned and settled", () => {
    for (const tool of cloudways.tools.filter(({ effect }) => effect !== "read")) {
      expect(tool, tool.name).toMatchObject({
        plan: expect.any(Function),
        lane: expect.any(Function),
        reconcile: { settleMs: expect.any(Number), find: expect.any(Function) },
      });
      expect(tool.idempotent, tool.name).toBeDefined();
    }
  });

  test("describes tools in a few sentences, and sorts each into a toolset", () => {
    for (const { name, description, toolset, output } of cloudways.tools) {
      expect(name).toMatch(/^cloudways_[a-z_]{4,40}$/);
      expect(description.length, name).toBeGreaterThan(60);
      expect(description.length, name).toBeLessThan(500);
      expect(output, name).toBeDefined();
      expect(["servers", "apps", "monitoring", "account", "catalogue"]).toContain(toolset);
    }
  });

  test("sends a reader only to tools that exist", () => {
    const names = new Set(cloudways.tools.map(({ name }) => name));
    const texts = [
      cloudways.instructions ?? "",
      ...cloudways.tools.map((tool) => tool.description),
    ];
    const named = texts.join(" ").match(/cloudways_\w+/g) ?? [];
    expect(named.filter((name) => !names.has(name))).toEqual([]);
    expect((cloudways.pinned ?? []).filter((name) => !names.has(name))).toEqual([]);
  });

  test("costs a model less than 11,000 tokens", () => {
    expect(JSON.stringify(listed("cloudways")).length / 4).toBeLessThan(11_000);
  });

  test("lists resources and prompts", () => {
    const view = fairlead.view({ endpoint: "cloudways" });
    expect(view.resources.map(({ resource }) => resource.uri)).toMatchInlineSnapshot(`
      [
        "cloudways://servers",
        "cloudways://servers/{server_id}",
        "cloudways://apps/{app_id}",
        "cloudways://apps/{app_id}/settings",
        "cloudways://alerts",
        "fairlead://results/{result_id}",
      ]
    `);
    expect([...view.prompts.keys()]).toMatchInlineSnapshot(`
      [
        "busiest_server",
        "slow_site",
        "place_laravel_app",
      ]
    `);
  });
});

test("asks the operator for what the environment may give", () => {
  const given = Object.entries(cloudways.environment ?? {});
  expect(
    given.map(([field, { name, secret }]) => [field, name, secret ?? false]),
  ).toMatchInlineSnapshot(`
    [
      [
        "email",
        "CLOUDWAYS_EMAIL",
        false,
      ],
      [
        "api_key",
        "CLOUDWAYS_API_KEY",
        true,
      ],
      [
        "base_url",
        "CLOUDWAYS_BASE_URL",
        false,
      ],
      [
        "api_version",
        "CLOUDWAYS_API_VERSION",
        false,
      ],
      [
        "requests_per_minute",
        "CLOUDWAYS_REQUESTS_PER_MINUTE",
        false,
      ],
    ]
  `);
});

test("the README lists the tools", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const shown = [...readme.matchAll(/^\| `([a-z_]+)` +\| (.*?) +\|$/gm)].map(([, ...row]) => row);
  const expected = listed("cloudways").map(({ name, description }) => [
    name,
    description.split(/(?<=\.) /)[0],
  ]);
  expect(shown).toEqual(expected);
});

test("types and contract agree", () => {
  const generator = new URL("../../../tools/openapi/generate.js", import.meta.url);
  execFileSync(process.execPath, [generator.pathname, "--check"], { stdio: "pipe" });
});
