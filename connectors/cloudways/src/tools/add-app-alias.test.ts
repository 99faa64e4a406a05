import { describe, expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const NAME = "cloudways_add_app_alias";
const ARGS = { app_id: 131933, alias: "Shop.larkspur-books.example" };

describe("adding an alias", () => {
  const cloudways = useCloudways();
  const aliases = () => cloudways.fake.state.apps.get(131933)?.aliases;

  test("is planned with the aliases before and after, and plans change nothing", async () => {
    expect(await cloudways.plan(NAME, ARGS)).toMatchInlineSnapshot(`
      {
        "changes": [
          {
            "does": "has other aliases",
            "from": [
              "larkspur-books.example",
              "buecher.larkspur-books.example",
            ],
            "on": "application "larkspur-books" (131933)",
            "to": [
              "larkspur-books.example",
              "buecher.larkspur-books.example",
              "shop.larkspur-books.example",
            ],
          },
        ],
        "state": {
          "aliases": [
            "buecher.larkspur-books.example",
            "larkspur-books.example",
          ],
          "app_id": 131933,
          "domain": "www.larkspur-books.example",
          "label": "larkspur-books",
          "server_id": 50482,
        },
        "summary": "Adds the domain shop.larkspur-books.example to application "larkspur-books" (131933) on server "web-london-1" (50482).",
        "undo": {
          "how": "Delete the alias again (cloudways_delete_app_alias).",
          "kind": "reversible",
        },
      }
    `);
    expect(cloudways.changes).toEqual([]);
    expect(cloudways.fake.effects()).toMatchObject({ accepted: {}, done: {} });
  });

  test("sends the whole list with one more", async () => {
    // Reads it before, so that the kept list would be out of date.
    await cloudways.call("cloudways_get_app_details", { app_id: 131933 });
    expect(await cloudways.run(NAME, ARGS)).toMatchInlineSnapshot(`
      {
        "aliases": [
          "larkspur-books.example",
          "buecher.larkspur-books.example",
          "shop.larkspur-books.example",
        ],
        "app_id": 131933,
        "server_id": 50482,
      }
    `);
    expect(cloudways.changes).toMatchInlineSnapshot(`
      [
        {
          "body": "{"server_id":50482,"app_id":131933,"aliases":["larkspur-books.example","buecher.larkspur-books.example","shop.larkspur-books.example"]}",
          "method": "POST",
          "path": "/api/v2/app/manage/aliases",
          "type": "application/json",
        },
      ]
    `);
    expect(cloudways.fake.effects().done).toEqual({ updateAppAliases: 1 });

    const { structured } = await cloudways.call("cloudways_get_app_details", { app_id: 131933 });
    expect(structured).toMatchObject({ app: { aliases: aliases() } });
    expect(aliases()).toContain("shop.larkspur-books.example");
  });

  test("keeps one that somebody else added a moment ago", async () => {
    await cloudways.call("cloudways_list_servers");
    aliases()?.push("other.example");
    await cloudways.run(NAME, ARGS);
    expect(aliases()).toEqual([
      "larkspur-books.example",
      "buecher.larkspur-books.example",
      "other.example",
      "shop.larkspur-books.example",
    ]);
  });

  test.each([
    ["larkspur-books.example", "already_there"],
    ["www.larkspur-books.example", "is_main_domain"],
  ])("changes nothing when %s is there already", async (alias, reason) => {
    const refusal = { code: "conflict", details: { reason } };
    await expect(cloudways.plan(NAME, { ...ARGS, alias })).rejects.toMatchObject(refusal);
    await expect(cloudways.run(NAME, { ...ARGS, alias })).rejects.toMatchObject(refusal);
    expect(cloudways.changes).toEqual([]);
  });

  test("is refused where Cloudways does not show the others", async () => {
    const app = cloudways.fake.state.apps.get(131933);
    if (app !== undefined) Reflect.deleteProperty(app, "aliases");
    await expect(cloudways.run(NAME, ARGS)).rejects.toMatchObject({
      code: "upstream_unavailable",
      details: { reason: "unexpected_shape" },
    });
    expect(cloudways.changes).toEqual([]);
  });

  test.each(["https://shop.example", "shop", "shop.example/x", "-a.example", "a b.example"])(
    "of %s is no domain",
    async (alias) => {
      await expect(cloudways.call(NAME, { ...ARGS, alias })).rejects.toMatchObject({
        code: "invalid_input",
      });
      expect(cloudways.fake.counters.total).toBe(0);
    },
  );

  test("that Cloudways refuses says why, and names the token's role", async () => {
    cloudways.fake.faults.add({
      kind: "status_false",
      message: "Domain is taken",
      operation: "updateAppAliases",
    });
    await expect(cloudways.run(NAME, ARGS)).rejects.toMatchObject({
      code: "upstream_rejected",
      message: 'Cloudways refused the request. Cloudways says: "Domain is taken"',
    });
  });

  test("is taken back by deleting the alias", async () => {
    const { state } = await cloudways.plan(NAME, ARGS);
    const undo = cloudways.undo(NAME, ARGS, state);
    expect(undo).toMatchInlineSnapshot(`
      {
        "arguments": {
          "alias": "shop.larkspur-books.example",
          "app_id": 131933,
        },
        "summary": "Takes the domain shop.larkspur-books.example away from application 131933 again.",
        "tool": "cloudways_delete_app_alias",
      }
    `);
    await cloudways.run(NAME, ARGS);
    await cloudways.run(undo?.tool ?? "", { ...undo?.arguments });
    expect(aliases()).toEqual(["larkspur-books.example", "buecher.larkspur-books.example"]);
  });

  test("whose answer was lost is settled by looking", async () => {
    const { state } = await cloudways.plan(NAME, ARGS);
    expect(await cloudways.find(NAME, ARGS, { state })).toEqual({ found: "nothing" });
    cloudways.fake.faults.add({ kind: "status", status: 502, after: true, access: "write" });
    await expect(cloudways.run(NAME, ARGS)).rejects.toMatchObject({ code: "upstream_unavailable" });
    expect(await cloudways.find(NAME, ARGS, { state })).toMatchObject({
      found: "happened",
      output: { app_id: 131933, server_id: 50482, aliases: aliases() },
    });
    expect(await cloudways.find(NAME, ARGS, { state: undefined })).toEqual({ found: "unclear" });
  });
});

describe("version 1", () => {
  const cloudways = useCloudways({ settings: { api_version: "v1" } });

  test("adds the same way", async () => {
    await cloudways.plan(NAME, ARGS);
    expect(await cloudways.run(NAME, ARGS)).toMatchObject({ aliases: { length: 3 } });
    expect(cloudways.fake.effects().done).toEqual({ updateAppAliases: 1 });
  });
});
