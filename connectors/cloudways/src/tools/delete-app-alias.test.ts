import { describe, expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const NAME = "cloudways_delete_app_alias";
const ARGS = { app_id: 131933, alias: "buecher.larkspur-books.example" };

describe("deleting an alias", () => {
  const cloudways = useCloudways();
  const aliases = () => cloudways.fake.state.apps.get(131933)?.aliases;

  test("is planned with who loses what, and plans change nothing", async () => {
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
            ],
          },
        ],
        "loses": [
          "visitors of buecher.larkspur-books.example, who no longer reach the application",
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
        "summary": "Takes the domain buecher.larkspur-books.example from application "larkspur-books" (131933) on server "web-london-1" (50482).",
        "undo": {
          "how": "Add the alias again (cloudways_add_app_alias).",
          "kind": "reversible",
        },
      }
    `);
    expect(cloudways.changes).toEqual([]);
    expect(cloudways.fake.effects()).toMatchObject({ accepted: {}, done: {} });
  });

  test("sends the whole list without it", async () => {
    expect(await cloudways.run(NAME, ARGS)).toMatchInlineSnapshot(`
      {
        "aliases": [
          "larkspur-books.example",
        ],
        "app_id": 131933,
        "server_id": 50482,
      }
    `);
    expect(cloudways.changes).toMatchInlineSnapshot(`
      [
        {
          "body": "{"server_id":50482,"app_id":131933,"aliases":["larkspur-books.example"]}",
          "method": "POST",
          "path": "/api/v2/app/manage/aliases",
          "type": "application/json",
        },
      ]
    `);
    expect(aliases()).toEqual(["larkspur-books.example"]);
    expect(cloudways.fake.effects().done).toEqual({ updateAppAliases: 1 });
  });

  test("can leave none", async () => {
    const args = { app_id: 132051, alias: "harbour-bakery.example" };
    expect(await cloudways.run(NAME, args)).toMatchObject({ aliases: [] });
    expect(cloudways.changes[0]?.body).toBe('{"server_id":50482,"app_id":132051,"aliases":[]}');
  });

  test("changes nothing when it is gone already", async () => {
    const args = { ...ARGS, alias: "gone.example" };
    const refusal = { code: "conflict", details: { reason: "already_gone" } };
    await expect(cloudways.plan(NAME, args)).rejects.toMatchObject(refusal);
    await expect(cloudways.run(NAME, args)).rejects.toMatchObject(refusal);
    expect(cloudways.changes).toEqual([]);
  });

  test("that Cloudways refuses says why", async () => {
    cloudways.fake.faults.add({ kind: "status_false", message: "No", access: "write" });
    await expect(cloudways.run(NAME, ARGS)).rejects.toMatchObject({
      code: "upstream_rejected",
      message: 'Cloudways refused the request. Cloudways says: "No"',
    });
  });

  test("is taken back by adding it again", async () => {
    const undo = cloudways.undo(NAME, ARGS, {});
    expect(undo).toMatchInlineSnapshot(`
      {
        "arguments": {
          "alias": "buecher.larkspur-books.example",
          "app_id": 131933,
        },
        "summary": "Gives application 131933 the domain buecher.larkspur-books.example back.",
        "tool": "cloudways_add_app_alias",
      }
    `);
    await cloudways.run(NAME, ARGS);
    await cloudways.run(undo?.tool ?? "", { ...undo?.arguments });
    expect(aliases()).toEqual(["larkspur-books.example", "buecher.larkspur-books.example"]);
  });

  test("whose answer was lost is settled by looking", async () => {
    const { state } = await cloudways.plan(NAME, ARGS);
    expect(await cloudways.find(NAME, ARGS, { state })).toEqual({ found: "nothing" });
    cloudways.fake.faults.add({ kind: "reset", after: true, access: "write" });
    await expect(cloudways.run(NAME, ARGS)).rejects.toMatchObject({ code: "upstream_unavailable" });
    expect(await cloudways.find(NAME, ARGS, { state })).toMatchObject({
      found: "happened",
      output: { aliases: ["larkspur-books.example"] },
    });
    expect(await cloudways.find(NAME, ARGS, { state: {} })).toEqual({ found: "unclear" });
  });
});

describe("version 1", () => {
  const cloudways = useCloudways({ settings: { api_version: "v1" } });

  test("deletes the same way", async () => {
    await cloudways.plan(NAME, ARGS);
    expect(await cloudways.run(NAME, ARGS)).toMatchObject({ aliases: ["larkspur-books.example"] });
  });
});
