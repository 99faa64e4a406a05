import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const cloudways = useCloudways();

test("finds an application by part of a domain", async () => {
  const { structured, text } = await cloudways.call("cloudways_search_apps", {
    query: "Larkspur-Books.example",
  });
  expect(structured).toMatchInlineSnapshot(`
    {
      "app_count": 12,
      "apps": [
        {
          "aliases": [
            "larkspur-books.example",
            "buecher.larkspur-books.example",
          ],
          "domain": "www.larkspur-books.example",
          "id": 131933,
          "label": "larkspur-books",
          "server_id": 50482,
          "server_label": "web-london-1",
          "server_status": "running",
          "type": "woocommerce",
          "version": "9.4",
        },
        {
          "aliases": [],
          "domain": "blog.larkspur-books.example",
          "id": 131934,
          "label": "larkspur-blog",
          "server_id": 50482,
          "server_label": "web-london-1",
          "server_status": "running",
          "type": "wordpress",
          "version": "6.7",
        },
      ],
      "found_count": 2,
    }
  `);
  expect(text).toMatchInlineSnapshot(`
    "2 of 12 applications.
    131933 larkspur-books (woocommerce) www.larkspur-books.example, version 9.4, on server 50482 web-london-1 (running)
    131934 larkspur-blog (wordpress) blog.larkspur-books.example, version 6.7, on server 50482 web-london-1 (running)"
  `);
});

test.each([
  [{ type: "wordpress" }, ["131933", "131934", "132051", "133007", "140388", "141502"]],
  [{ type: "woocommerce" }, ["131933", "141502"]],
  [{ query: "store.velo" }, ["140210"]],
  [{ query: "15004" }, ["150044", "150045"]],
  [{ query: "velo", server_id: 50517, type: "magento" }, ["140210", "140211"]],
  [{ query: "nothing like it" }, []],
])("finds by %o", async (args, ids) => {
  const { text } = await cloudways.call("cloudways_search_apps", args);
  expect(
    text
      .split("\n")
      .slice(1)
      .map((line) => line.split(" ")[0]),
  ).toEqual(ids);
});

test("comes in pages when there is much", async () => {
  const [app] = cloudways.fake.state.apps.values();
  for (let id = 200_000; app && id < 200_600; id += 1) {
    cloudways.fake.state.apps.set(id, { ...app, id, label: `site-${id}` });
  }
  const first = await cloudways.call("cloudways_search_apps");
  const cursor = /cursor "([^"]+)"/.exec(first.text)?.[1];
  const second = await cloudways.call("cloudways_search_apps", { cursor });
  expect(first.structured).toMatchObject({ found_count: 612, next_cursor: cursor });
  expect(second.text).toContain("site-200599");
});

test("says what Cloudways refused", async () => {
  cloudways.fake.faults.add({
    kind: "status_false",
    message: "Not today",
    operation: "listServers",
  });
  await expect(cloudways.call("cloudways_search_apps")).rejects.toMatchObject({
    code: "upstream_rejected",
    message: 'Cloudways refused the request. Cloudways says: "Not today"',
  });
});
