import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PAGES } from "./reference/pages.ts";

const root = join(import.meta.dirname, "../..");

test.each(Object.entries(PAGES))(
  "%s is what the code says; else run `npm run generate`",
  async (path, render) => {
    expect(await readFile(join(root, path), "utf8")).toBe(await render());
  },
);
