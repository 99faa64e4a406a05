// Writes the pages that come from the code; with `--check` it only says which of them are out of date.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PAGES } from "./reference/pages.ts";

const root = join(import.meta.dirname, "../..");
const isCheck = process.argv.includes("--check");
const stale: string[] = [];

for (const [path, render] of Object.entries(PAGES)) {
  const target = join(root, path);
  const text = await render();
  if ((await readFile(target, "utf8").catch(() => undefined)) === text) continue;
  stale.push(path);
  if (isCheck) continue;
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text);
}

if (isCheck && stale.length > 0) {
  console.error(`Out of date: ${stale.join(", ")}. Run \`npm run generate\`.`);
  process.exitCode = 1;
}
